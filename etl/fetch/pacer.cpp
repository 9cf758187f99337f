#include "fetch/pacer.hpp"

#include "base/error.hpp"

#include <algorithm>

namespace billhouse {

void Pacer::hold_for(Duration duration) {
    std::lock_guard const lock(mutex_);
    held_until_ = std::max(held_until_, clock_.steady_now() + duration);
}

Pacer::Duration Pacer::held_for() const {
    std::lock_guard const lock(mutex_);
    return hold_at(clock_.steady_now());
}

Pacer::Duration Pacer::hold_at(Moment now) const {
    return std::max(std::chrono::ceil<Duration>(held_until_ - now), Duration::zero());
}

std::optional<Pacer::Moment> Pacer::wait_for_turn(std::stop_token const& stop, Duration patience) {
    std::lock_guard const queue(queue_);
    if (stop.stop_requested()) throw Stopped();
    // a loop: the clock may come back from its wait a moment early, and another answer may have set a hold
    while (held_for() <= patience) {
        auto const now = clock_.steady_now();
        auto const wait = take_turn(now);
        if (wait == Duration::zero()) return now;
        clock_.wait(wait, stop);
    }
    return std::nullopt;
}

/// @returns zero where a request may start, which is counted; else how long it has to wait
Pacer::Duration Pacer::take_turn(Moment now) {
    std::lock_guard const lock(mutex_);
    if (auto const hold = hold_at(now); hold > Duration::zero()) return hold;
    if (pace_.requests <= 0) return Duration::zero();
    while (!starts_.empty() && starts_.front() + pace_.per <= now)
        starts_.pop_front();
    if (starts_.size() >= static_cast<std::size_t>(pace_.requests))
        return std::chrono::ceil<Duration>(starts_.front() + pace_.per - now);
    starts_.push_back(now);
    return Duration::zero();
}

} // namespace billhouse
