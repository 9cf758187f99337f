#include "base/clock.hpp"

#include "base/error.hpp"
#include "base/failpoint.hpp"

#include <condition_variable>
#include <mutex>

namespace billhouse {

Instant SystemClock::now() const {
    return std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now()) +
           failpoints::clock_step();
}

std::chrono::steady_clock::time_point SystemClock::steady_now() const {
    return std::chrono::steady_clock::now();
}

void SystemClock::wait(std::chrono::milliseconds duration, std::stop_token const& stop) {
    std::mutex mutex;
    std::condition_variable_any ended;
    std::unique_lock lock(mutex);
    ended.wait_for(lock, stop, duration, [] { return false; });
    if (stop.stop_requested()) throw Stopped();
}

} // namespace billhouse
