#include "fetch/http_date.hpp"
#include "fetch/retry_policy.hpp"

#include "fuzz/input.hpp"
#include "fuzz/plain_time.hpp"
#include "fuzz/targets.hpp"

#include <array>

namespace billhouse {
namespace {

using std::chrono::milliseconds;

constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
constexpr std::string_view kDays = "SunMonTueWedThuFriSat";
constexpr std::array<std::string_view, 7> kLongDays = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                       "Thursday", "Friday", "Saturday"};

/// Place of a name of three letters, from 0.
std::optional<int> place_in(std::string_view names, std::string_view name) {
    for (std::size_t i = 0; i < names.size(); i += 3)
        if (names.substr(i, 3) == name) return static_cast<int>(i / 3);
    return std::nullopt;
}

std::optional<std::int64_t> at(int year, int month, int day, std::string_view time) {
    auto const second = digits_at(time, 6, 2);
    auto const utc =
        plain_utc(year, month, day, digits_at(time, 0, 2), digits_at(time, 3, 2), second == 60 ? 0 : second);
    return second == 60 && utc ? std::optional(*utc + 60) : utc;
}

std::string masked(std::string_view text, std::size_t name_at) {
    std::string copy(text);
    if (copy.size() >= name_at + 3) copy.replace(name_at, 3, "Mmm");
    return copy;
}

/// The three forms of RFC 9110, by their fixed places.
std::optional<std::int64_t> plain_http_date(std::string_view text, int this_year) {
    auto const month_at = [&](std::size_t place) {
        return place_in(kMonths, text.substr(std::min(place, text.size()), 3));
    };
    if (text.size() == 29 && place_in(kDays, text.substr(0, 3)) && month_at(8) &&
        has_form(", 00 Mmm 0000 00:00:00 GMT", std::string_view(masked(text, 8)).substr(3)))
        return at(digits_at(text, 12, 4), *month_at(8) + 1, digits_at(text, 5, 2), text.substr(17, 8));
    if (text.size() == 24 && place_in(kDays, text.substr(0, 3)) && month_at(4) &&
        (has_form(" Mmm 00 00:00:00 0000", std::string_view(masked(text, 4)).substr(3)) ||
         has_form(" Mmm  0 00:00:00 0000", std::string_view(masked(text, 4)).substr(3))))
        return at(digits_at(text, 20, 4), *month_at(4) + 1, digits_at(text, 8, 2), text.substr(11, 8));
    for (auto const day : kLongDays) {
        auto const n = day.size();
        if (!text.starts_with(day) || !month_at(n + 5) ||
            !has_form(", 00-Mmm-00 00:00:00 GMT", std::string_view(masked(text, n + 5)).substr(n)))
            continue;
        auto year = this_year / 100 * 100 + digits_at(text, n + 9, 2);
        if (year > this_year + 50) year -= 100;
        return at(year, *month_at(n + 5) + 1, digits_at(text, n + 2, 2), text.substr(n + 12, 8));
    }
    return std::nullopt;
}

void hold_date(std::string const& text, Instant now) {
    auto const ours = parse_http_date(text, now);
    auto const year =
        static_cast<int>(std::chrono::year_month_day(std::chrono::floor<std::chrono::days>(now)).year());
    auto const plain = plain_http_date(text, year);
    hold(ours.has_value() == plain.has_value(), "a date to one of two readers: " + text);
    if (ours) hold(*ours == Instant(std::chrono::seconds(*plain)), "read otherwise: " + text);
}

void hold_bounds(std::optional<milliseconds> const& wait, std::string const& text) {
    if (wait)
        hold(*wait >= milliseconds::zero() && *wait <= kLongestRetryAfter, "a wait out of bounds: " + text);
}

/// No wait is shorter than the vendor asked for, nor more than a tenth longer; none goes beyond the limit.
void hold_delay(milliseconds requested, std::size_t attempts) {
    RetryLimits const limits;
    for (double const share : {0.0, 0.5, 0.999}) {
        auto const delay =
            next_delay(limits, 1 + static_cast<int>(attempts), {true, requested}, [&] { return share; });
        hold(delay.has_value() ==
                 (requested <= limits.max_retry_after && static_cast<int>(attempts) + 1 < limits.attempts),
             "given up too early or too late");
        if (delay)
            hold(*delay >= requested &&
                     *delay <= std::max(limits.max_delay, requested + requested / 10 + milliseconds(1)),
                 "a delay out of bounds");
    }
}

} // namespace

void fuzz_retry_after(std::uint8_t const* data, std::size_t size) {
    FuzzInput input(data, size);
    Instant const now =
        std::chrono::sys_days(std::chrono::year(1990 + static_cast<int>(input.choice(120))) / 11 / 22) +
        std::chrono::hours(9);
    auto const attempts = input.choice(8);
    std::string const text(input.rest());
    hold_date(text, now);
    auto const wait = parse_retry_after(text, now);
    hold_bounds(wait, text);
    for (auto const unit : {ResetHeader::Unit::delta, ResetHeader::Unit::epoch, ResetHeader::Unit::epoch_ms})
        hold_bounds(parse_reset(unit, text, now), text);
    if (wait) hold_delay(*wait, attempts);
}

} // namespace billhouse
