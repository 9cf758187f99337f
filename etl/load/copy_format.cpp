#include "load/copy_format.hpp"

#include <array>

namespace billhouse {

namespace {

constexpr int kDigitsPerGroup = 4;
constexpr unsigned kGroupBase = 10'000;
constexpr std::array<unsigned, 4> kPowerOfTen{1, 10, 100, 1000};
/// 38 digits that do not start at a group's border.
constexpr std::size_t kMaxGroups = 11;

/// Groups of a number to base 10,000, least significant first, without zeros at either end.
struct Groups {
    std::array<std::int16_t, kMaxGroups> digits;
    std::size_t count = 0;
    int power = 0; ///< power of 10,000 that the first (least significant) group stands for

    void add(unsigned group) {
        if (count == 0 && group == 0)
            ++power;
        else
            digits[count++] = static_cast<std::int16_t>(group);
    }
};

template <class Unsigned>
void split(Groups& groups, Unsigned rest) {
    for (; rest != 0; rest /= kGroupBase)
        groups.add(static_cast<unsigned>(rest % kGroupBase));
}

Groups groups_of(Decimal const& value) {
    Groups groups;
    auto rest = value.coefficient();
    auto const odd = static_cast<std::size_t>(value.scale() % kDigitsPerGroup);
    groups.power = -((value.scale() + kDigitsPerGroup - 1) / kDigitsPerGroup);
    if (odd != 0) { // the last group is not full: "0.5" is 5000 to the power -1
        groups.add(static_cast<unsigned>(rest % kPowerOfTen[odd]) * kPowerOfTen[kDigitsPerGroup - odd]);
        rest /= kPowerOfTen[odd];
    }
    // Money fits 64 bits nearly always, and dividing 128 of them is several times slower.
    if (rest >> 64)
        split(groups, rest);
    else
        split(groups, static_cast<std::uint64_t>(rest));
    return groups;
}

} // namespace

void append_numeric(std::string& buffer, Decimal const& value) {
    constexpr std::int16_t positive = 0, negative = 0x4000;
    auto const groups = value.is_zero() ? Groups{} : groups_of(value);
    auto const count = static_cast<int>(groups.count);
    append_int32(buffer, 8 + 2 * count);
    append_int16(buffer, static_cast<std::int16_t>(count));
    append_int16(buffer, static_cast<std::int16_t>(count == 0 ? 0 : groups.power + count - 1));
    append_int16(buffer, value.is_negative() ? negative : positive);
    append_int16(buffer, static_cast<std::int16_t>(value.scale()));
    for (auto i = groups.count; i > 0; --i)
        append_int16(buffer, groups.digits[i - 1]);
}

} // namespace billhouse
