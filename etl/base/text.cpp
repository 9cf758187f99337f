#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <vector>

namespace billhouse {
namespace {

using Byte = unsigned char;

Byte byte_at(std::string_view text, std::size_t at) {
    return static_cast<Byte>(text[at]);
}
bool is_between(Byte byte, Byte low, Byte high) {
    return byte >= low && byte <= high;
}

// What RFC 3629 section 4 allows for the second byte; it alone shuts out overlong forms, surrogates and what
// lies above U+10FFFF.
bool may_follow(Byte lead, Byte second) {
    switch (lead) {
    case 0xE0:
        return is_between(second, 0xA0, 0xBF);
    case 0xED:
        return is_between(second, 0x80, 0x9F);
    case 0xF0:
        return is_between(second, 0x90, 0xBF);
    case 0xF4:
        return is_between(second, 0x80, 0x8F);
    default:
        return is_between(second, 0x80, 0xBF);
    }
}

// Bytes of the character that starts at `at`; 0 where none does.
std::size_t character_length(std::string_view text, std::size_t at) {
    Byte const lead = byte_at(text, at);
    if (lead < 0x80) return 1;
    std::size_t const length = is_between(lead, 0xC2, 0xDF)   ? 2
                               : is_between(lead, 0xE0, 0xEF) ? 3
                               : is_between(lead, 0xF0, 0xF4) ? 4
                                                              : 0;
    if (length == 0 || at + length > text.size() || !may_follow(lead, byte_at(text, at + 1))) return 0;
    for (std::size_t i = 2; i < length; ++i)
        if (!is_between(byte_at(text, at + i), 0x80, 0xBF)) return 0;
    return length;
}

// C0, DEL and the C1 range U+0080..U+009F (which terminals obey as well).
bool is_control(std::string_view character) {
    Byte const lead = byte_at(character, 0);
    return lead < 0x20 || lead == 0x7F || (lead == 0xC2 && byte_at(character, 1) < 0xA0);
}

bool is_space(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}

// Levenshtein's distance, with two neighbours swapped counting as one step.
std::size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> before_last(b.size() + 1), last(b.size() + 1), now(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j)
        now[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::swap(before_last, last);
        std::swap(last, now);
        now[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            now[j] = std::min({last[j] + 1, now[j - 1] + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0U : 1U)});
            bool const swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
            if (swapped) now[j] = std::min(now[j], before_last[j - 2] + 1);
        }
    }
    return now[b.size()];
}

void append_json_escape(std::string& out, char c) {
    switch (c) {
    case '"':
        out += "\\\"";
        break;
    case '\\':
        out += "\\\\";
        break;
    case '\b':
        out += "\\b";
        break;
    case '\f':
        out += "\\f";
        break;
    case '\n':
        out += "\\n";
        break;
    case '\r':
        out += "\\r";
        break;
    case '\t':
        out += "\\t";
        break;
    default:
        if (static_cast<Byte>(c) < 0x20)
            fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<Byte>(c));
        else
            out += c;
    }
}

} // namespace

bool is_utf8(std::string_view bytes) {
    for (std::size_t at = 0; at < bytes.size();) {
        std::size_t const length = character_length(bytes, at);
        if (length == 0) return false;
        at += length;
    }
    return true;
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && is_space(text.front()))
        text.remove_prefix(1);
    while (!text.empty() && is_space(text.back()))
        text.remove_suffix(1);
    return text;
}

std::string lower_ascii(std::string_view text) {
    std::string lower(text);
    for (char& c : lower)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
    return lower;
}

std::optional<std::int64_t> parse_integer(std::string_view text) {
    if (text.empty() || text.front() == '-') return std::nullopt;
    std::int64_t value = 0;
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

bool matches_wildcard(std::string_view pattern, std::string_view text) {
    std::size_t p = 0;
    std::size_t t = 0;
    std::size_t after_star =
        std::string_view::npos; // where to go back to, and from which character on to try again
    std::size_t retry_from = 0;
    while (t < text.size()) {
        if (p < pattern.size() && pattern[p] == '*') {
            after_star = ++p;
            retry_from = t;
        } else if (p < pattern.size() && pattern[p] == text[t]) {
            ++p;
            ++t;
        } else if (after_star != std::string_view::npos) {
            p = after_star;
            t = ++retry_from;
        } else {
            return false;
        }
    }
    return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

std::string printable(std::string_view text, std::size_t max_bytes) {
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        std::size_t const length = character_length(text, at);
        auto const character = text.substr(at, std::max<std::size_t>(length, 1));
        std::string piece(character);
        if (length == 0 || is_control(character)) {
            piece.clear();
            for (char const c : character)
                fmt::format_to(std::back_inserter(piece), "\\x{:02X}", static_cast<Byte>(c));
        }
        if (out.size() + piece.size() > max_bytes) break;
        out += piece;
        at += character.size();
    }
    return out;
}

std::optional<std::string> nearest(std::string_view word, std::span<std::string const> candidates) {
    std::optional<std::string> best;
    std::size_t best_distance = 3;
    for (auto const& candidate : candidates) {
        std::size_t const distance = edit_distance(word, candidate);
        if (distance >= best_distance || 2 * distance >= word.size()) continue;
        best = candidate;
        best_distance = distance;
    }
    return best;
}

std::string human_bytes(std::uint64_t bytes) {
    constexpr std::array<std::string_view, 6> kUnits{"kB", "MB", "GB", "TB", "PB", "EB"};
    if (bytes < 1000) return fmt::format("{} B", bytes);
    std::uint64_t unit = 1000;
    std::size_t index = 0;
    auto const rounded = [&](std::uint64_t step) {
        return bytes / step + (bytes % step >= step / 2 ? 1 : 0);
    };
    while (index + 1 < kUnits.size() && rounded(unit) >= 1000) {
        unit *= 1000;
        ++index;
    }
    auto const tenths = rounded(unit / 10);
    if (tenths < 100) return fmt::format("{}.{} {}", tenths / 10, tenths % 10, kUnits[index]);
    return fmt::format("{} {}", rounded(unit), kUnits[index]);
}

std::string with_thousands(std::int64_t number) {
    auto text = std::to_string(number);
    std::size_t const first = number < 0 ? 1 : 0;
    for (std::size_t at = text.size(); at > first + 3;) {
        at -= 3;
        text.insert(at, 1, ',');
    }
    return text;
}

std::string json_quoted(std::string_view text) {
    std::string out = "\"";
    for (std::size_t at = 0; at < text.size();) {
        std::size_t const length = character_length(text, at);
        if (length == 0)
            out += "\xEF\xBF\xBD"; // U+FFFD: a JSON text must be UTF-8, whatever was logged
        else if (length == 1)
            append_json_escape(out, text[at]);
        else
            out += text.substr(at, length);
        at += std::max<std::size_t>(length, 1);
    }
    return out + '"';
}

} // namespace billhouse
