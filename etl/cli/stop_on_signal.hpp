#pragma once

#include <atomic>
#include <stop_token>
#include <thread>

namespace billhouse {

/// Turns SIGINT and SIGTERM into a stop request: transfers, waits and statements under way end within
/// seconds, the transaction is rolled back. A second signal ends the process at once. SIGPIPE is ignored.
/// Create it before any other thread.
class StopOnSignal {
public:
    StopOnSignal();
    ~StopOnSignal();
    StopOnSignal(StopOnSignal const&) = delete;
    StopOnSignal& operator=(StopOnSignal const&) = delete;

    std::stop_token token() const { return source_.get_token(); }
    /// The signal that came, or 0.
    int signal_number() const { return signal_; }

private:
    void wait_for_signals();

    std::stop_source source_;
    std::atomic<int> signal_ = 0;
    std::thread waiter_;
};

} // namespace billhouse
