#include "base/error.hpp"
#include "fetch/request_slots.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

namespace billhouse {

TEST(RequestSlots, no_more_are_taken_at_once_than_there_are_whichever_threads_ask) {
    RequestSlots slots(2);
    std::atomic<int> taken = 0, most = 0;
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < 8; ++i)
            threads.emplace_back([&] {
                for (int turn = 0; turn < 200; ++turn) {
                    auto const slot = slots.take({});
                    auto const now = ++taken;
                    for (auto known = most.load(); now > known && !most.compare_exchange_weak(known, now);) {
                    }
                    --taken;
                }
            });
    }
    EXPECT_LE(most, 2);
    EXPECT_EQ(taken, 0);
}

TEST(RequestSlots, one_that_is_given_back_is_free_again) {
    RequestSlots slots(1);
    auto slot = slots.take({});
    std::jthread waiting([&] { EXPECT_TRUE(slots.take({})); });
    slot.reset();
}

TEST(RequestSlots, a_stop_ends_the_wait_for_one) {
    RequestSlots slots(1);
    auto const slot = slots.take({});
    std::stop_source stop;
    stop.request_stop();
    EXPECT_THROW(slots.take(stop.get_token()), Stopped);
}

} // namespace billhouse
