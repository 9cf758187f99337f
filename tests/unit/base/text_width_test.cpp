#include "base/text_width.hpp"

#include <gtest/gtest.h>

namespace billhouse {
namespace {

TEST(DisplayWidth, counts_a_column_for_a_letter_and_two_for_an_ideograph) {
    EXPECT_EQ(display_width(""), 0U);
    EXPECT_EQ(display_width("Staging"), 7U);
    EXPECT_EQ(display_width("Gr\u00FC\u00DFe \u0416"), 7U);
    EXPECT_EQ(display_width("\u652F\u4ED8\u5E73\u53F0-\u751F\u4EA7"), 13U) << "six ideographs and a hyphen";
    EXPECT_EQ(display_width("\uACB0\uC81C"), 4U) << "Hangul";
    EXPECT_EQ(display_width("\uFF21"), 2U) << "a full-width Latin letter";
    EXPECT_EQ(display_width("\uFF71"), 1U) << "a half-width Katakana letter";
    EXPECT_EQ(display_width("\U0001F600"), 2U) << "an emoji";
    EXPECT_EQ(display_width("\U00020000"), 2U) << "the first ideograph beyond the basic plane";
}

TEST(DisplayWidth, counts_nothing_for_what_joins_the_character_before_it) {
    EXPECT_EQ(display_width("e\u0301"), 1U) << "an acute of its own";
    EXPECT_EQ(display_width("\u0E01\u0E49"), 1U) << "a Thai tone mark";
    EXPECT_EQ(display_width("a\u200Bb"), 2U) << "a space of no width";
}

TEST(DisplayWidth, counts_a_column_for_each_byte_that_is_no_text) {
    EXPECT_EQ(display_width("\xE6\x94"), 2U) << "an ideograph that was cut";
    EXPECT_EQ(display_width("\xFF\x80z"), 3U);
}

} // namespace
} // namespace billhouse
