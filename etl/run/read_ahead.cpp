#include "run/read_ahead.hpp"

#include <algorithm>
#include <system_error>
#include <utility>

namespace billhouse {

ReadAhead::ReadAhead(std::size_t windows, int at_once, Read read, std::stop_token stop)
    : windows_(windows), at_once_(std::min(windows, static_cast<std::size_t>(std::max(at_once, 1)))),
      read_(std::move(read)), with_the_run_(std::move(stop), [this] { ended_.request_stop(); }) {}

ReadAhead::~ReadAhead() {
    ended_.request_stop();
    threads_.clear();
}

void ReadAhead::start_threads() {
    try {
        while (threads_.size() < at_once_)
            threads_.emplace_back([this] { read_windows(); });
    } catch (std::system_error const&) { // fewer will do; with none next() would wait for ever
        if (threads_.empty()) throw;
    }
}

void ReadAhead::read_windows() {
    while (auto const window = begin_window()) {
        auto outcome = outcome_of(*window);
        std::lock_guard const lock(mutex_);
        kept_.emplace(*window, std::move(outcome));
        changed_.notify_all();
    }
}

/// Waits until there is room for another window.
std::optional<std::size_t> ReadAhead::begin_window() {
    auto const has_room = [this] { return begun_ == windows_ || begun_ < handed_over_ + at_once_; };
    std::unique_lock lock(mutex_);
    changed_.wait(lock, ended_.get_token(), has_room);
    if (ended_.stop_requested() || begun_ == windows_) return std::nullopt;
    return begun_++;
}

ReadAhead::Outcome ReadAhead::outcome_of(std::size_t window) const {
    try {
        return {read_(window, ended_.get_token()), nullptr};
    } catch (...) { // also what is no Error: it ends the run on the thread that loads, as ever
        return {std::nullopt, std::current_exception()};
    }
}

SeriesRead ReadAhead::first() {
    begun_ = handed_over_ = 1;
    auto series = read_(0, ended_.get_token());
    if (at_once_ > 1) start_threads();
    return series;
}

SeriesRead ReadAhead::next() {
    if (handed_over_ == 0) return first(); // not begun_, which the other threads count
    if (at_once_ == 1) return read_(handed_over_++, ended_.get_token());
    if (threads_.empty()) start_threads();
    std::unique_lock lock(mutex_);
    changed_.wait(lock, ended_.get_token(), [this] { return kept_.contains(handed_over_); });
    if (ended_.stop_requested()) throw Stopped();
    auto outcome = std::move(kept_.extract(handed_over_++).mapped());
    changed_.notify_all();
    lock.unlock();
    if (outcome.failure) std::rethrow_exception(outcome.failure);
    return std::move(*outcome.series);
}

} // namespace billhouse
