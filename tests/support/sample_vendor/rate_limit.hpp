#pragma once

#include <chrono>

namespace billhouse::vendor {

/// At most `limit` requests in a minute that begins with the first of them. 0 = no limit.
class RateLimit {
public:
    using Clock = std::chrono::steady_clock;

    explicit RateLimit(int limit) : limit_(limit) {}

    bool admits(Clock::time_point now) {
        if (used_ == 0 || now - began_ >= std::chrono::minutes(1)) {
            began_ = now;
            used_ = 0;
        }
        return ++used_ <= limit_ || limit_ == 0;
    }
    int limit() const { return limit_; }
    int remaining() const { return used_ < limit_ ? limit_ - used_ : 0; }
    std::chrono::seconds until_reset(Clock::time_point now) const {
        return std::chrono::ceil<std::chrono::seconds>(began_ + std::chrono::minutes(1) - now);
    }

private:
    int limit_;
    int used_ = 0;
    Clock::time_point began_;
};

} // namespace billhouse::vendor
