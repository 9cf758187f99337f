#pragma once

#include <chrono>
#include <stop_token>

namespace billhouse {

using Instant = std::chrono::sys_time<std::chrono::microseconds>;

/// Time as the code sees it. Waits come through here too, so that no test sleeps and a signal ends every
/// wait.
class Clock {
public:
    virtual ~Clock() = default;
    /// Wall clock, UTC. For what is stored and shown; never for measuring a duration.
    virtual Instant now() const = 0;
    /// Monotonic. For deadlines, pacing and durations.
    virtual std::chrono::steady_clock::time_point steady_now() const = 0;
    /// Returns after `duration`; a zero or negative one returns at once.
    /// @throws Stopped  within a second of `stop` being requested
    virtual void wait(std::chrono::milliseconds duration, std::stop_token const& stop) = 0;
};

/// The machine's own clock.
class SystemClock final : public Clock {
public:
    Instant now() const override;
    std::chrono::steady_clock::time_point steady_now() const override;
    void wait(std::chrono::milliseconds duration, std::stop_token const& stop) override;
};

/// Adds the time of its life to a sum.
class Stopwatch {
public:
    Stopwatch(Clock const& clock, std::chrono::steady_clock::duration& sum)
        : clock_(clock), sum_(sum), begun_(clock.steady_now()) {}
    ~Stopwatch() { sum_ += clock_.steady_now() - begun_; }
    Stopwatch(Stopwatch const&) = delete;
    Stopwatch& operator=(Stopwatch const&) = delete;

private:
    Clock const& clock_;
    std::chrono::steady_clock::duration& sum_;
    std::chrono::steady_clock::time_point begun_;
};

} // namespace billhouse
