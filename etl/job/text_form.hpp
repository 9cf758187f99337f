#pragma once

#include <regex>
#include <string_view>

namespace billhouse {

/// Bytes of the longest text that is held against a form; no name, number or address is longer.
inline constexpr std::size_t kLongestForm = 2048;

/// Whether the whole text has this form. std::regex recurses for every character, so what is longer than any
/// sound value is not shown to it: 100,000 characters would end the process.
inline bool fits(std::string_view text, std::regex const& form) {
    return text.size() <= kLongestForm && std::regex_match(text.begin(), text.end(), form);
}

} // namespace billhouse
