#include "load/link_watch.hpp"

#include <libpq-fe.h>
#include <sys/socket.h>

#include <future>
#include <memory>

namespace billhouse {

namespace {

/// After a stop: a cancelled statement ends within moments, and so does a COMMIT. A server that does neither
/// is given up after this, so that the process ends within 10 s of the signal.
constexpr std::chrono::seconds kStopGrace{3};

} // namespace

LinkWatch::LinkWatch(pg_conn* connection, std::stop_token stop, std::chrono::milliseconds patience)
    : connection_(connection), socket_(PQsocket(connection)), stop_(std::move(stop)), patience_(patience),
      thread_([this] { guard_exchanges(); }) {}

LinkWatch::~LinkWatch() {
    {
        Lock lock(mutex_);
        ending_ = true;
    }
    changed_.notify_all();
    thread_.join();
}

void LinkWatch::arm(OnStop on_stop) {
    bool wake = false;
    {
        Lock lock(mutex_);
        armed_ = true;
        ++exchange_;
        deadline_ = std::chrono::steady_clock::now() + patience_;
        on_stop_ = on_stop;
        wake = idle_;
    }
    if (wake) changed_.notify_all();
}

// Waits for a cancel request that is on its way, which would hit the next statement otherwise.
void LinkWatch::disarm() {
    bool wake = false;
    {
        Lock lock(mutex_);
        armed_ = false;
        wake = acts_;
    }
    if (wake) changed_.notify_all();
}

/// Wakes up when an exchange may be late, to find that it ended long ago and another one has a later
/// deadline, or that there is none.
void LinkWatch::guard_exchanges() {
    Lock lock(mutex_);
    while (!ending_) {
        if (!armed_) {
            idle_ = true;
            changed_.wait(lock, [this] { return armed_ || ending_; });
            idle_ = false;
        } else if (stop_.stop_requested()) {
            end_after_stop(lock);
        } else if (std::chrono::steady_clock::now() >= deadline_) {
            break_link(lock, exchange_);
        } else {
            auto const deadline = deadline_; // of the exchange under way; the next one moves it
            changed_.wait_until(lock, stop_, deadline, [this] { return ending_; });
        }
    }
}

void LinkWatch::end_after_stop(Lock& lock) {
    auto const exchange = exchange_;
    auto const deadline = std::chrono::steady_clock::now() + kStopGrace;
    if (on_stop_ == OnStop::cancel) cancel(deadline);
    if (!over_before(lock, exchange, deadline)) break_link(lock, exchange);
}

void LinkWatch::break_link(Lock& lock, std::uint64_t exchange) {
    shutdown(socket_, SHUT_RDWR);
    acts_ = true;
    changed_.wait(lock, [&] { return is_over(exchange); });
    acts_ = false;
}

bool LinkWatch::over_before(Lock& lock, std::uint64_t exchange, Moment deadline) {
    acts_ = true;
    bool const over = changed_.wait_until(lock, deadline, [&] { return is_over(exchange); });
    acts_ = false;
    return over;
}

bool LinkWatch::is_over(std::uint64_t exchange) const {
    return !armed_ || exchange_ != exchange || ending_;
}

/// libpq waits for the server to take the request, without a deadline. A server that is silent would hold up
/// whoever asks it: so a thread asks that nobody waits for any longer once the time is over. It touches
/// nothing but its own request.
void LinkWatch::cancel(Moment deadline) {
    std::shared_ptr<PGcancel> const request(PQgetCancel(connection_), &PQfreeCancel);
    if (!request) return; // the shutdown after the grace ends the wait
    std::promise<void> asked;
    auto const done = asked.get_future();
    std::thread([request, asked = std::move(asked)]() mutable {
        char reason[256];
        PQcancel(request.get(), reason, sizeof reason);
        asked.set_value();
    }).detach();
    done.wait_until(deadline);
}

} // namespace billhouse
