#include "decode/json_reader.hpp"

#include "base/text.hpp"
#include "decode/json_parser.hpp"

#include <bit>
#include <cstring>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace billhouse {

namespace {

using Word = std::uint64_t; ///< eight characters at once

constexpr Word kOnes = 0x0101010101010101;
constexpr Word kHighBits = 0x8080808080808080;

// The high bit of each byte that is below `limit`, at most 0x80. Bytes above the first such one may be marked
// in error.
constexpr Word below(Word word, unsigned char limit) {
    return (word - kOnes * limit) & ~word & kHighBits;
}

// Where a quote, a backslash or a control character stands.
constexpr Word special(Word word) {
    return below(word, 0x20) | below(word ^ (kOnes * '"'), 1) | below(word ^ (kOnes * '\\'), 1);
}

#ifdef __SSE2__
// A bit for each such character.
unsigned special(__m128i block) {
    auto const is_control = _mm_cmpeq_epi8(_mm_min_epu8(block, _mm_set1_epi8(0x1F)), block);
    auto const is_quote = _mm_cmpeq_epi8(block, _mm_set1_epi8('"'));
    auto const is_backslash = _mm_cmpeq_epi8(block, _mm_set1_epi8('\\'));
    return static_cast<unsigned>(
        _mm_movemask_epi8(_mm_or_si128(is_control, _mm_or_si128(is_quote, is_backslash))));
}
#endif

bool is_special(char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\';
}

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/// What a character means behind a backslash; NUL for those that mean nothing.
char unescaped(char c) {
    constexpr std::string_view kWritten = "\"\\/bfnrt", kMeant = "\"\\/\b\f\n\r\t";
    auto const place = kWritten.find(c);
    return place == kWritten.npos ? '\0' : kMeant[place];
}

/// Takes four hexadecimal digits off the text.
bool take_hex(std::string_view& text, std::uint32_t& value) {
    constexpr std::size_t kDigits = 4;
    if (text.size() < kDigits) return false;
    value = 0;
    for (char const c : text.substr(0, kDigits)) {
        char const letter = static_cast<char>(c | 0x20);
        bool const is_letter = letter >= 'a' && letter <= 'f';
        if (!is_digit(c) && !is_letter) return false;
        value = value * 16 + static_cast<std::uint32_t>(is_letter ? letter - 'a' + 10 : c - '0');
    }
    text.remove_prefix(kDigits);
    return true;
}

bool is_between(std::uint32_t character, std::uint32_t first, std::uint32_t last) {
    return character >= first && character <= last;
}

/// Takes what follows "\u" off the text. A high surrogate must have its low one; a lone low one is left to
/// TreeBuilder, which makes it the record's defect.
bool take_character(std::string_view& text, std::uint32_t& character) {
    if (!take_hex(text, character)) return false;
    if (!is_between(character, 0xD800, 0xDBFF)) return true;
    std::uint32_t low = 0;
    if (!text.starts_with("\\u")) return false;
    text.remove_prefix(2);
    if (!take_hex(text, low) || !is_between(low, 0xDC00, 0xDFFF)) return false;
    character = 0x10000 + ((character - 0xD800) << 10) + (low - 0xDC00);
    return true;
}

void append_utf8(std::uint32_t character, std::string& out) {
    auto const byte = [&](std::uint32_t value) { out += static_cast<char>(value); };
    auto const more = [&](unsigned shift) { byte(0x80 | ((character >> shift) & 0x3F)); };
    if (character < 0x80) return byte(character);
    if (character < 0x800) {
        byte(0xC0 | (character >> 6));
    } else if (character < 0x10000) {
        byte(0xE0 | (character >> 12));
        more(6);
    } else {
        byte(0xF0 | (character >> 18));
        more(12);
        more(6);
    }
    more(0);
}

} // namespace

bool is_number_in_range(std::string_view digits) {
    struct Nobody {
        bool scalar(JsonKind, std::string_view) { return true; }
        bool key(std::string_view) { return true; }
        bool open(JsonKind) { return true; }
        bool close() { return true; }
        std::string refusal() const { return {}; }
    } nobody;
    JsonCursor cursor;
    return !find_problem(digits, cursor, nobody);
}

bool JsonScanner::is_sound(std::string_view string) {
    return is_utf8(string);
}

/// Goes to the next quote, backslash or control character, or to the end.
/// @returns whether all characters before it are ASCII
bool JsonScanner::skip_plain() {
    Word seen = 0;
#ifdef __SSE2__ // which every x86-64 has: sixteen characters at once
    for (; end_ - at_ >= 16; at_ += 16) {
        auto const block = _mm_loadu_si128(reinterpret_cast<__m128i const*>(at_));
        auto const high = static_cast<unsigned>(_mm_movemask_epi8(block));
        auto const stop = special(block);
        if (stop != 0) {
            at_ += std::countr_zero(stop);
            return seen == 0 && (high & (stop ^ (stop - 1))) == 0;
        }
        if (high != 0) seen = kHighBits;
    }
#endif
    if constexpr (std::endian::native == std::endian::little) {
        for (Word word = 0; end_ - at_ >= static_cast<std::ptrdiff_t>(sizeof word); at_ += sizeof word) {
            std::memcpy(&word, at_, sizeof word);
            if (Word const stop = special(word); stop != 0) {
                at_ += std::countr_zero(stop) / 8;
                return ((seen | (word & (stop ^ (stop - 1)))) & kHighBits) == 0;
            }
            seen |= word;
        }
    }
    for (; at_ != end_ && !is_special(*at_); ++at_)
        seen |= static_cast<unsigned char>(*at_);
    return (seen & kHighBits) == 0;
}

bool JsonScanner::take_escaped(char const* start, std::string_view& string) {
    while (at_ != end_ && *at_ == '\\') {
        if (end_ - at_ < 2) return false;
        at_ += 2;
        skip_plain();
    }
    if (at_ == end_ || *at_ != '"') return false;
    std::string_view const raw(start, static_cast<std::size_t>(at_++ - start));
    if (!is_sound(raw) || !unescape(raw)) return false;
    string = unescaped_;
    return true;
}

bool JsonScanner::unescape(std::string_view raw) {
    unescaped_.clear();
    for (;;) {
        auto const plain = raw.substr(0, raw.find('\\'));
        unescaped_ += plain;
        raw.remove_prefix(plain.size());
        if (raw.empty()) return true;
        char const written = raw[1]; // there is one, as take_escaped() steps over both
        raw.remove_prefix(2);
        std::uint32_t character = static_cast<unsigned char>(unescaped(written));
        if (written == 'u' ? !take_character(raw, character) : character == 0) return false;
        append_utf8(character, unescaped_);
    }
}

bool JsonScanner::skip_digits() {
    auto const* const start = at_;
    while (at_ != end_ && is_digit(*at_))
        ++at_;
    return at_ != start;
}

bool JsonScanner::take_number(std::string_view& digits) {
    constexpr std::size_t kSurelyInRange = 300; // characters of a number without exponent
    auto const* const start = at_;
    auto const next_is = [&](char c) { return at_ != end_ && *at_ == c; };
    if (next_is('-')) ++at_;
    if (next_is('0'))
        ++at_;
    else if (!skip_digits())
        return false;
    if (next_is('.') && (++at_, !skip_digits())) return false;
    bool const has_exponent = next_is('e') || next_is('E');
    if (has_exponent) {
        ++at_;
        if (next_is('+') || next_is('-')) ++at_;
        if (!skip_digits()) return false;
    }
    digits = {start, static_cast<std::size_t>(at_ - start)};
    return (!has_exponent && digits.size() <= kSurelyInRange) || is_number_in_range(digits);
}

} // namespace billhouse
