#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"

#include <mutex>
#include <vector>

namespace billhouse {

/// A clock that only moves when somebody waits, or when the test says so. Remembers every wait. Safe to use
/// from several threads, but for `waits`.
class FakeClock final : public Clock {
public:
    explicit FakeClock(Instant start = std::chrono::sys_days(std::chrono::year_month_day(
                           std::chrono::year(2026), std::chrono::month(3), std::chrono::day(1))))
        : now_(start) {}

    Instant now() const override {
        std::lock_guard const lock(mutex_);
        return now_;
    }
    std::chrono::steady_clock::time_point steady_now() const override {
        std::lock_guard const lock(mutex_);
        return steady_;
    }

    void wait(std::chrono::milliseconds duration, std::stop_token const& stop) override {
        if (stop.stop_requested()) throw Stopped();
        if (duration.count() <= 0) return;
        std::lock_guard const lock(mutex_);
        waits.push_back(duration);
        now_ += duration;
        steady_ += duration;
    }

    void advance(std::chrono::milliseconds duration) {
        std::lock_guard const lock(mutex_);
        now_ += duration;
        steady_ += duration;
    }

    /// Somebody sets the wall clock; durations go on as before.
    void set_wall_clock(std::chrono::milliseconds by) { now_ += by; }

    std::vector<std::chrono::milliseconds> waits;

private:
    mutable std::mutex mutex_;
    Instant now_;
    std::chrono::steady_clock::time_point steady_{};
};

} // namespace billhouse
