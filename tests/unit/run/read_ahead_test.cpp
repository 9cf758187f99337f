#include "base/error.hpp"
#include "run/read_ahead.hpp"

#include <gmock/gmock.h>

#include <atomic>
#include <barrier>
#include <future>

namespace billhouse {
namespace {

/// What reading a window gives here: its number, to be known by.
SeriesRead series_of(std::size_t window) {
    SeriesRead series;
    series.proof.how = std::to_string(window);
    return series;
}

std::string name_of(SeriesRead const& series) {
    return series.proof.how;
}

void wait_for_stop(std::stop_token const& stop) {
    std::mutex mutex;
    std::condition_variable_any never;
    std::unique_lock lock(mutex);
    never.wait(lock, stop, [] { return false; });
    throw Stopped();
}

/// Counts who is at work.
class Workers {
public:
    void begin() {
        auto const now = ++working_;
        for (auto most = most_.load(); now > most && !most_.compare_exchange_weak(most, now);) {
        }
    }
    void end() { --working_; }
    int most() const { return most_; }

private:
    std::atomic<int> working_ = 0, most_ = 0;
};

} // namespace

TEST(ReadAhead, hands_windows_over_in_their_order_although_later_ones_are_read_first) {
    std::vector<std::promise<void>> read(9);
    ReadAhead reads(9, 4,
                    [&](std::size_t window, std::stop_token const&) {
                        if (window % 4 != 0)
                            read[window + 1].get_future().wait(); // of each four the last is the first
                        else if (window > 0)
                            read[window].set_value();
                        if (window % 4 > 1) read[window].set_value();
                        return series_of(window);
                    },
                    {});
    for (std::size_t window = 0; window < 9; ++window)
        EXPECT_EQ(name_of(reads.next()), std::to_string(window));
}

TEST(ReadAhead, the_first_window_is_read_alone_and_a_failed_one_lets_no_other_begin) {
    std::atomic<std::size_t> begun = 0;
    ReadAhead reads(9, 4,
                    [&](std::size_t, std::stop_token const&) -> SeriesRead {
                        ++begun;
                        throw Error(ErrorKind::refused, "the key is wrong");
                    },
                    {});
    EXPECT_THROW(reads.next(), Error);
    EXPECT_EQ(begun, 1U);
}

TEST(ReadAhead, reads_as_many_windows_at_once_as_it_may_and_never_more) {
    Workers workers;
    std::barrier all_three(3);
    std::atomic<std::size_t> asked_for = 0;
    ReadAhead reads(61, 3,
                    [&](std::size_t window, std::stop_token const&) {
                        if (window == 0) return series_of(window);
                        workers.begin();
                        EXPECT_LT(window, asked_for + 3) << "no further ahead than there is room";
                        all_three.arrive_and_wait(); // ends only where three are at work, again and again
                        workers.end();
                        return series_of(window);
                    },
                    {});
    for (std::size_t window = 0; window < 61; ++window) {
        ++asked_for;
        EXPECT_EQ(name_of(reads.next()), std::to_string(window));
    }
    EXPECT_EQ(workers.most(), 3);
}

TEST(ReadAhead, a_failure_is_told_at_its_windows_turn_and_the_others_are_not_lost) {
    ReadAhead reads(5, 5,
                    [](std::size_t window, std::stop_token const&) {
                        if (window == 2) throw Error(ErrorKind::data, "the third day is bad");
                        return series_of(window);
                    },
                    {});
    EXPECT_EQ(name_of(reads.next()), "0");
    EXPECT_EQ(name_of(reads.next()), "1");
    EXPECT_THROW(reads.next(), Error);
    EXPECT_EQ(name_of(reads.next()), "3");
    EXPECT_EQ(name_of(reads.next()), "4");
}

TEST(ReadAhead, what_is_no_foreseen_failure_reaches_the_thread_that_loads_too) {
    ReadAhead reads(3, 2,
                    [](std::size_t window, std::stop_token const&) {
                        if (window > 0) throw std::bad_alloc();
                        return series_of(window);
                    },
                    {});
    EXPECT_EQ(name_of(reads.next()), "0");
    EXPECT_THROW(reads.next(), std::bad_alloc);
}

TEST(ReadAhead, a_stop_ends_the_wait_and_what_is_being_read) {
    std::stop_source stop;
    std::barrier all_are_reading(5);
    ReadAhead reads(
        100, 4,
        [&](std::size_t window, std::stop_token const& token) {
            if (window == 0) return series_of(window);
            all_are_reading.arrive_and_wait();
            wait_for_stop(token);
            return series_of(window);
        },
        stop.get_token());
    EXPECT_EQ(name_of(reads.next()), "0");
    all_are_reading.arrive_and_wait();
    stop.request_stop();
    EXPECT_THROW(reads.next(), Stopped);
} // and the destructor comes back

TEST(ReadAhead, whoever_needs_no_more_ends_what_is_being_read) {
    std::barrier both_are_reading(3);
    std::atomic<int> ended = 0;
    {
        ReadAhead reads(3, 2,
                        [&](std::size_t window, std::stop_token const& stop) {
                            if (window == 0) return series_of(window);
                            both_are_reading.arrive_and_wait();
                            try {
                                wait_for_stop(stop);
                            } catch (Stopped const&) {
                                ++ended;
                                throw;
                            }
                            return series_of(window);
                        },
                        {});
        EXPECT_EQ(name_of(reads.next()), "0");
        both_are_reading.arrive_and_wait();
    }
    EXPECT_EQ(ended, 2);
}

TEST(ReadAhead, one_at_a_time_is_read_when_it_is_asked_for_and_on_the_same_thread) {
    auto const here = std::this_thread::get_id();
    std::size_t read = 0;
    ReadAhead reads(3, 1,
                    [&](std::size_t window, std::stop_token const&) {
                        EXPECT_EQ(std::this_thread::get_id(), here);
                        ++read;
                        if (window == 1) throw Error(ErrorKind::data, "bad");
                        return series_of(window);
                    },
                    {});
    EXPECT_EQ(read, 0U);
    EXPECT_EQ(name_of(reads.next()), "0");
    EXPECT_EQ(read, 1U);
    EXPECT_THROW(reads.next(), Error);
    EXPECT_EQ(name_of(reads.next()), "2");
}

TEST(ReadAhead, a_single_window_needs_no_thread) {
    auto const here = std::this_thread::get_id();
    ReadAhead reads(1, 8,
                    [&](std::size_t window, std::stop_token const&) {
                        EXPECT_EQ(std::this_thread::get_id(), here);
                        return series_of(window);
                    },
                    {});
    EXPECT_EQ(name_of(reads.next()), "0");
}

} // namespace billhouse
