#include "transform/line_numbers.hpp"

#include <algorithm>
#include <string_view>
#include <tuple>
#include <unordered_map>

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
Uuid key_of(ChargeLine const& line, std::string& scratch) {
    auto const number = std::to_string(line.line_no);
    scratch = line.identity;
    scratch += ',';
    scratch += std::to_string(number.size());
    scratch += ':';
    scratch += number;
    return IdentityKey::uuid_of(scratch);
}

} // namespace

void number_lines(std::vector<ChargeLine>& lines, bool by_position) {
    std::unordered_map<std::string_view, std::size_t> firsts;
    std::unordered_map<std::size_t, std::vector<std::size_t>> twins; // by the first of them
    firsts.reserve(lines.size());
    for (std::size_t i = 0; i < lines.size(); ++i) {
        lines[i].line_no = 1;
        auto const [first, is_new] = firsts.try_emplace(lines[i].identity, i);
        if (is_new) continue;
        auto& group = twins[first->second];
        if (group.empty()) group.push_back(first->second);
        group.push_back(i);
    }
    for (auto& [first, group] : twins)
        number_twins(lines, group, by_position);
    std::string scratch;
    for (auto& line : lines)
        line.key = key_of(line, scratch);
}

} // namespace billhouse
