#include "support/sample_vendor/amount.hpp"

#include <cstdlib>

namespace billhouse::vendor {

namespace {

std::int64_t micros_per_unit_at(int places) {
    std::int64_t unit = kMicros;
    for (int place = 0; place < places; ++place)
        unit /= 10;
    return unit;
}

std::int64_t divided_half_up(std::int64_t value, std::int64_t by) {
    std::int64_t const half = value < 0 ? -by / 2 : by / 2;
    return (value + half) / by;
}

} // namespace

Amount rounded(Amount amount, int places) {
    std::int64_t const unit = micros_per_unit_at(places);
    return {divided_half_up(amount.micros, unit) * unit};
}

Amount share(Amount amount, std::int64_t permille, int places) {
    // Whole units and the rest apart, so that a large amount does not overflow.
    std::int64_t const whole = amount.micros / 1000 * permille;
    std::int64_t const rest = amount.micros % 1000 * permille;
    return rounded({whole + divided_half_up(rest, 1000)}, places);
}

std::string to_text(Amount amount, int places) {
    std::int64_t const magnitude = std::abs(amount.micros);
    std::string text = amount.micros < 0 ? "-" : "";
    text += std::to_string(magnitude / kMicros);
    if (places == 0) return text;
    std::string const digits = std::to_string(kMicros + magnitude % kMicros); // "1" and the six decimals
    return text + '.' + digits.substr(1, static_cast<std::size_t>(places));
}

std::string to_text(Amount amount) {
    std::string text = to_text(amount, 6);
    text.erase(text.find_last_not_of('0') + 1);
    if (text.back() == '.') text.pop_back();
    return text;
}

} // namespace billhouse::vendor
