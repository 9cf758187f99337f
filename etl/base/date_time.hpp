#pragma once

#include "base/clock.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace billhouse {

/// A calendar day without a zone.
using Date = std::chrono::sys_days;

/// "2026-03-01", strictly; nullopt for anything else, also for days that do not exist.
std::optional<Date> parse_date(std::string_view text);
std::string to_string(Date date);
/// "2026-03-01T02:30:00.123456Z"; no fraction where it is zero.
std::string to_string(Instant instant);
Date first_of_month(Date date);
Date add_months(Date first_of_month, int months);

/// A billing time zone of the IANA database ("Asia/Shanghai", "UTC"). Cheap to copy.
class Zone {
public:
    Zone(); ///< UTC
    /// @returns nullopt where the database has no such zone
    static std::optional<Zone> find(std::string_view name);
    std::string const& name() const { return name_; }
    /// The day that a calendar in this zone shows at `instant`.
    Date date_of(Instant instant) const;
    /// The first instant of a day in this zone. Days of 23 or 25 hours and skipped midnights are handled.
    Instant start_of(Date date) const;
    /// Offset from UTC in force at `instant`.
    std::chrono::seconds offset_at(Instant instant) const;
    /// The instant at which this zone's clock shows `date` + `time_of_day`; of two (clock set back) the
    /// first, in a gap the instant after it.
    Instant to_instant(Date date, std::chrono::microseconds time_of_day) const;

private:
    std::string name_;
    void const* zone_; // date::time_zone const*: lives as long as the process
};

/// A date or time as a vendor wrote it: with its own offset, or meant in the billing zone.
struct CivilTime {
    Date date;
    std::chrono::microseconds time_of_day{0};
    std::optional<std::chrono::seconds> utc_offset;

    Date date_in(Zone const& zone) const;       ///< converts only where the text had an offset of its own
    Instant instant_in(Zone const& zone) const; ///< without an offset: read on the clock of `zone`
};

/// How a date or time is written. A pattern of %Y %m %d %H %M %S %% and literal text, or one of the names
/// "date" (2026-03-01), "rfc3339" (2026-03-01T02:30:00Z, any offset, fraction, 'T' or space), "unix" and
/// "unix_ms". "unix" is read with a fraction too, down to the microsecond. A pattern that ends in a time's
/// field and "Z" is in UTC, as RFC 3339 has it.
class TimeFormat {
public:
    /// @returns nullopt where the pattern has an unknown % sequence, or is no known name and has no field at
    /// all
    static std::optional<TimeFormat> compile(std::string_view pattern);
    /// Strict: every character must be used, fields must exist in the calendar, the year must be there;
    /// nullopt otherwise, also for 24:00, a leap second, a year outside 1..9999 and a fraction finer than a
    /// microsecond. A month or day that the pattern lacks is the first.
    std::optional<CivilTime> read(std::string_view text) const;
    /// Writes the instant as a clock in `zone` shows it.
    std::string write(Instant instant, Zone const& zone) const;
    std::string const& pattern() const { return pattern_; }

private:
    std::string pattern_;
};

} // namespace billhouse
