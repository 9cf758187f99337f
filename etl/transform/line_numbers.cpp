#include "transform/line_numbers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <utility>

namespace billhouse {

namespace {

using Twins = std::vector<std::uint32_t>; ///< places of lines

void sort_twins(ChargeLines const& lines, Twins& twins, bool by_position) {
    if (!by_position) {
        std::ranges::sort(twins, {},
                          [&](auto const twin) { return std::pair(lines.head(twin).content_hash, twin); });
        return;
    }
    std::vector<std::pair<std::string, std::uint32_t>> places;
    for (auto const twin : twins)
        places.emplace_back(lines[twin].document_id, twin);
    std::ranges::sort(places);
    std::ranges::transform(places, twins.begin(), [](auto const& place) { return place.second; });
}

// The identity with the number as its last part, in IdentityKey's canonical form.
Uuid key_of(std::string const& identity, std::int32_t line_no) {
    auto const number = std::to_string(line_no);
    return IdentityKey::uuid_of(fmt::format("{},{}:{}", identity, number.size(), number));
}

std::uint32_t mark_of(Uuid const& identity) {
    std::uint32_t mark = 0;
    std::memcpy(&mark, identity.bytes.data(), sizeof mark);
    return mark == 0 ? 1 : mark;
}

/// Puts the mark into the first free place from its own on. @returns whether it was not there
bool insert(std::vector<std::uint32_t>& marks, std::uint32_t mark) {
    auto const last = marks.size() - 1; // a power of two less one
    for (auto place = mark & last;; place = (place + 1) & last) {
        if (marks[place] == mark) return false;
        if (marks[place] != 0) continue;
        marks[place] = mark;
        return true;
    }
}

} // namespace

void LineNumbers::note(ChargeLine const& line, std::string_view identity) {
    if (!is_first(mark_of(line.identity))) twins_.try_emplace(line.identity, identity);
}

bool LineNumbers::is_first(std::uint32_t mark) {
    if (2 * count_ >= marks_.size()) make_room();
    bool const is_new = insert(marks_, mark);
    if (is_new) ++count_;
    return is_new;
}

void LineNumbers::make_room() {
    constexpr std::size_t kFewest = 1024;
    std::vector<std::uint32_t> larger(std::max(kFewest, 2 * marks_.size()));
    for (auto const mark : marks_)
        if (mark != 0) insert(larger, mark);
    marks_ = std::move(larger);
}

void LineNumbers::number(ChargeLines& lines, bool by_position) {
    auto const identities = std::exchange(twins_, {});
    marks_ = {};
    count_ = 0;
    if (identities.empty()) return;
    std::unordered_map<Uuid, Twins> groups;
    for (std::uint32_t place = 0; place < lines.size(); ++place)
        if (identities.contains(lines.head(place).key)) groups[lines.head(place).key].push_back(place);
    for (auto& [identity, twins] : groups) {
        sort_twins(lines, twins, by_position);
        std::int32_t number = 0;
        for (auto const twin : twins) {
            ++number;
            lines.number(twin, number, key_of(identities.at(identity), number));
        }
    }
}

} // namespace billhouse
