#pragma once

#include "transform/star_rows.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace billhouse {

/// Tells lines of equal identity apart: numbers them from 1, which gives each a key of its own. Only of such
/// twins the identity's text is kept.
class LineNumbers {
public:
    /// @param line      key and identity are those of an only line
    /// @param identity  canonical, without the ordinal
    void note(ChargeLine const& line, std::string_view identity);
    /// Numbers what was noted, and starts anew. ChargeLines noted but no longer there do not count.
    /// @param by_position  by document and place instead of by content
    void number(ChargeLines& lines, bool by_position);

private:
    bool is_first(std::uint32_t mark);
    void make_room();

    // Marks of the identities seen so far, by open addressing; 0 = free. Two identities of one mark, as a
    // hundred thousand lines have one pair, are only looked at in vain.
    std::vector<std::uint32_t> marks_;
    std::size_t count_ = 0;
    std::unordered_map<Uuid, std::string> twins_;
};

} // namespace billhouse
