#include "base/clock.hpp"
#include "base/error.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace billhouse {

TEST(SystemClock, a_zero_or_negative_wait_returns_at_once) {
    SystemClock clock;
    std::stop_source source;
    auto const before = clock.steady_now();
    clock.wait(std::chrono::milliseconds(0), source.get_token());
    clock.wait(std::chrono::hours(-1), source.get_token());
    EXPECT_LT(clock.steady_now() - before, std::chrono::seconds(10));
}

TEST(SystemClock, a_stop_requested_before_the_wait_ends_it) {
    SystemClock clock;
    std::stop_source source;
    source.request_stop();
    EXPECT_THROW(clock.wait(std::chrono::hours(1), source.get_token()), Stopped);
    EXPECT_THROW(clock.wait(std::chrono::milliseconds(0), source.get_token()), Stopped);
}

TEST(SystemClock, a_stop_requested_during_the_wait_ends_it) {
    SystemClock clock;
    std::stop_source source;
    auto const before = clock.steady_now();
    std::jthread const stopper([&] { source.request_stop(); });
    EXPECT_THROW(clock.wait(std::chrono::hours(1), source.get_token()), Stopped);
    EXPECT_LT(clock.steady_now() - before, std::chrono::minutes(1));
}

TEST(SystemClock, tells_the_time_of_day_in_utc) {
    auto const before = std::chrono::system_clock::now() - std::chrono::seconds(1);
    auto const now = SystemClock().now();
    EXPECT_GE(now, before);
    EXPECT_LE(now, std::chrono::system_clock::now() + std::chrono::seconds(1));
}

} // namespace billhouse
