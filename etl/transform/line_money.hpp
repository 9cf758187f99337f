#pragma once

#include <string_view>

namespace billhouse {

/// Where a line's money comes from.
enum class Money {
    own,
    header_total,     ///< the only line of its document takes the header's
    zero,             ///< one of several lines without money; header_remainder has it
    header_remainder, ///< a line made for the header's money, beside others
    header_alone      ///< a line made for the header's money, as the document has no lines
};

inline bool is_made_for_header(Money money) {
    return money == Money::header_remainder || money == Money::header_alone;
}

inline std::string_view line_kind(Money money) {
    if (money == Money::header_total || money == Money::header_alone) return "header_total";
    return money == Money::header_remainder ? "header_remainder" : "item";
}

} // namespace billhouse
