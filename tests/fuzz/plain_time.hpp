#pragma once

#include <cstdint>
#include <ctime>
#include <optional>
#include <string_view>

/// The references for dates and times: fixed places and the C library's calendar.
namespace billhouse {

/// Seconds since 1970; nullopt for a day or time that does not exist.
inline std::optional<std::int64_t> plain_utc(int year, int month, int day, int hour, int minute, int second) {
    std::tm fields{};
    fields.tm_year = year - 1900;
    fields.tm_mon = month - 1;
    fields.tm_mday = day;
    fields.tm_hour = hour;
    fields.tm_min = minute;
    fields.tm_sec = second;
    auto const wanted = fields;
    auto const seconds = timegm(&fields);
    bool const exists = fields.tm_year == wanted.tm_year && fields.tm_mon == wanted.tm_mon &&
                        fields.tm_mday == wanted.tm_mday && fields.tm_hour == wanted.tm_hour &&
                        fields.tm_min == wanted.tm_min && fields.tm_sec == wanted.tm_sec;
    return exists ? std::optional<std::int64_t>(seconds) : std::nullopt;
}

/// Whether the text has the mask's form: '0' stands for a digit, every other character for itself.
inline bool has_form(std::string_view mask, std::string_view text) {
    if (mask.size() != text.size()) return false;
    for (std::size_t i = 0; i < mask.size(); ++i) {
        bool const is_digit = text[i] >= '0' && text[i] <= '9';
        if (mask[i] == '0' ? !is_digit : mask[i] != text[i]) return false;
    }
    return true;
}

inline int digits_at(std::string_view text, std::size_t from, std::size_t count) {
    int value = 0;
    for (char const c : text.substr(from, count))
        value = value * 10 + (c == ' ' ? 0 : c - '0');
    return value;
}

} // namespace billhouse
