#include "transform/line_numbers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <tuple>
#include <utility>

namespace billhouse {

namespace {

void number_twins(std::vector<ChargeLine>& lines, std::vector<std::size_t>& twins, bool by_position) {
    std::ranges::sort(twins, [&](std::size_t a, std::size_t b) {
        if (by_position) return std::tie(lines[a].document_id, a) < std::tie(lines[b].document_id, b);
        return std::tie(lines[a].content_hash, a) < std::tie(lines[b].content_hash, b);
    });
    std::int32_t number = 0;
    for (auto const twin : twins)
        lines[twin].line_no = ++number;
}

// The identity with the number as its last part, in IdentityKey's canonical form.
Uuid key_of(std::string const& identity, std::int32_t line_no) {
    auto const number = std::to_string(line_no);
    return IdentityKey::uuid_of(fmt::format("{},{}:{}", identity, number.size(), number));
}

std::uint64_t mark_of(Uuid const& identity) {
    std::uint64_t mark = 0;
    std::memcpy(&mark, identity.bytes.data(), sizeof mark);
    return mark == 0 ? 1 : mark;
}

/// Puts the mark into the first free place from its own on. @returns whether it was not there
bool insert(std::vector<std::uint64_t>& marks, std::uint64_t mark) {
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

bool LineNumbers::is_first(std::uint64_t mark) {
    if (2 * count_ >= marks_.size()) make_room();
    bool const is_new = insert(marks_, mark);
    if (is_new) ++count_;
    return is_new;
}

void LineNumbers::make_room() {
    constexpr std::size_t kFewest = 1024;
    std::vector<std::uint64_t> larger(std::max(kFewest, 2 * marks_.size()));
    for (auto const mark : marks_)
        if (mark != 0) insert(larger, mark);
    marks_ = std::move(larger);
}

void LineNumbers::number(std::vector<ChargeLine>& lines, bool by_position) {
    auto const twins = std::exchange(twins_, {});
    marks_ = {};
    count_ = 0;
    if (twins.empty()) return;
    std::unordered_map<Uuid, std::vector<std::size_t>> groups;
    for (std::size_t i = 0; i < lines.size(); ++i)
        if (twins.contains(lines[i].identity)) groups[lines[i].identity].push_back(i);
    for (auto& [identity, group] : groups) {
        number_twins(lines, group, by_position);
        for (auto const twin : group)
            lines[twin].key = key_of(twins.at(identity), lines[twin].line_no);
    }
}

} // namespace billhouse
