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
    {
        Lock lock(mutex_);
        armed_ = true;
        on_stop_ = on_stop;
    }
    changed_.notify_all();
}

// Waits for a cancel request that is on its way, which would hit the next statement otherwise.
void LinkWatch::disarm() {
    {
        Lock lock(mutex_);
        armed_ = false;
    }
    changed_.notify_all();
}

void LinkWatch::guard_exchanges() {
    Lock lock(mutex_);
    while (!ending_) {
        changed_.wait(lock, [this] { return armed_ || ending_; });
        if (armed_) guard(lock);
    }
}

void LinkWatch::guard(Lock& lock) {
    if (over_before(lock, std::chrono::steady_clock::now() + patience_, stop_)) return;
    if (stop_.stop_requested()) {
        auto const deadline = std::chrono::steady_clock::now() + kStopGrace;
        if (on_stop_ == OnStop::cancel) cancel(deadline);
        if (over_before(lock, deadline, {})) return;
    }
    shutdown(socket_, SHUT_RDWR);
    changed_.wait(lock, [this] { return !armed_ || ending_; });
}

bool LinkWatch::over_before(Lock& lock, std::chrono::steady_clock::time_point deadline,
                            std::stop_token const& stop) {
    return changed_.wait_until(lock, stop, deadline, [this] { return !armed_ || ending_; });
}

/// libpq waits for the server to take the request, without a deadline. A server that is silent would hold up
/// whoever asks it: so a thread asks that nobody waits for any longer once the time is over. It touches
/// nothing but its own request.
void LinkWatch::cancel(std::chrono::steady_clock::time_point deadline) {
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
