#include "base/date_time.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace billhouse {
namespace {

using namespace std::chrono_literals;

TimeFormat format(std::string_view pattern) {
    return TimeFormat::compile(pattern).value();
}
Zone shanghai() {
    return Zone::find("Asia/Shanghai").value();
}

/// What `text` means, read on a clock in Shanghai where it does not say its own offset.
std::string read(std::string_view pattern, std::string_view text) {
    auto const time = format(pattern).read(text);
    return time ? to_string(time->instant_in(shanghai())) : "refused";
}

void expect_refused(std::string_view pattern, std::vector<std::string_view> const& texts) {
    for (auto const text : texts)
        EXPECT_EQ(read(pattern, text), "refused") << pattern << ' ' << text;
}

std::string written(std::string_view pattern, std::string_view instant, Zone const& zone) {
    return format(pattern).write(format("rfc3339").read(instant).value().instant_in(Zone()), zone);
}

} // namespace

TEST(TimeFormat, a_pattern_needs_known_fields) {
    for (auto const good :
         {"date", "rfc3339", "unix", "unix_ms", "%Y", "%Y%m%d", "%d/%m/%Y %H:%M:%S", "%Y%%", "day %d"})
        EXPECT_TRUE(TimeFormat::compile(good).has_value()) << good;
    for (auto const bad : {"", "%", "%Y-%", "%y", "%Y-%B", "%F", "%%", "rfc3399", "Date", "YYYY-MM-DD"})
        EXPECT_FALSE(TimeFormat::compile(bad).has_value()) << bad;
    EXPECT_EQ(format("%Y%m").pattern(), "%Y%m");
}

TEST(TimeFormat, a_pattern_reads_the_billing_zones_clock) {
    EXPECT_EQ(read("%Y%m%d", "20260301"), "2026-02-28T16:00:00Z");
    EXPECT_EQ(read("%d/%m/%Y %H:%M:%S", "01/03/2026 08:30:15"), "2026-03-01T00:30:15Z");
    EXPECT_EQ(read("%Y-%m", "2026-03"), "2026-02-28T16:00:00Z");
    EXPECT_EQ(read("%Y", "2026"), "2025-12-31T16:00:00Z");
    EXPECT_EQ(read("%Y/%m/%Y-%m-%d", "2026/03/2026-03-01"), "2026-02-28T16:00:00Z");
    EXPECT_EQ(read("%Y%%", "2026%"), "2025-12-31T16:00:00Z");
    EXPECT_EQ(read("date", "2026-03-01"), "2026-02-28T16:00:00Z");
}

TEST(TimeFormat, a_pattern_refuses_all_else) {
    expect_refused("%Y%m%d", {"", "2026031", "202603011", "2026-03-01", "20260230", "20261301", "00000101",
                              " 20260301", "2026 301"});
    expect_refused("%Y-%m-%d %H:%M:%S",
                   {"2026-03-01", "2026-03-01 24:00:00", "2026-03-01 23:60:00", "2026-03-01 23:59:60",
                    "2026-03-01T00:00:00", "2026-03-01 0:00:00", "2026-03-01 -1:00:00"});
    expect_refused("%Y/%m/%Y-%m-%d", {"2026/03/2026-04-01", "2025/03/2026-03-01"});
    expect_refused("%m-%d", {"03-01"}); // of no year
    expect_refused("date", {"20260301", "2026-03-01 00:00:00", "2026-02-30"});
}

TEST(TimeFormat, reads_rfc3339_in_all_its_spellings) {
    EXPECT_EQ(read("rfc3339", "2026-03-01T02:30:00Z"), "2026-03-01T02:30:00Z");
    EXPECT_EQ(read("rfc3339", "2026-03-01t02:30:00z"), "2026-03-01T02:30:00Z");
    EXPECT_EQ(read("rfc3339", "2026-03-01 02:30:00+08:00"), "2026-02-28T18:30:00Z");
    EXPECT_EQ(read("rfc3339", "2026-03-01T02:30:00-03:30"), "2026-03-01T06:00:00Z");
    EXPECT_EQ(read("rfc3339", "2026-03-01T02:30:00+14:00"), "2026-02-28T12:30:00Z");
    EXPECT_EQ(read("rfc3339", "2026-03-01T02:30:00-14:00"), "2026-03-01T16:30:00Z");
    EXPECT_EQ(read("rfc3339", "2026-03-01T02:30:00-00:00"), "2026-03-01T02:30:00Z");
    EXPECT_EQ(read("rfc3339", "2026-03-01T02:30:00.5Z"), "2026-03-01T02:30:00.500000Z");
    EXPECT_EQ(read("rfc3339", "2026-03-01T02:30:00.123456Z"), "2026-03-01T02:30:00.123456Z");
    EXPECT_EQ(read("rfc3339", "2026-03-01T02:30:00.123456000Z"), "2026-03-01T02:30:00.123456Z");
    EXPECT_EQ(read("rfc3339", "1969-12-31T23:59:59.999999Z"), "1969-12-31T23:59:59.999999Z");
}

TEST(TimeFormat, refuses_what_is_not_quite_rfc3339) {
    expect_refused("rfc3339", {"",
                               "2026-03-01",
                               "2026-03-01T02:30:00",
                               "2026-03-01T02:30Z",
                               "2026-03-01T24:00:00Z",
                               "2026-03-01T23:59:60Z",
                               "2026-03-01T02:60:00Z",
                               "2026-02-29T00:00:00Z",
                               "2026-03-01T02:30:00+0800",
                               "2026-03-01T02:30:00+08",
                               "2026-03-01T02:30:00+14:01",
                               "2026-03-01T02:30:00+08:60",
                               "2026-03-01T02:30:00+15:00",
                               "2026-03-01T02:30:00 Z",
                               "2026-03-01T02:30:00Z ",
                               "2026-03-01T02:30:00ZZ",
                               "2026-03-01_02:30:00Z",
                               "2026-03-01T02:30:00,5Z",
                               "2026-03-01T02:30:00.Z",
                               "0000-03-01T02:30:00Z"});
}

TEST(TimeFormat, refuses_a_fraction_that_it_would_have_to_cut) {
    expect_refused("rfc3339", {"2026-03-01T02:30:00.1234567Z", "2026-03-01T02:30:00.000000001Z",
                               "2026-03-01T02:30:00.1234560000Z"});
}

TEST(TimeFormat, reads_unix_seconds_with_a_fraction_down_to_the_microsecond) {
    EXPECT_EQ(read("unix", "1772332200.5"), "2026-03-01T02:30:00.500000Z");
    EXPECT_EQ(read("unix", "1772332200.000001000"), "2026-03-01T02:30:00.000001Z");
    EXPECT_EQ(read("unix", "-1.25"), "1969-12-31T23:59:58.750000Z");
    expect_refused("unix", {"1.", ".5", "1.0000001", "1.5e3", "1.5.1", "1. 5"});
}

TEST(TimeFormat, takes_a_pattern_that_ends_in_Z_as_UTC) {
    EXPECT_EQ(read("%Y-%m-%dT%H:%M:%SZ", "2026-03-01T02:30:00Z"), "2026-03-01T02:30:00Z");
    EXPECT_EQ(read("%Y-%m-%dT%H:%M:%S", "2026-03-01T02:30:00"), "2026-02-28T18:30:00Z");
    EXPECT_EQ(written("%Y-%m-%dT%HZ", "2026-03-01T02:30:00Z", shanghai()), "2026-03-01T02Z");
    EXPECT_EQ(written("%Y-%m-%dT%H", "2026-03-01T02:30:00Z", shanghai()), "2026-03-01T10");
}

TEST(TimeFormat, reads_unix_time) {
    EXPECT_EQ(read("unix", "1772332200"), "2026-03-01T02:30:00Z");
    EXPECT_EQ(read("unix", "0"), "1970-01-01T00:00:00Z");
    EXPECT_EQ(read("unix", "-1"), "1969-12-31T23:59:59Z");
    EXPECT_EQ(read("unix_ms", "1772332200123"), "2026-03-01T02:30:00.123000Z");
    EXPECT_EQ(read("unix_ms", "-1"), "1969-12-31T23:59:59.999000Z");
    EXPECT_EQ(read("unix", "253402300799"), "9999-12-31T23:59:59Z");
    EXPECT_EQ(read("unix", "-62135596800"), "0001-01-01T00:00:00Z");
    expect_refused("unix", {"", "-", "--1", "+1", "1e9", " 1", "1 ", "253402300800", "-62135596801",
                            "1772332200123", "99999999999999999999"});
    expect_refused("unix_ms", {"253402300800000", "-62135596800001"});
}

TEST(TimeFormat, writes_an_instant_as_the_zones_clock_shows_it) {
    auto const instant = "2026-03-01T18:30:05Z";
    EXPECT_EQ(written("date", instant, shanghai()), "2026-03-02");
    EXPECT_EQ(written("%Y%m%d", instant, shanghai()), "20260302");
    EXPECT_EQ(written("%d/%m/%Y %H:%M:%S 100%%", instant, shanghai()), "02/03/2026 02:30:05 100%");
    EXPECT_EQ(written("rfc3339", instant, shanghai()), "2026-03-02T02:30:05+08:00");
    EXPECT_EQ(written("rfc3339", instant, Zone()), "2026-03-01T18:30:05Z");
    EXPECT_EQ(written("rfc3339", "2026-03-01T18:30:05.25Z", Zone::find("America/St_Johns").value()),
              "2026-03-01T15:00:05.250000-03:30");
    EXPECT_EQ(written("rfc3339", "1890-01-01T00:00:00Z", shanghai()), "1890-01-01T00:00:00Z");
    EXPECT_EQ(written("unix", instant, shanghai()), "1772389805");
    EXPECT_EQ(written("unix_ms", instant, shanghai()), "1772389805000");
    EXPECT_EQ(written("unix", "1969-12-31T23:59:59.5Z", shanghai()), "-1");
}

TEST(CivilTime, keeps_its_day_unless_it_named_an_offset) {
    auto const with_offset = format("rfc3339").read("2026-02-28T23:30:00Z").value();
    auto const without = format("%Y-%m-%d %H:%M:%S").read("2026-02-28 23:30:00").value();
    EXPECT_EQ(to_string(with_offset.date_in(shanghai())), "2026-03-01");
    EXPECT_EQ(to_string(without.date_in(shanghai())), "2026-02-28");
    EXPECT_EQ(with_offset.utc_offset, 0s);
    EXPECT_EQ(without.utc_offset, std::nullopt);
}

TEST(CivilTime, what_is_written_is_read_back) {
    auto const zone = Zone::find("America/New_York").value();
    for (auto instant = Instant(parse_date("2026-01-01").value());
         instant < Instant(parse_date("2027-01-01").value()); instant += 7h + 13min + 1s) {
        for (auto const name : {"rfc3339", "unix", "unix_ms"}) {
            auto const text = format(name).write(instant, zone);
            ASSERT_EQ(format(name).read(text).value().instant_in(zone), instant) << text;
        }
    }
}

} // namespace billhouse
