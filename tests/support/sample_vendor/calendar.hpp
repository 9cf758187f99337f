#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace billhouse::vendor {

/// A calendar day without a zone: both vendors bill by such days.
using Date = std::chrono::sys_days;

/// "2026-03-01"; nullopt for anything else, also for a day that does not exist.
std::optional<Date> parse_date(std::string_view text);
/// "20260301", as Guance wants it in a request.
std::optional<Date> parse_compact_date(std::string_view text);
std::string to_text(Date date);
/// Days since 1970-01-01, as an input of Draw.
std::uint64_t number_of(Date date);
/// The same day of a later month; the month's last day where it has no such day.
Date months_later(Date date, int months);
/// Whole months from one date's month to the other's; the days within them are ignored.
int months_between(Date from, Date to);
Date first_of_month(Date date);
bool is_weekend(Date date);
/// The day shown now by a calendar that many hours east of Greenwich.
Date today_at(std::chrono::hours offset);

} // namespace billhouse::vendor
