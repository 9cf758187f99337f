#include "fetch/pacer.hpp"

#include "support/fake_clock.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <atomic>
#include <functional>
#include <mutex>
#include <random>
#include <thread>
#include <utility>
#include <vector>

namespace billhouse {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

TEST(Pacer, does_not_wait_without_a_limit) {
    FakeClock clock;
    Pacer pacer({}, clock);
    for (int i = 0; i < 1000; ++i)
        pacer.wait_for_turn({});
    EXPECT_THAT(clock.waits, IsEmpty());
}

TEST(Pacer, lets_a_full_window_pass_at_once_and_then_waits_for_its_oldest_to_leave) {
    FakeClock clock;
    Pacer pacer({.requests = 3, .per = 60s}, clock);
    pacer.wait_for_turn({});
    clock.advance(10s);
    pacer.wait_for_turn({});
    clock.advance(5s);
    pacer.wait_for_turn({});
    EXPECT_THAT(clock.waits, IsEmpty());
    pacer.wait_for_turn({}); // the first start leaves at 60 s, now is 15 s
    pacer.wait_for_turn({}); // the second one leaves at 70 s
    EXPECT_THAT(clock.waits, ElementsAre(45s, 10s));
}

TEST(Pacer, does_not_wait_where_the_requests_are_slow_anyway) {
    FakeClock clock;
    Pacer pacer({.requests = 1, .per = 1s}, clock);
    for (int i = 0; i < 10; ++i) {
        pacer.wait_for_turn({});
        clock.advance(1s);
    }
    EXPECT_THAT(clock.waits, IsEmpty());
}

TEST(Pacer, never_lets_more_than_the_limit_start_in_any_span) {
    std::mt19937 engine(7);
    std::uniform_int_distribution<int> pause(0, 4000);
    FakeClock clock;
    Pacer pacer({.requests = 20, .per = 60s}, clock);
    std::vector<std::chrono::steady_clock::time_point> starts;
    for (int i = 0; i < 2000; ++i) {
        pacer.wait_for_turn({});
        starts.push_back(clock.steady_now());
        clock.advance(std::chrono::milliseconds(pause(engine)));
        if (starts.size() <= 20) continue;
        ASSERT_GE(starts.back() - starts[starts.size() - 21], 60s);
    }
    EXPECT_FALSE(clock.waits.empty());
}

TEST(Pacer, ends_its_wait_when_the_run_is_stopped) {
    FakeClock clock;
    Pacer pacer({.requests = 1, .per = 60s}, clock);
    std::stop_source stop;
    pacer.wait_for_turn(stop.get_token());
    stop.request_stop();
    EXPECT_THROW(pacer.wait_for_turn(stop.get_token()), Stopped);
}

TEST(Pacer, holds_requests_back_as_long_as_the_vendor_says) {
    FakeClock clock;
    Pacer pacer({}, clock);
    pacer.hold_for(30s);
    EXPECT_EQ(pacer.held_for(), 30s);
    clock.advance(10s);
    pacer.wait_for_turn({});
    pacer.wait_for_turn({});
    EXPECT_THAT(clock.waits, ElementsAre(20s)) << "the rest of it, once";
    EXPECT_EQ(pacer.held_for(), 0s);
}

TEST(Pacer, a_shorter_hold_does_not_end_a_longer_one) {
    FakeClock clock;
    Pacer pacer({}, clock);
    pacer.hold_for(30s);
    pacer.hold_for(5s);
    EXPECT_EQ(pacer.held_for(), 30s);
}

TEST(Pacer, a_hold_beyond_ones_patience_is_told_at_once_and_counts_nothing) {
    FakeClock clock;
    Pacer pacer({.requests = 1, .per = 60s}, clock);
    pacer.hold_for(2h);
    EXPECT_EQ(pacer.wait_for_turn({}, 15min), std::nullopt);
    EXPECT_THAT(clock.waits, IsEmpty());
    clock.advance(2h);
    EXPECT_TRUE(pacer.wait_for_turn({}, 15min));
    EXPECT_THAT(clock.waits, IsEmpty()) << "the turn was still there";
}

/// A clock on which, while somebody waits, something else happens.
class EventfulClock final : public Clock {
public:
    Instant now() const override { return time.now(); }
    std::chrono::steady_clock::time_point steady_now() const override { return time.steady_now(); }
    void wait(std::chrono::milliseconds duration, std::stop_token const& stop) override {
        time.wait(duration, stop);
        if (auto const happens = std::exchange(meanwhile, nullptr)) happens();
    }

    FakeClock time;
    std::function<void()> meanwhile;
};

TEST(Pacer, a_hold_that_comes_while_somebody_waits_for_a_turn_holds_that_one_too) {
    EventfulClock clock;
    Pacer pacer({.requests = 1, .per = 60s}, clock);
    pacer.wait_for_turn({}, 15min);
    clock.meanwhile = [&] { pacer.hold_for(5min); };
    EXPECT_TRUE(pacer.wait_for_turn({}, 15min));
    EXPECT_THAT(clock.time.waits, ElementsAre(60s, 5min));
    clock.meanwhile = [&] { pacer.hold_for(2h); };
    EXPECT_EQ(pacer.wait_for_turn({}, 15min), std::nullopt);
}

TEST(Pacer, never_lets_more_than_the_limit_start_in_any_span_from_eight_threads) {
    FakeClock clock;
    Pacer pacer({.requests = 5, .per = 1s}, clock);
    pacer.hold_for(30s);
    std::mutex mutex;
    std::vector<std::chrono::steady_clock::time_point> starts;
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < 8; ++thread)
        threads.emplace_back([&] {
            for (int turn = 0; turn < 200; ++turn) {
                auto const start = pacer.wait_for_turn({});
                pacer.hold_for(0ms); // an answer's headers may say something at any time
                std::lock_guard const lock(mutex);
                starts.push_back(start.value());
            }
        });
    threads.clear();
    std::ranges::sort(starts);
    ASSERT_EQ(starts.size(), 1600U);
    EXPECT_EQ(starts.front().time_since_epoch(), 30s) << "all were held back";
    for (std::size_t i = 5; i < starts.size(); ++i)
        ASSERT_GE(starts[i] - starts[i - 5], 1s);
    EXPECT_EQ(starts.back() - starts.front(), 319s) << "and none was held back for longer than that";
}

TEST(Pacer, a_stop_ends_the_waits_of_all_threads) {
    SystemClock clock;
    Pacer pacer({.requests = 1, .per = 24h}, clock);
    pacer.wait_for_turn({});
    std::stop_source stop;
    std::atomic<int> stopped = 0;
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < 8; ++thread)
        threads.emplace_back([&] {
            try {
                pacer.wait_for_turn(stop.get_token());
            } catch (Stopped const&) {
                ++stopped;
            }
        });
    stop.request_stop();
    threads.clear();
    EXPECT_EQ(stopped, 8);
}

} // namespace billhouse
