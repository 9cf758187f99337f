#include "transform/text_rules.hpp"

#include "base/text.hpp"

#include <algorithm>

namespace billhouse {

namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/// Takes the digits at the front.
std::string_view take_digits(std::string_view& rest) {
    auto const end = std::ranges::find_if_not(rest, is_digit);
    auto const digits = rest.substr(0, static_cast<std::size_t>(end - rest.begin()));
    rest.remove_prefix(digits.size());
    return digits;
}

/// "1.234.567" -> "1234567"; empty where groups are not of three.
std::string take_whole(std::string_view& rest, char group) {
    constexpr std::size_t kGroupDigits = 3;
    std::string digits(take_digits(rest));
    bool const is_grouped = group != '\0' && rest.starts_with(group);
    if (is_grouped && (digits.empty() || digits.size() > kGroupDigits)) return {};
    while (is_grouped && rest.starts_with(group)) {
        rest.remove_prefix(1);
        auto const next = take_digits(rest);
        if (next.size() != kGroupDigits) return {};
        digits += next;
    }
    return digits;
}

} // namespace

std::optional<std::string> plain_number(std::string_view text, NumberStyle style) {
    std::string number;
    if (text.starts_with('-') || text.starts_with('+')) {
        number = text.front();
        text.remove_prefix(1);
    }
    auto const whole = take_whole(text, style.group);
    if (whole.empty()) return std::nullopt;
    number += whole;
    if (text.starts_with(style.decimal)) {
        text.remove_prefix(1);
        auto const fraction = take_digits(text);
        if (fraction.empty()) return std::nullopt;
        number += '.';
        number += fraction;
    }
    if (!text.empty()) return std::nullopt;
    return number;
}

std::string in_case(std::string_view text, ColumnRule::Case letters) {
    if (letters == ColumnRule::Case::lower) return lower_ascii(text);
    std::string result(text);
    if (letters == ColumnRule::Case::upper)
        std::ranges::transform(result, result.begin(), [](char c) {
            return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
        });
    return result;
}

} // namespace billhouse
