#pragma once

#include "base/clock.hpp"
#include "job/job_definition.hpp"

#include <deque>
#include <mutex>
#include <optional>

namespace billhouse {

/// Keeps a job within its vendor's pace: at most `requests` starts in any span of `per`, whichever threads
/// they come from. Thread-safe.
class Pacer {
public:
    using Duration = std::chrono::milliseconds;
    using Moment = std::chrono::steady_clock::time_point;

    Pacer(Pace pace, Clock& clock) : pace_(std::move(pace)), clock_(clock) {}
    /// No request starts within so long from now, as the vendor itself says. A longer hold stays.
    void hold_for(Duration duration);
    /// How long the vendor still holds requests back.
    Duration held_for() const;
    /// Waits until a request may start, and counts it; one thread after the other.
    /// @returns the start that was counted; nullopt where the vendor holds requests back for longer than
    /// `patience`
    /// @throws Stopped
    std::optional<Moment> wait_for_turn(std::stop_token const& stop, Duration patience = Duration::max());

private:
    Duration hold_at(Moment now) const;
    Duration take_turn(Moment now);

    Pace pace_;
    Clock& clock_;
    std::mutex queue_;          ///< who waits for a turn holds it
    mutable std::mutex mutex_;  ///< of what follows; never held while waiting
    std::deque<Moment> starts_; ///< of the last `per`
    Moment held_until_{};
};

} // namespace billhouse
