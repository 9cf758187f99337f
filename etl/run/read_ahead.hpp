#pragma once

#include "run/series_reader.hpp"

#include <condition_variable>
#include <cstddef>
#include <exception>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>
#include <vector>

namespace billhouse {

/// Reads a stream's windows, several at once, and hands them over in their order, so that whoever loads them
/// sees what reading one after the other would have shown. The first one is read alone: what is wrong with a
/// job or its secret shows there, and costs the vendor no further requests. `next()` is for one thread.
class ReadAhead {
public:
    /// Reads one window. Called on several threads at once where `at_once` > 1.
    using Read = std::function<SeriesRead(std::size_t window, std::stop_token const& stop)>;

    /// @param at_once  windows that are read, or kept until their turn, beyond the one handed over last; with
    ///                 1 nothing is read ahead, and by no other thread
    ReadAhead(std::size_t windows, int at_once, Read read, std::stop_token stop);
    /// Stops what is being read and waits for its end.
    ~ReadAhead();
    ReadAhead(ReadAhead const&) = delete;
    ReadAhead& operator=(ReadAhead const&) = delete;

    /// The next window: to be called once for each.
    /// @throws what its reading threw, when it is that window's turn; the ones behind it are not lost
    /// @throws Stopped
    SeriesRead next();

private:
    struct Outcome {
        std::optional<SeriesRead> series;
        std::exception_ptr failure; ///< instead
    };

    void start_threads();
    SeriesRead first();
    void read_windows();
    std::optional<std::size_t> begin_window();
    Outcome outcome_of(std::size_t window) const;

    std::size_t windows_, at_once_;
    Read read_;
    std::stop_source ended_; ///< by the run's own stop, or because nobody waits for the rest
    std::stop_callback<std::function<void()>> with_the_run_;
    std::mutex mutex_; ///< of what follows
    std::condition_variable_any changed_;
    std::size_t begun_ = 0, handed_over_ = 0;
    std::map<std::size_t, Outcome> kept_; ///< read, and not handed over yet
    std::vector<std::jthread> threads_;   ///< last: they end before what they use
};

} // namespace billhouse
