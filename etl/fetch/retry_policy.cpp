#include "fetch/retry_policy.hpp"

#include "base/text.hpp"
#include "fetch/http_date.hpp"

#include <algorithm>
#include <cmath>

namespace billhouse {
namespace {

using std::chrono::milliseconds;

/// first_delay * 2^(attempts-1), at most max_delay; doubles until the limit, so that nothing overflows.
milliseconds backoff_limit(RetryLimits const& limits, int attempts) {
    auto limit = std::min(limits.first_delay, limits.max_delay);
    for (int i = 1; i < attempts && limit < limits.max_delay; ++i) {
        limit = limit > limits.max_delay / 2 ? limits.max_delay : limit * 2;
    }
    return limit;
}

milliseconds share_of(milliseconds span, double share) {
    return milliseconds(std::llround(static_cast<double>(span.count()) * share));
}

} // namespace

std::optional<milliseconds> next_delay(RetryLimits const& limits, int attempts, AttemptOutcome const& outcome,
                                       RandomShare const& random) {
    if (attempts >= limits.attempts) return std::nullopt;
    auto const requested = outcome.requested_wait;
    if (requested && *requested > limits.max_retry_after) return std::nullopt;

    auto const limit = backoff_limit(limits, attempts);
    if (requested)
        return std::max(share_of(limit, random()), *requested + share_of(*requested / 10, random()));
    if (outcome.rate_limited) return limit - share_of(limit / 2, random());
    return share_of(limit, random());
}

std::optional<milliseconds> parse_retry_after(std::string_view value, Instant now) {
    auto const text = trimmed(value);
    std::optional<milliseconds> wait;
    if (auto const delay = parse_integer(text)) {
        if (*delay <= kLongestRetryAfter.count()) wait = std::chrono::seconds(*delay);
    } else if (auto const date = parse_http_date(text, now)) {
        wait = std::chrono::ceil<milliseconds>(*date - now);
    }
    if (wait && (*wait < milliseconds::zero() || *wait > kLongestRetryAfter)) return std::nullopt;
    return wait;
}

namespace {

milliseconds in_unit(ResetHeader::Unit unit, std::int64_t value) {
    return unit == ResetHeader::Unit::epoch_ms ? milliseconds(value) : std::chrono::seconds(value);
}

} // namespace

std::optional<milliseconds> parse_reset(ResetHeader::Unit unit, std::string_view value, Instant now) {
    constexpr std::int64_t kLargest = 100'000'000'000'000; // beyond any date, and far from an overflow
    auto const number = parse_integer(trimmed(value));
    if (!number || *number > kLargest) return std::nullopt;
    auto wait = in_unit(unit, *number);
    if (unit != ResetHeader::Unit::delta) wait -= std::chrono::floor<milliseconds>(now.time_since_epoch());
    if (wait < milliseconds::zero() || wait > kLongestRetryAfter) return std::nullopt;
    return wait;
}

} // namespace billhouse
