#pragma once

#include "base/clock.hpp"
#include "job/job_definition.hpp"

#include <deque>

namespace billhouse {

/// Keeps a job within its vendor's pace: at most `requests` starts in any span of `per`. Not thread-safe.
class Pacer {
public:
    Pacer(Pace pace, Clock& clock) : pace_(pace), clock_(clock) {}
    /// No request starts within so long from now, as the vendor's own headers say.
    void hold_for(std::chrono::milliseconds duration);
    /// How long the vendor's headers still hold requests back.
    std::chrono::milliseconds held_for() const;
    /// Waits until a request may start, and counts it.
    /// @throws Stopped
    void wait_for_turn(std::stop_token const& stop);

private:
    Pace pace_;
    Clock& clock_;
    std::deque<std::chrono::steady_clock::time_point> starts_;
    std::chrono::steady_clock::time_point held_until_{};
};

} // namespace billhouse
