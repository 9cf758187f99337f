#include "transform/measures.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace billhouse {

TEST(Measures, are_absent_until_they_are_set) {
    Measures const measures;
    for (auto const& amount : measures)
        EXPECT_FALSE(amount);
}

TEST(Measures, keep_every_value_exactly_beside_any_other) {
    std::vector<std::optional<Decimal>> const values = {
        Decimal(0),
        Decimal(-1),
        Decimal::parse("-0.5"),
        Decimal::parse("18446744073709551615"),
        Decimal::parse("18446744073709551616"),
        Decimal::parse("-99999999999999999999999999999999999999"),
        Decimal::parse("1e-100"),
        Decimal::parse("-1e-100"),
        std::nullopt,
        Decimal::parse("12.345678901234567890123"),
    };
    for (auto const& before : values) {
        Measures measures;
        for (std::size_t i = 0; i < kMeasureCount; ++i)
            measures.set(i, before);
        for (std::size_t i = 0; i < kMeasureCount; ++i)
            measures.set(i, values[i % values.size()]);
        std::size_t place = 0;
        for (auto const& amount : measures) {
            EXPECT_EQ(amount, values[place % values.size()]) << place;
            ++place;
        }
        EXPECT_EQ(place, kMeasureCount);
    }
}

} // namespace billhouse
