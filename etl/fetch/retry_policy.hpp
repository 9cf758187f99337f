#pragma once

#include "base/clock.hpp"
#include "job/job_definition.hpp"

#include <chrono>
#include <functional>
#include <optional>
#include <string_view>

namespace billhouse {

/// What one attempt came to, as far as trying again is concerned.
struct AttemptOutcome {
    bool rate_limited = false; ///< the vendor asked for less, nothing is broken
    std::optional<std::chrono::milliseconds>
        requested_wait; ///< Retry-After or the rule's wait, already validated
};

/// A number in [0, 1), drawn from outside so that tests choose it.
using RandomShare = std::function<double()>;

/// Decides whether to try a request again and after how long. Never sleeps, logs or reads a clock.
/// @param attempts  attempts already made, >= 1
/// @returns the wait, or nullopt to give up: after the last attempt, or where the requested wait is beyond
/// max_retry_after.
///     Drawn from [0, limit] with limit = min(max_delay, first_delay * 2^(attempts-1)) (full jitter); never
///     shorter than the requested wait, which gets 0-10 % on top (RFC 9110 10.2.3). Rate-limited without a
///     requested wait: from the upper half of [0, limit], as asking again at once is known to be refused
std::optional<std::chrono::milliseconds> next_delay(RetryLimits const& limits, int attempts,
                                                    AttemptOutcome const& outcome, RandomShare const& random);

/// A Retry-After beyond this is taken for garbage: no vendor means a century.
inline constexpr std::chrono::seconds kLongestRetryAfter = std::chrono::years(100);

/// Reads a Retry-After header: delay seconds, or one of the three HTTP dates (RFC 9110 5.6.7) against `now`.
/// @returns nullopt for negative (Ocamba sends -1), past, fractional or unreadable values: then the own
/// backoff rules
std::optional<std::chrono::milliseconds> parse_retry_after(std::string_view value, Instant now);

/// Reads a header that says when the vendor's limit starts anew, a whole number in the header's unit.
/// @returns nullopt for past, negative, fractional or unreadable values and those beyond a century
std::optional<std::chrono::milliseconds> parse_reset(ResetHeader::Unit unit, std::string_view value,
                                                     Instant now);

} // namespace billhouse
