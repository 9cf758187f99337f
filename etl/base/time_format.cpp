#include "base/date_time.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace billhouse {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::string_view kFields = "YmdHMS";

// Reads a text from left to right; a piece that is not there leaves the reader failed for good.
class TextReader {
public:
    explicit TextReader(std::string_view text) : rest_(text) {}

    /// Exactly `count` digits.
    int number(std::size_t count) {
        if (rest_.size() < count) return fail();
        int value = 0;
        for (char const c : rest_.substr(0, count)) {
            if (c < '0' || c > '9') return fail();
            value = value * 10 + (c - '0');
        }
        rest_.remove_prefix(count);
        return value;
    }

    /// One character out of `choice`; NUL where none stands there.
    char one_of(std::string_view choice) {
        if (!next_is(choice)) {
            fail();
            return '\0';
        }
        return take();
    }

    bool next_is(std::string_view choice) const {
        return !rest_.empty() && choice.find(rest_.front()) != std::string_view::npos;
    }

    char take() {
        char const c = rest_.front();
        rest_.remove_prefix(1);
        return c;
    }

    bool used_up() const { return good_ && rest_.empty(); }

private:
    int fail() {
        good_ = false;
        rest_ = {};
        return 0;
    }

    std::string_view rest_;
    bool good_ = true;
};

// Year 0 exists in no vendor's calendar nor in PostgreSQL's; 24:00 and a leap second have no instant of their
// own.
std::optional<CivilTime> civil(int year, int month, int day, int hour, int minute, int second) {
    std::chrono::year_month_day const calendar{std::chrono::year(year),
                                               std::chrono::month(static_cast<unsigned>(month)),
                                               std::chrono::day(static_cast<unsigned>(day))};
    if (year < 1 || !calendar.ok() || hour > 23 || minute > 59 || second > 59) return std::nullopt;
    return CivilTime{Date(calendar), hours(hour) + minutes(minute) + seconds(second), std::nullopt};
}

std::optional<CivilTime> read_date(std::string_view text) {
    TextReader reader(text);
    int const year = reader.number(4);
    reader.one_of("-");
    int const month = reader.number(2);
    reader.one_of("-");
    int const day = reader.number(2);
    return reader.used_up() ? civil(year, month, day, 0, 0, 0) : std::nullopt;
}

// Up to nine digits; those below a microsecond must be zeros, because nothing behind this could keep them.
microseconds read_fraction(TextReader& reader) {
    int micros = reader.number(1) * 100'000;
    for (int const weight : {10'000, 1'000, 100, 10, 1})
        if (reader.next_is("0123456789")) micros += (reader.take() - '0') * weight;
    for (int i = 0; i < 3 && reader.next_is("0"); ++i)
        reader.take();
    return microseconds(micros);
}

// RFC 3339 section 5.6. East and west of 14 hours no clock on earth stands.
std::optional<seconds> read_offset(TextReader& reader) {
    char const sign = reader.one_of("Zz+-");
    if (sign == 'Z' || sign == 'z') return seconds(0);
    int const hour = reader.number(2);
    reader.one_of(":");
    int const minute = reader.number(2);
    seconds const offset = hours(hour) + minutes(minute);
    if (minute > 59 || offset > hours(14)) return std::nullopt;
    return sign == '-' ? -offset : offset;
}

std::optional<CivilTime> read_rfc3339(std::string_view text) {
    TextReader reader(text);
    std::array<int, 6> fields{};
    constexpr std::array<std::string_view, 6> kBefore{"", "-", "-", "Tt ", ":", ":"};
    for (std::size_t i = 0; i < fields.size(); ++i) {
        if (i > 0) reader.one_of(kBefore[i]);
        fields[i] = reader.number(i == 0 ? 4 : 2);
    }
    microseconds fraction(0);
    if (reader.next_is(".")) {
        reader.take();
        fraction = read_fraction(reader);
    }
    auto const offset = read_offset(reader);
    if (!offset || !reader.used_up()) return std::nullopt;
    auto time = civil(fields[0], fields[1], fields[2], fields[3], fields[4], fields[5]);
    if (!time) return std::nullopt;
    time->time_of_day += fraction;
    time->utc_offset = offset;
    return time;
}

std::optional<CivilTime> civil_of(std::chrono::sys_time<microseconds> instant) {
    auto const date = std::chrono::floor<days>(instant);
    if (date < std::chrono::sys_days(std::chrono::year(1) / 1 / 1) ||
        date >= std::chrono::sys_days(std::chrono::year(10000) / 1 / 1))
        return std::nullopt;
    return CivilTime{date, instant - date, seconds(0)};
}

// A year beyond 9999 in milliseconds has 15 digits; more would overflow in microseconds.
std::optional<std::int64_t> epoch_count(std::string_view digits) {
    constexpr std::size_t kMostDigits = 15;
    return digits.size() > kMostDigits ? std::nullopt : parse_integer(digits);
}

std::optional<CivilTime> read_unix_ms(std::string_view text) {
    bool const negative = text.starts_with('-');
    auto const count = epoch_count(text.substr(negative ? 1 : 0));
    if (!count) return std::nullopt;
    return civil_of(std::chrono::sys_time<microseconds>(milliseconds(negative ? -*count : *count)));
}

// Whole seconds, or with a fraction down to the microsecond.
std::optional<CivilTime> read_unix(std::string_view text) {
    bool const negative = text.starts_with('-');
    text.remove_prefix(negative ? 1 : 0);
    auto const point = text.find('.');
    auto const count = epoch_count(text.substr(0, point));
    if (!count || *count > 1'000'000'000'000) return std::nullopt;
    microseconds size = seconds(*count);
    if (point != std::string_view::npos) {
        TextReader fraction(text.substr(point + 1));
        size += read_fraction(fraction);
        if (!fraction.used_up()) return std::nullopt;
    }
    return civil_of(std::chrono::sys_time<microseconds>(negative ? -size : size));
}

// RFC 3339's Z, in a pattern: the time is UTC's, whatever the zone.
bool is_utc(std::string_view pattern) {
    return pattern.ends_with("%SZ") || pattern.ends_with("%MZ") || pattern.ends_with("%HZ");
}

constexpr std::array<int, kFields.size()> kUnset{-1, -1, -1, -1, -1, -1};

// A field that stands twice in the pattern must say the same twice.
bool set_field(int& field, int value) {
    if (field != -1 && field != value) return false;
    field = value;
    return true;
}

std::optional<CivilTime> read_pattern(std::string_view pattern, std::string_view text) {
    TextReader reader(text);
    auto fields = kUnset;
    for (std::size_t at = 0; at < pattern.size(); ++at) {
        auto const field = pattern[at] == '%' ? kFields.find(pattern[++at]) : std::string_view::npos;
        if (field == std::string_view::npos)
            reader.one_of(pattern.substr(at, 1));
        else if (!set_field(fields[field], reader.number(field == 0 ? 4 : 2)))
            return std::nullopt;
    }
    if (!reader.used_up() || fields[0] == -1) return std::nullopt;
    auto const value = [&](std::size_t field, int absent) {
        return fields[field] == -1 ? absent : fields[field];
    };
    auto time = civil(fields[0], value(1, 1), value(2, 1), value(3, 0), value(4, 0), value(5, 0));
    if (time && is_utc(pattern)) time->utc_offset = seconds(0);
    return time;
}

struct Shown {
    std::chrono::year_month_day date;
    std::chrono::hh_mm_ss<microseconds> time;
};

Shown shown(Instant local) {
    auto const date = std::chrono::floor<days>(local);
    return {std::chrono::year_month_day(date), std::chrono::hh_mm_ss<microseconds>(local - date)};
}

void append_field(std::string& out, char field, Shown const& shown) {
    auto const two = [&out](auto value) { fmt::format_to(std::back_inserter(out), "{:02}", value); };
    switch (field) {
    case 'Y':
        fmt::format_to(std::back_inserter(out), "{:04}", static_cast<int>(shown.date.year()));
        break;
    case 'm':
        two(static_cast<unsigned>(shown.date.month()));
        break;
    case 'd':
        two(static_cast<unsigned>(shown.date.day()));
        break;
    case 'H':
        two(shown.time.hours().count());
        break;
    case 'M':
        two(shown.time.minutes().count());
        break;
    case 'S':
        two(shown.time.seconds().count());
        break;
    default:
        out += field;
    }
}

std::string write_pattern(std::string_view pattern, Instant local) {
    auto const parts = shown(local);
    std::string out;
    for (std::size_t at = 0; at < pattern.size(); ++at) {
        if (pattern[at] == '%')
            append_field(out, pattern[++at], parts);
        else
            out += pattern[at];
    }
    return out;
}

// Zones of before 1900 are seconds apart, which RFC 3339 cannot write: those instants come out in UTC.
std::string write_rfc3339(Instant instant, Zone const& zone) {
    auto const offset = zone.offset_at(instant);
    if (offset == seconds(0) || offset % minutes(1) != seconds(0)) return to_string(instant);
    auto text = to_string(instant + offset);
    text.pop_back();
    std::chrono::hh_mm_ss const parts(offset);
    return fmt::format("{}{}{:02}:{:02}", text, parts.is_negative() ? '-' : '+', parts.hours().count(),
                       parts.minutes().count());
}

// Whether every % is followed by a known letter, and at least one is a field: a pattern of letters only is a
// misspelt name.
bool is_pattern(std::string_view pattern) {
    bool has_field = false;
    for (std::size_t at = 0; at < pattern.size(); ++at) {
        if (pattern[at] != '%') continue;
        if (++at == pattern.size()) return false;
        bool const field = kFields.find(pattern[at]) != std::string_view::npos;
        if (!field && pattern[at] != '%') return false;
        has_field = has_field || field;
    }
    return has_field;
}

} // namespace

std::optional<Date> parse_date(std::string_view text) {
    auto const read = read_date(text);
    if (!read) return std::nullopt;
    return read->date;
}

Date CivilTime::date_in(Zone const& zone) const {
    return utc_offset ? zone.date_of(instant_in(zone)) : date;
}

Instant CivilTime::instant_in(Zone const& zone) const {
    return utc_offset ? Instant(date) + time_of_day - *utc_offset : zone.to_instant(date, time_of_day);
}

std::optional<TimeFormat> TimeFormat::compile(std::string_view pattern) {
    constexpr std::array<std::string_view, 4> kNames{"date", "rfc3339", "unix", "unix_ms"};
    if (std::ranges::find(kNames, pattern) == kNames.end() && !is_pattern(pattern)) return std::nullopt;
    TimeFormat format;
    format.pattern_ = pattern;
    return format;
}

std::optional<CivilTime> TimeFormat::read(std::string_view text) const {
    if (pattern_ == "date") return read_date(text);
    if (pattern_ == "rfc3339") return read_rfc3339(text);
    if (pattern_ == "unix") return read_unix(text);
    if (pattern_ == "unix_ms") return read_unix_ms(text);
    return read_pattern(pattern_, text);
}

std::string TimeFormat::write(Instant instant, Zone const& zone) const {
    if (pattern_ == "date") return to_string(zone.date_of(instant));
    if (pattern_ == "rfc3339") return write_rfc3339(instant, zone);
    if (pattern_ == "unix")
        return std::to_string(std::chrono::floor<seconds>(instant).time_since_epoch().count());
    if (pattern_ == "unix_ms")
        return std::to_string(std::chrono::floor<milliseconds>(instant).time_since_epoch().count());
    return write_pattern(pattern_, is_utc(pattern_) ? instant : instant + zone.offset_at(instant));
}

} // namespace billhouse
