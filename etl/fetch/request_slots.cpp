#include "fetch/request_slots.hpp"

#include "base/error.hpp"

namespace billhouse {

RequestSlots::Slot RequestSlots::take(std::stop_token const& stop) {
    std::unique_lock lock(mutex_);
    if (!freed_.wait(lock, stop, [this] { return free_ > 0; })) throw Stopped();
    --free_;
    return Slot(this);
}

void RequestSlots::give_back() {
    std::lock_guard const lock(mutex_);
    ++free_;
    freed_.notify_one();
}

} // namespace billhouse
