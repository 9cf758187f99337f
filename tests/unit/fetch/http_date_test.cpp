#include "base/date_time.hpp"
#include "fetch/http_date.hpp"

#include <gtest/gtest.h>

namespace billhouse {
namespace {

using namespace std::chrono;

Instant const kNow = sys_days(2026y / March / 1);

std::string read(std::string_view text) {
    auto const instant = parse_http_date(text, kNow);
    return instant ? to_string(*instant) : "none";
}

} // namespace

TEST(HttpDate, reads_the_three_forms_of_rfc_9110) {
    EXPECT_EQ(read("Sun, 06 Nov 1994 08:49:37 GMT"), "1994-11-06T08:49:37Z");
    EXPECT_EQ(read("Sunday, 06-Nov-94 08:49:37 GMT"), "1994-11-06T08:49:37Z");
    EXPECT_EQ(read("Sun Nov  6 08:49:37 1994"), "1994-11-06T08:49:37Z");
    EXPECT_EQ(read("Wed Nov 16 08:49:37 1994"), "1994-11-16T08:49:37Z");
}

TEST(HttpDate, reads_leap_days_and_leap_seconds) {
    EXPECT_EQ(read("Thu, 29 Feb 2024 00:00:00 GMT"), "2024-02-29T00:00:00Z");
    EXPECT_EQ(read("Sat, 31 Dec 2016 23:59:60 GMT"), "2017-01-01T00:00:00Z");
}

TEST(HttpDate, puts_a_two_digit_year_at_most_fifty_years_ahead) {
    EXPECT_EQ(read("Friday, 06-Nov-76 08:49:37 GMT"), "2076-11-06T08:49:37Z");
    EXPECT_EQ(read("Sunday, 06-Nov-77 08:49:37 GMT"), "1977-11-06T08:49:37Z");
    EXPECT_EQ(read("Sunday, 06-Nov-00 08:49:37 GMT"), "2000-11-06T08:49:37Z");
}

TEST(HttpDate, refuses_everything_else) {
    for (auto const* text : {
             "",
             " ",
             "Sun",
             "sun, 06 Nov 1994 08:49:37 GMT",
             "Sun, 06 nov 1994 08:49:37 GMT",
             "Sun, 06 Nov 1994 08:49:37 gmt",
             "Sun, 06 Nov 1994 08:49:37 CET",
             "Sun, 06 Nov 1994 08:49:37",
             "Sun, 06 Nov 1994 08:49:37 GMT ",
             " Sun, 06 Nov 1994 08:49:37 GMT",
             "Sun,  06 Nov 1994 08:49:37 GMT",
             "Sun, 6 Nov 1994 08:49:37 GMT",
             "Sun, 06 Nov 94 08:49:37 GMT",
             "Sun, 06-Nov-94 08:49:37 GMT",
             "Sunday, 06-Nov-1994 08:49:37 GMT",
             "Sun Nov 6 08:49:37 1994",
             "Sun Nov 006 08:49:37 1994",
             "Sun Nov  6 8:49:37 1994",
             "06 Nov 1994 08:49:37 GMT",
             "Sun, 31 Nov 1994 08:49:37 GMT",
             "Wed, 29 Feb 2023 00:00:00 GMT",
             "Sun, 00 Nov 1994 08:49:37 GMT",
             "Sun, 06 Nov 1994 24:00:00 GMT",
             "Sun, 06 Nov 1994 08:60:00 GMT",
             "Sun, 06 Nov 1994 08:49:61 GMT",
             "Sun, 06 Nov 1994 -8:49:37 GMT",
             "Sun, 06 Nov 1994 08:49:+7 GMT",
             "Son, 06 Nov 1994 08:49:37 GMT",
             "1994-11-06T08:49:37Z",
         }) {
        EXPECT_EQ(read(text), "none") << text;
    }
}

} // namespace billhouse
