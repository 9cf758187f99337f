#pragma once

#include "base/clock.hpp"
#include "job/job_definition.hpp"

#include <deque>

namespace billhouse {

/// Keeps a job within its vendor's pace: at most `requests` starts in any span of `per`. Not thread-safe.
class Pacer {
public:
    Pacer(Pace pace, Clock& clock) : pace_(pace), clock_(clock) {}
    /// Waits until a request may start, and counts it.
    /// @throws Stopped
    void wait_for_turn(std::stop_token const& stop);

private:
    Pace pace_;
    Clock& clock_;
    std::deque<std::chrono::steady_clock::time_point> starts_;
};

} // namespace billhouse
