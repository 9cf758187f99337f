#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <stop_token>

namespace billhouse {

/// How many requests of a job are under way at the same time, whichever threads they come from: what a vendor
/// is promised. Threads beyond that number decode what came meanwhile. Thread-safe.
class RequestSlots {
public:
    /// @param count  requests at the same time, at least 1
    explicit RequestSlots(int count) : free_(count) {}

    struct GiveBack {
        void operator()(RequestSlots* slots) const { slots->give_back(); }
    };
    using Slot = std::unique_ptr<RequestSlots, GiveBack>;

    /// Waits for a request to end where all are under way.
    /// @throws Stopped
    Slot take(std::stop_token const& stop);

private:
    void give_back();

    std::mutex mutex_; ///< of what follows
    std::condition_variable_any freed_;
    int free_;
};

} // namespace billhouse
