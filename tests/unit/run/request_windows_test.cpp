#include "run/request_windows.hpp"

#include <gtest/gtest.h>

namespace billhouse {
namespace {

using namespace std::chrono;

StreamDefinition stream(int hours, int days, std::string_view format) {
    StreamDefinition stream;
    stream.window.request_hours = hours;
    stream.window.request_days = days;
    stream.request.query = {
        {"from", {{Placeholder{Placeholder::Name::window_start, TimeFormat::compile(format), {}}}}}};
    return stream;
}

std::vector<RequestWindow> of_day(StreamDefinition const& stream, char const* zone, Date day) {
    auto const at = Zone::find(zone).value();
    auto const windows = request_windows(stream, at, day, day + days(1));
    EXPECT_EQ(windows.front().from, at.start_of(day));
    EXPECT_EQ(windows.back().to, at.start_of(day + days(1)));
    for (std::size_t i = 1; i < windows.size(); ++i)
        EXPECT_EQ(windows[i - 1].to, windows[i].from) << "no gap, no overlap";
    return windows;
}

Date const kSpring = sys_days(2026y / March / 29);   // 23 hours in Berlin
Date const kAutumn = sys_days(2026y / October / 25); // 25 hours in Berlin

} // namespace

TEST(RequestWindows, without_a_step_a_slice_is_one_window) {
    EXPECT_EQ(of_day(stream(0, 0, "date"), "Europe/Berlin", kSpring).size(), 1U);
}

TEST(RequestWindows, hours_of_elapsed_time_are_23_24_or_25_of_a_day) {
    auto const hourly = stream(1, 0, "rfc3339");
    EXPECT_EQ(of_day(hourly, "Europe/Berlin", kSpring).size(), 23U);
    EXPECT_EQ(of_day(hourly, "Europe/Berlin", kSpring + days(1)).size(), 24U);
    EXPECT_EQ(of_day(hourly, "Europe/Berlin", kAutumn).size(), 25U);
    auto const sixes = of_day(stream(6, 0, "unix"), "Europe/Berlin", kAutumn);
    ASSERT_EQ(sixes.size(), 5U);
    EXPECT_EQ(sixes.back().to - sixes.back().from, hours(1));
}

TEST(RequestWindows, hours_of_the_clock_ask_for_an_hour_that_comes_twice_once_and_whole) {
    auto const hourly = stream(1, 0, "%Y-%m-%dT%H");
    EXPECT_EQ(of_day(hourly, "Europe/Berlin", kSpring).size(), 23U);
    auto const autumn = of_day(hourly, "Europe/Berlin", kAutumn);
    ASSERT_EQ(autumn.size(), 24U);
    EXPECT_EQ(autumn[2].to - autumn[2].from, hours(2));
}

TEST(RequestWindows, days_are_cut_at_the_end_of_the_slice) {
    auto const windows = request_windows(stream(0, 31, "date"), Zone(), sys_days(2026y / January / 1),
                                         sys_days(2026y / March / 1));
    ASSERT_EQ(windows.size(), 2U);
    EXPECT_EQ(windows[0].to, sys_days(2026y / February / 1));
    EXPECT_EQ(windows[1].to, sys_days(2026y / March / 1));
}

TEST(RequestWindows, one_proof_stands_alone_and_equal_ones_are_counted) {
    EXPECT_EQ(joined_proof({{"empty page 2"}}).how, "empty page 2");
    EXPECT_EQ(joined_proof({{"a"}, {"b"}, {"a"}}).how, "3 series: 2 x a; b");
}

} // namespace billhouse
