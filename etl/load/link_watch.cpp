#include "load/link_watch.hpp"

#include <libpq-fe.h>
#include <sys/socket.h>

#include <memory>

namespace billhouse {

namespace {

/// A cancelled statement ends within moments; a server that ignores the request is given up after this.
constexpr std::chrono::seconds kCancelGrace{5};

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
    auto const deadline = std::chrono::steady_clock::now() + patience_;
    bool const may_cancel = on_stop_ == OnStop::cancel;
    if (over_before(lock, deadline, may_cancel ? stop_ : std::stop_token())) return;
    if (may_cancel && stop_.stop_requested()) {
        cancel();
        if (over_before(lock, std::chrono::steady_clock::now() + kCancelGrace, {})) return;
    }
    shutdown(socket_, SHUT_RDWR);
    changed_.wait(lock, [this] { return !armed_ || ending_; });
}

bool LinkWatch::over_before(Lock& lock, std::chrono::steady_clock::time_point deadline,
                            std::stop_token const& stop) {
    return changed_.wait_until(lock, stop, deadline, [this] { return !armed_ || ending_; });
}

void LinkWatch::cancel() {
    std::unique_ptr<PGcancel, decltype(&PQfreeCancel)> const request(PQgetCancel(connection_), &PQfreeCancel);
    char reason[256];
    if (request)
        PQcancel(request.get(), reason,
                 sizeof reason); // where it fails, the shutdown after the grace ends the wait
}

} // namespace billhouse
