#include "fetch/pacer.hpp"

#include "base/error.hpp"

#include <algorithm>

namespace billhouse {

void Pacer::hold_for(std::chrono::milliseconds duration) {
    held_until_ = clock_.steady_now() + duration;
}

std::chrono::milliseconds Pacer::held_for() const {
    auto const left = std::chrono::ceil<std::chrono::milliseconds>(held_until_ - clock_.steady_now());
    return std::max(left, std::chrono::milliseconds::zero());
}

void Pacer::wait_for_turn(std::stop_token const& stop) {
    if (stop.stop_requested()) throw Stopped();
    while (held_for() > std::chrono::milliseconds::zero())
        clock_.wait(held_for(), stop);
    if (pace_.requests <= 0) return;
    auto now = clock_.steady_now();
    // a loop, as the clock may come back from its wait a moment early
    while (starts_.size() >= static_cast<std::size_t>(pace_.requests)) {
        auto const free_at = starts_.front() + pace_.per;
        if (free_at > now) {
            clock_.wait(std::chrono::ceil<std::chrono::milliseconds>(free_at - now), stop);
            now = clock_.steady_now();
        }
        if (free_at <= now) starts_.pop_front();
    }
    starts_.push_back(now);
}

} // namespace billhouse
