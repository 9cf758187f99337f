#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace billhouse {

/// Whether the bytes are UTF-8 as RFC 3629 defines it: no overlong forms, no surrogates, nothing above
/// U+10FFFF.
bool is_utf8(std::string_view bytes);
std::string_view trimmed(std::string_view text);
/// ASCII only: what HTTP header names and configuration keys need.
std::string lower_ascii(std::string_view text);
/// Decimal digits only, no sign, no spaces, no leading '+'; nullopt also on overflow.
std::optional<std::int64_t> parse_integer(std::string_view text);
/// '*' matches any run of characters, everything else itself.
bool matches_wildcard(std::string_view pattern, std::string_view text);
/// Control bytes as \xNN, cut to `max_bytes` at a character's border: safe for a log line or terminal.
std::string printable(std::string_view text, std::size_t max_bytes);
/// The candidate with the smallest edit distance, if that is at most 2 and less than half of the word's
/// length.
std::optional<std::string> nearest(std::string_view word, std::span<std::string const> candidates);
/// "2.5 MB", "613 kB": for people.
std::string human_bytes(std::uint64_t bytes);
/// "1,234,567": for people.
std::string with_thousands(std::int64_t number);
/// JSON string literal with quotes and escapes.
std::string json_quoted(std::string_view text);

} // namespace billhouse
