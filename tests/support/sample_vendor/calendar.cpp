#include "support/sample_vendor/calendar.hpp"

#include <algorithm>
#include <charconv>
#include <cstdio>

namespace billhouse::vendor {

namespace {

using namespace std::chrono;

std::optional<unsigned> digits(std::string_view text) {
    unsigned value = 0;
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    bool const all_digits =
        std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
    return all_digits && error == std::errc() && end == text.data() + text.size() ? std::optional(value)
                                                                                  : std::nullopt;
}

} // namespace

std::optional<Date> parse_compact_date(std::string_view text) {
    if (text.size() != 8) return std::nullopt;
    auto const y = digits(text.substr(0, 4)), m = digits(text.substr(4, 2)), d = digits(text.substr(6, 2));
    if (!y || !m || !d) return std::nullopt;
    year_month_day const date(year(static_cast<int>(*y)), month(*m), day(*d));
    return date.ok() ? std::optional(sys_days(date)) : std::nullopt;
}

std::optional<Date> parse_date(std::string_view text) {
    if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
    return parse_compact_date(
        std::string(text.substr(0, 4)).append(text.substr(5, 2)).append(text.substr(8)));
}

std::string to_text(Date date) {
    year_month_day const parts(date);
    char text[32];
    std::snprintf(text, sizeof text, "%04d-%02u-%02u", static_cast<int>(parts.year()),
                  static_cast<unsigned>(parts.month()), static_cast<unsigned>(parts.day()));
    return text;
}

std::uint64_t number_of(Date date) {
    return static_cast<std::uint64_t>(date.time_since_epoch().count());
}

Date months_later(Date date, int count) {
    year_month_day const moved = year_month_day(date) + months(count);
    return moved.ok() ? sys_days(moved) : sys_days(moved.year() / moved.month() / last);
}

int months_between(Date from, Date to) {
    year_month_day const a(from), b(to);
    int const years = static_cast<int>(b.year()) - static_cast<int>(a.year());
    return years * 12 + static_cast<int>(static_cast<unsigned>(b.month())) -
           static_cast<int>(static_cast<unsigned>(a.month()));
}

Date first_of_month(Date date) {
    year_month_day const parts(date);
    return sys_days(parts.year() / parts.month() / 1);
}

bool is_weekend(Date date) {
    weekday const day_of_week(date);
    return day_of_week == Saturday || day_of_week == Sunday;
}

Date today_at(hours offset) {
    return floor<days>(system_clock::now() + offset);
}

} // namespace billhouse::vendor
