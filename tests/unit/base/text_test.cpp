#include "base/text.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

namespace billhouse {

using namespace std::string_literals;

TEST(Utf8, accepts_every_character_up_to_the_last) {
    for (auto const& good : {""s, "plain"s, "\0"s, "é"s, "会话回放"s, "\xF0\x9F\x92\xB0"s, "\x7F"s,
                             "\xC2\x80"s, "\xDF\xBF"s, "\xE0\xA0\x80"s, "\xED\x9F\xBF"s, "\xEE\x80\x80"s,
                             "\xEF\xBF\xBF"s, "\xF0\x90\x80\x80"s, "\xF4\x8F\xBF\xBF"s})
        EXPECT_TRUE(is_utf8(good)) << printable(good, 99);
}

TEST(Utf8, refuses_overlong_cut_off_and_surrogate_forms) {
    for (auto const& bad :
         {"\x80"s, "\xC0\x80"s, "\xC1\xBF"s, "\xE0\x9F\xBF"s, "\xED\xA0\x80"s, "\xED\xBF\xBF"s,
          "\xF0\x8F\xBF\xBF"s, "\xF4\x90\x80\x80"s, "\xF5\x80\x80\x80"s, "\xFF"s, "\xC3"s, "\xE4\xBC"s,
          "\xF0\x9F\x92"s, "\xC3("s, "\xE4\x28\xBC"s, "\xE4\xBC\x28"s, "ok\xE9"s})
        EXPECT_FALSE(is_utf8(bad)) << printable(bad, 99);
}

TEST(Text, trims_white_space_at_both_ends) {
    EXPECT_EQ(trimmed(" \t\r\n a b \v\f"), "a b");
    EXPECT_EQ(trimmed("  "), "");
    EXPECT_EQ(trimmed("x"), "x");
}

TEST(Text, lowers_ascii_letters_only) {
    EXPECT_EQ(lower_ascii("Content-TYPE [@Z] É"), "content-type [@z] É");
}

TEST(ParseInteger, takes_digits_only) {
    EXPECT_EQ(parse_integer("0"), 0);
    EXPECT_EQ(parse_integer("007"), 7);
    EXPECT_EQ(parse_integer("9223372036854775807"), INT64_MAX);
    for (auto const bad : {"", "-1", "+1", " 1", "1 ", "1.0", "1e3", "0x1", "9223372036854775808", "1,000"})
        EXPECT_EQ(parse_integer(bad), std::nullopt) << bad;
}

TEST(Wildcard, a_star_stands_for_any_run) {
    struct Case {
        std::string pattern, text;
        bool matches;
    };
    for (auto const& [pattern, text, matches] : std::vector<Case>{
             {"", "", true},
             {"", "a", false},
             {"*", "", true},
             {"*", "anything", true},
             {"ft.Trigger*CurrentLimiting", "ft.TriggerWorkspaceCurrentLimiting", true},
             {"ft.Trigger*CurrentLimiting", "ft.TriggerCurrentLimiting", true},
             {"ft.Trigger*CurrentLimiting", "ft.TriggerCurrentLimitingX", false},
             {"ft.Trigger*", "ft.trigger", false},
             {"a*b*c", "abbbcbc", true},
             {"a*b*c", "acb", false},
             {"**a**", "bab", true},
             {"a?c", "abc", false},
             {"a", "aa", false},
             {"*a", "aaaaaaaaab", false},
         })
        EXPECT_EQ(matches_wildcard(pattern, text), matches) << pattern << ' ' << text;
}

TEST(Wildcard, many_stars_against_a_long_text_take_no_exponential_time) {
    EXPECT_FALSE(matches_wildcard("a*a*a*a*a*a*a*a*a*a*b", std::string(2'000, 'a')));
}

TEST(Printable, shows_control_and_broken_bytes_as_hexadecimal) {
    EXPECT_EQ(printable("line\n\x1B[31mred\x7F"s, 99), "line\\x0A\\x1B[31mred\\x7F");
    EXPECT_EQ(printable("nul\0!"s, 99), "nul\\x00!");
    EXPECT_EQ(printable("\xC2\x9B" // CSI, which a terminal obeys like ESC [
                        "31m",
                        99),
              "\\xC2\\x9B31m");
    EXPECT_EQ(printable("caf\xE9", 99), "caf\\xE9");
    EXPECT_EQ(printable("会话", 99), "会话");
}

TEST(Printable, is_cut_at_a_characters_border) {
    EXPECT_EQ(printable("abcdef", 3), "abc");
    EXPECT_EQ(printable("会话", 5), "会");
    EXPECT_EQ(printable("会话", 2), "");
    EXPECT_EQ(printable("a\nb", 4), "a");
    EXPECT_EQ(printable("a\nb", 5), "a\\x0A");
}

TEST(Nearest, offers_the_closest_word_within_two_steps) {
    std::vector<std::string> const keys{"page_size", "page_number", "path", "records", "retry"};
    EXPECT_EQ(nearest("page_sise", keys), "page_size");
    EXPECT_EQ(nearest("pagesize", keys), "page_size");
    EXPECT_EQ(nearest("reocrds", keys), "records"); // two neighbours swapped
    EXPECT_EQ(nearest("rertyy", keys), "retry");
    EXPECT_EQ(nearest("page", keys), std::nullopt); // half of the word would have to change
    EXPECT_EQ(nearest("p", keys), std::nullopt);
    EXPECT_EQ(nearest("", keys), std::nullopt);
    EXPECT_EQ(nearest("watermark", keys), std::nullopt);
    EXPECT_EQ(nearest("retry", {}), std::nullopt);
}

TEST(HumanBytes, keeps_two_to_three_figures) {
    EXPECT_EQ(human_bytes(0), "0 B");
    EXPECT_EQ(human_bytes(999), "999 B");
    EXPECT_EQ(human_bytes(1'000), "1.0 kB");
    EXPECT_EQ(human_bytes(613'000), "613 kB");
    EXPECT_EQ(human_bytes(2'480'000), "2.5 MB");
    EXPECT_EQ(human_bytes(9'949'999), "9.9 MB");
    EXPECT_EQ(human_bytes(9'950'000), "10 MB");
    EXPECT_EQ(human_bytes(999'499), "999 kB");
    EXPECT_EQ(human_bytes(999'500), "1.0 MB");
    EXPECT_EQ(human_bytes(UINT64_MAX), "18 EB");
}

TEST(WithThousands, groups_digits_by_three) {
    EXPECT_EQ(with_thousands(0), "0");
    EXPECT_EQ(with_thousands(999), "999");
    EXPECT_EQ(with_thousands(1'000), "1,000");
    EXPECT_EQ(with_thousands(1'234'567), "1,234,567");
    EXPECT_EQ(with_thousands(-123), "-123");
    EXPECT_EQ(with_thousands(-1'234), "-1,234");
    EXPECT_EQ(with_thousands(INT64_MIN), "-9,223,372,036,854,775,808");
}

TEST(JsonQuoted, is_always_valid_json) {
    EXPECT_EQ(json_quoted("plain"), R"("plain")");
    EXPECT_EQ(json_quoted("a\"b\\c/d"), R"("a\"b\\c/d")");
    EXPECT_EQ(json_quoted("\b\f\n\r\t\x01\x1F"s), R"("\b\f\n\r\t\u0001\u001f")");
    EXPECT_EQ(json_quoted("会话"), "\"会话\"");
    EXPECT_EQ(json_quoted("caf\xE9!"), "\"caf\xEF\xBF\xBD!\"");
    EXPECT_EQ(json_quoted("\0"s), R"("\u0000")");
}

} // namespace billhouse
