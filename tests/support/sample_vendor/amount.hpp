#pragma once

#include <compare>
#include <cstdint>
#include <string>

namespace billhouse::vendor {

/// Money or a quantity, exact, in millionths. Never a binary float: the vendor's own totals are the yardstick
/// of the tests.
struct Amount {
    std::int64_t micros = 0;

    friend auto operator<=>(Amount, Amount) = default;
    friend Amount operator+(Amount a, Amount b) { return {a.micros + b.micros}; }
    friend Amount operator-(Amount a, Amount b) { return {a.micros - b.micros}; }
    Amount& operator+=(Amount other) {
        micros += other.micros;
        return *this;
    }
};

constexpr std::int64_t kMicros = 1'000'000;

/// Rounds half away from zero to 0..6 decimal places.
Amount rounded(Amount amount, int places);
/// `permille` thousandths of an amount, rounded to `places`.
Amount share(Amount amount, std::int64_t permille, int places);
/// Shortest plain text: "0.2", "12", "-3.000001".
std::string to_text(Amount amount);
/// With exactly `places` (0..6) decimals, which must hold the amount: "0.20".
std::string to_text(Amount amount, int places);

} // namespace billhouse::vendor
