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
    bool rate_limited = false;                                ///< the vendor asked for less, nothing is broken
    std::optional<std::chrono::milliseconds> requested_wait;  ///< Retry-After or the rule's wait, already validated
};

/// A number in [0, 1), drawn from outside so that tests choose it.
using RandomShare = std::function<double()>;

/// Decides whether to try a request again and after how long. Never sleeps, logs or reads a clock.
/// @param attempts  attempts already made, >= 1
/// @returns the wait, or nullopt to give up: drawn from [0, min(max_delay, first_delay * 2^(attempts-1))] (full jitter), and
///     never shorter than the requested wait, which gets 0-10 % on top (RFC 9110 10.2.3)
std::optional<std::chrono::milliseconds> next_delay(RetryLimits const& limits, int attempts,
                                                    AttemptOutcome const& outcome, RandomShare const& random);

/// Reads a Retry-After header: delay seconds, or one of the three HTTP dates (RFC 9110 5.6.7) against `now`.
/// @returns nullopt for negative (Ocamba sends -1), past, fractional or unreadable values: then the own backoff rules
std::optional<std::chrono::milliseconds> parse_retry_after(std::string_view value, Instant now);

} // namespace billhouse
