#include "base/decimal.hpp"

#include "support/plain_decimal.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace billhouse {
namespace {

std::string const kThirtyEightNines(38, '9');

// Numbers of every width and scale, many of them at the borders, with runs of zeros and nines, and factors of
// two and five.
class RandomNumbers {
public:
    Plain next() {
        Plain value{below(2) == 1, digits(), below(5) == 0 ? below(101) : below(12)};
        if (value.digits.size() + 60 < static_cast<std::size_t>(value.scale)) value.scale /= 2;
        tidy(value);
        return value;
    }

    int below(int limit) { return std::uniform_int_distribution<int>(0, limit - 1)(engine_); }

private:
    std::string digits() {
        auto const width = static_cast<std::size_t>(below(4) == 0 ? 30 + below(9) : 1 + below(20));
        if (below(8) == 0) return std::string(width, '9');
        if (below(8) == 0) return power(below(2) == 0 ? "2" : "5", width);
        std::string out(1, static_cast<char>('1' + below(9)));
        while (out.size() < width)
            out += below(3) == 0 ? '0' : static_cast<char>('0' + below(10));
        return out;
    }

    static std::string power(std::string const& base, std::size_t width) {
        Plain value{false, base, 0};
        while (value.digits.size() < width)
            value = plain_product(value, Plain{false, base, 0});
        return value.digits;
    }

    std::mt19937 engine_{20260301};
};

std::string shown(std::optional<Decimal> const& value) {
    return value ? value->to_string() : "does not fit";
}
std::string expected(Plain const& value) {
    return fits(value) ? text_of(value) : "does not fit";
}
Decimal number(std::string_view text) {
    return Decimal::parse(text).value();
}

} // namespace

TEST(Decimal, reads_every_form_of_a_number_and_writes_the_plain_one) {
    struct Case {
        std::string text, plain;
    };
    std::string const zeros(500, '0');
    for (auto const& [text, plain] : std::vector<Case>{
             {"0", "0"},
             {"-0", "0"},
             {"-0.000", "0"},
             {"+0", "0"},
             {"1", "1"},
             {"+1.50", "1.5"},
             {"-12.50", "-12.5"},
             {"007", "7"},
             {"-000.0010", "-0.001"},
             {"100", "100"},
             {"1E+2", "100"},
             {"1e2", "100"},
             {"1.5E1", "15"},
             {"1.25e1", "12.5"},
             {"12e-1", "1.2"},
             {"120e-1", "12"},
             {"1e-100", "0." + std::string(99, '0') + "1"},
             {"10e-101", "0." + std::string(99, '0') + "1"},
             {"1e37", "1" + std::string(37, '0')},
             {"0.1e38", "1" + std::string(37, '0')},
             {"1" + zeros + "e-500", "1"},
             {"1." + zeros, "1"},
             {zeros + "1", "1"},
             {"0." + zeros + "1e500", "0.1"},
             {"0e999999999999999999999999", "0"},
             {"0e-999999999999999999999999", "0"},
             {"0." + zeros, "0"},
             {kThirtyEightNines, kThirtyEightNines},
             {"-" + kThirtyEightNines, "-" + kThirtyEightNines},
             {"0." + kThirtyEightNines, "0." + kThirtyEightNines},
             {kThirtyEightNines + "e-100", "0." + std::string(62, '0') + kThirtyEightNines},
             {"12.345678901234567890123", "12.345678901234567890123"},
             {"3402823669209384634633746074317682114.5", "3402823669209384634633746074317682114.5"},
         }) {
        EXPECT_EQ(shown(Decimal::parse(text)), plain) << text;
        EXPECT_TRUE(Decimal::is_number(text)) << text;
    }
}

TEST(Decimal, refuses_a_number_that_does_not_fit_instead_of_rounding_it) {
    for (std::string const& text :
         {kThirtyEightNines + "9", "1" + std::string(38, '0'), std::string("1e38"), std::string("1e-101"),
          kThirtyEightNines + ".9", "0." + std::string(100, '0') + "1", std::string("1e999999999999"),
          std::string("1e-999999999999"), std::string("1e99999999999999999999999999999"),
          "1" + std::string(37, '0') + ".1", std::string("340282366920938463463374607431768211457")}) {
        EXPECT_EQ(Decimal::parse(text), std::nullopt) << text;
        EXPECT_TRUE(Decimal::is_number(text)) << text;
    }
}

TEST(Decimal, refuses_what_is_no_number) {
    for (std::string_view const text :
         {"",         " ",    "-",     "+",     ".",     "e",     "1.",   ".5",    "-.5",   "1.e5", "1e",
          "1e+",      "1e-",  "1e+-2", "--1",   "+-1",   "1 ",    " 1",   "1,000", "1_000", "NaN",  "nan",
          "Infinity", "-inf", "0x10",  "1.2.3", "1e2.5", "1e2e3", "None", "$1",    "1\n",   "١"}) {
        EXPECT_EQ(Decimal::parse(text), std::nullopt) << text;
        EXPECT_FALSE(Decimal::is_number(text)) << text;
    }
    EXPECT_FALSE(Decimal::is_number(std::string_view("1\0", 2)));
}

TEST(Decimal, equal_values_are_equal_field_by_field) {
    EXPECT_EQ(number("1.20"), number("12e-1"));
    EXPECT_EQ(number("-0.0"), Decimal());
    EXPECT_EQ(number("100").scale(), 0);
    EXPECT_EQ(number("1.2300").scale(), 2);
    EXPECT_FALSE(number("-0").is_negative());
}

TEST(Decimal, holds_every_whole_number_of_64_bits) {
    EXPECT_EQ(Decimal(0), Decimal());
    EXPECT_EQ(Decimal(-7), number("-7"));
    EXPECT_EQ(Decimal(INT64_MAX).to_string(), "9223372036854775807");
    EXPECT_EQ(Decimal(INT64_MIN).to_string(), "-9223372036854775808");
}

TEST(Decimal, adds_what_cancels_out_although_the_aligned_numbers_are_too_wide) {
    auto const just_below_ten = number("9." + std::string(37, '9'));
    EXPECT_EQ(shown(Decimal::subtract(Decimal(10), just_below_ten)), "0." + std::string(36, '0') + "1");
    EXPECT_EQ(shown(Decimal::add(number(kThirtyEightNines), number("-" + kThirtyEightNines))), "0");
}

TEST(Decimal, says_so_where_a_result_does_not_fit) {
    EXPECT_EQ(Decimal::add(number(kThirtyEightNines), Decimal(1)), std::nullopt);
    EXPECT_EQ(Decimal::subtract(number("-" + kThirtyEightNines), Decimal(1)), std::nullopt);
    EXPECT_EQ(Decimal::add(number("1e37"), number("0.1")), std::nullopt);
    EXPECT_EQ(Decimal::add(Decimal(1), number("1e-100")), std::nullopt);
    EXPECT_EQ(Decimal::multiply(number("1e19"), number("1e19")), std::nullopt);
    EXPECT_EQ(Decimal::multiply(number(kThirtyEightNines), number(kThirtyEightNines)), std::nullopt);
    EXPECT_EQ(Decimal::multiply(number("1e-50"), number("1e-51")), std::nullopt);
}

TEST(Decimal, multiplies_what_fits_only_without_its_trailing_zeros) {
    auto const power_of_two = number("85070591730234615865843651857942052864");      // 2^126
    auto const power_of_five = number("55511151231257827021181583404541015625e-60"); // 5^54, 38 digits
    EXPECT_EQ(shown(Decimal::multiply(power_of_two, power_of_five)),
              "4722366482869645.213696"); // 2^72 / 10^6
    EXPECT_EQ(shown(Decimal::multiply(number("0.5"), number("2e-100"))), "0." + std::string(99, '0') + "1");
}

TEST(Decimal, shifts_the_point_exactly_or_not_at_all) {
    EXPECT_EQ(shown(Decimal(1234).shifted(-2)), "12.34");
    EXPECT_EQ(shown(Decimal(1200).shifted(-2)), "12");
    EXPECT_EQ(shown(number("12.34").shifted(2)), "1234");
    EXPECT_EQ(shown(number("12.34").shifted(4)), "123400");
    EXPECT_EQ(shown(number("1e37").shifted(-137)), "0." + std::string(99, '0') + "1");
    EXPECT_EQ(shown(Decimal(0).shifted(1'000'000)), "0");
    EXPECT_EQ(Decimal(1).shifted(38), std::nullopt);
    EXPECT_EQ(Decimal(1).shifted(-101), std::nullopt);
    EXPECT_EQ(Decimal(1).shifted(INT32_MAX), std::nullopt);
    EXPECT_EQ(Decimal(1).shifted(INT32_MIN), std::nullopt);
}

TEST(Decimal, compares_by_value_also_where_aligning_would_overflow) {
    std::vector<std::string> const ascending = {"-" + kThirtyEightNines,
                                                "-1e37",
                                                "-1",
                                                "-" + kThirtyEightNines + "e-100",
                                                "-1e-100",
                                                "0",
                                                "1e-100",
                                                kThirtyEightNines + "e-100",
                                                "0.09",
                                                "0.1",
                                                "0.11",
                                                "1",
                                                "1." + std::string(36, '0') + "1",
                                                "2",
                                                "9",
                                                "10",
                                                "1e37",
                                                kThirtyEightNines};
    for (std::size_t i = 0; i < ascending.size(); ++i)
        for (std::size_t j = 0; j < ascending.size(); ++j)
            EXPECT_EQ(number(ascending[i]) <=> number(ascending[j]), i <=> j)
                << ascending[i] << ' ' << ascending[j];
}

TEST(Decimal, agrees_with_school_arithmetic_on_random_numbers) {
    RandomNumbers numbers;
    for (int i = 0; i < 20'000; ++i) {
        auto const a = numbers.next();
        auto const b = numbers.next();
        auto const x = number(text_of(a));
        auto const y = number(text_of(b));
        auto const what = text_of(a) + " and " + text_of(b);
        ASSERT_EQ(x.to_string(), text_of(a));
        ASSERT_EQ(shown(Decimal::add(x, y)), expected(plain_sum(a, b))) << what;
        auto minus_b = b;
        minus_b.negative = b.digits != "0" && !b.negative;
        ASSERT_EQ(shown(Decimal::subtract(x, y)), expected(plain_sum(a, minus_b))) << what;
        ASSERT_EQ(shown(Decimal::multiply(x, y)), expected(plain_product(a, b))) << what;
        ASSERT_EQ(x <=> y, plain_compare(a, b) <=> 0) << what;
    }
}

// Few digits without exponent or plus are read in 64 bits, all else in 128.
TEST(Decimal, reads_short_and_long_texts_alike) {
    for (std::size_t digits = 1; digits <= 22; ++digits)
        for (std::size_t decimals = 0; decimals < digits; ++decimals)
            for (char const digit : {'0', '1', '9'}) {
                std::string text(digits, digit);
                if (decimals > 0) text.insert(digits - decimals, 1, '.');
                ASSERT_EQ(shown(Decimal::parse(text)), shown(Decimal::parse('+' + text))) << text;
                ASSERT_EQ(shown(Decimal::parse('-' + text)), shown(Decimal::parse('-' + text + "e0")))
                    << text;
            }
    for (auto const* text : {"", "-", ".", "1.", ".1", "-.1", "1.2.3", "1 ", "--1", "1-", "1,0"})
        ASSERT_FALSE(Decimal::parse(text)) << text;
}

TEST(Decimal, an_exponent_moves_the_point_of_any_text) {
    RandomNumbers numbers;
    for (int i = 0; i < 5'000; ++i) {
        auto const value = numbers.next();
        int const exponent = numbers.below(81) - 40;
        auto moved = value;
        moved.scale -= exponent;
        for (; moved.scale < 0; ++moved.scale)
            moved.digits += '0';
        tidy(moved);
        auto const text = text_of(value) + "e" + std::to_string(exponent);
        ASSERT_EQ(shown(Decimal::parse(text)), expected(moved)) << text;
        ASSERT_EQ(shown(number(text_of(value)).shifted(exponent)), expected(moved)) << text;
    }
}

} // namespace billhouse
