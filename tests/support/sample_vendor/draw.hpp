#pragma once

#include <cstdint>
#include <initializer_list>

namespace billhouse::vendor {

/// A stream of numbers that depends only on the seed and on what it is drawn for. So a row is the same
/// whoever asks for it, when, and in which order, and on every platform: std distributions differ between
/// libraries. splitmix64 (Steele et al. 2014).
class Draw {
public:
    Draw(std::uint64_t seed, std::initializer_list<std::uint64_t> purpose) : state_(seed) {
        for (std::uint64_t const part : purpose)
            state_ = next() ^ part;
    }

    std::uint64_t next() {
        std::uint64_t mixed = state_ += 0x9e3779b97f4a7c15U;
        mixed = (mixed ^ (mixed >> 30U)) * 0xbf58476d1ce4e5b9U;
        mixed = (mixed ^ (mixed >> 27U)) * 0x94d049bb133111ebU;
        return mixed ^ (mixed >> 31U);
    }

    /// From low to high, both included.
    std::int64_t between(std::int64_t low, std::int64_t high) {
        return low + static_cast<std::int64_t>(next() % static_cast<std::uint64_t>(high - low + 1));
    }

    bool one_in(std::uint64_t n) { return next() % n == 0; }

private:
    std::uint64_t state_;
};

/// What a number is drawn for: keeps the streams of different questions apart.
namespace purpose {
constexpr std::uint64_t kWorkspace = 1, kHasItem = 2, kQuantity = 3, kSettlement = 4, kTwin = 5,
                        kSubscription = 6, kRestate = 7, kRevision = 8, kApp = 9, kUsage = 10, kPick = 11,
                        kTrace = 12, kLate = 13;
} // namespace purpose

} // namespace billhouse::vendor
