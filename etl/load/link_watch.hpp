#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <stop_token>
#include <thread>

struct pg_conn;

namespace billhouse {

/// Ends an exchange with the server that would otherwise block for ever: cancels the statement when a stop is
/// requested, and shuts the socket down when the server has not answered by the deadline (a black hole: the
/// peer's kernel acknowledges, but no answer comes; neither TCP timeouts nor the server's own fire then), or
/// within seconds after a stop. libpq then sees a broken link. One thread a session, which sleeps through
/// exchanges that end in time: to wake it for each would cost more than most of them take.
class LinkWatch {
public:
    /// @param patience  longest wait for one answer; longer than statement_timeout, so that the server's own
    /// verdict comes first
    LinkWatch(pg_conn* connection, std::stop_token stop, std::chrono::milliseconds patience);
    ~LinkWatch();
    LinkWatch(LinkWatch const&) = delete;
    LinkWatch& operator=(LinkWatch const&) = delete;

    enum class OnStop {
        cancel, ///< ask the server to end the statement
        finish  ///< leave it the seconds that a COMMIT or ROLLBACK takes
    };

    /// An exchange under way, for as long as this object lives.
    class Exchange {
    public:
        Exchange(LinkWatch& watch, OnStop on_stop) : watch_(watch) { watch_.arm(on_stop); }
        ~Exchange() { watch_.disarm(); }
        Exchange(Exchange const&) = delete;
        Exchange& operator=(Exchange const&) = delete;

    private:
        LinkWatch& watch_;
    };

private:
    using Lock = std::unique_lock<std::mutex>;
    using Moment = std::chrono::steady_clock::time_point;
    void arm(OnStop on_stop);
    void disarm();
    void guard_exchanges();
    void end_after_stop(Lock& lock);
    void break_link(Lock& lock, std::uint64_t exchange);
    bool over_before(Lock& lock, std::uint64_t exchange, Moment deadline);
    bool is_over(std::uint64_t exchange) const;
    void cancel(Moment deadline);

    pg_conn* connection_;
    int socket_;
    std::stop_token stop_;
    std::chrono::milliseconds patience_;

    std::mutex mutex_;
    std::condition_variable_any changed_;
    bool armed_ = false, ending_ = false;
    bool idle_ = false;          ///< the thread waits for the next exchange
    bool acts_ = false;          ///< it waits for the end of one that it broke or cancelled
    std::uint64_t exchange_ = 0; ///< number of the last one
    Moment deadline_;            ///< of that one
    OnStop on_stop_ = OnStop::cancel;
    std::thread thread_;
};

} // namespace billhouse
