#include "fetch/pacer.hpp"

#include "support/fake_clock.hpp"

#include <gmock/gmock.h>

#include <random>

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

} // namespace billhouse
