#include "cli/report_lines.hpp"

#include "support/fake_clock.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <string>

namespace billhouse {

namespace {

StreamReport stream(std::string name, std::int64_t inserted, std::int64_t unchanged) {
    StreamReport report;
    report.stream = std::move(name);
    report.totals.slices = 1;
    report.totals.read = inserted + unchanged;
    report.totals.change.inserted = inserted;
    report.totals.change.unchanged = unchanged;
    report.watermark = parse_date("2026-03-01");
    report.run_id = 17;
    return report;
}

/// What a job's end is told as.
std::string told(JobReport const& report) {
    std::array<int, 2> ends{};
    if (::pipe(ends.data()) != 0) throw std::runtime_error("no pipe");
    FakeClock clock;
    Log log(clock, ends[1], LogFormat::text, LogLevel::info);
    RunSummary(clock, log).add(report);
    ::close(ends[1]);
    std::array<char, 65'536> buffer;
    auto const count = ::read(ends[0], buffer.data(), buffer.size());
    ::close(ends[0]);
    return {buffer.data(), static_cast<std::size_t>(std::max<ssize_t>(count, 0))};
}

} // namespace

TEST(RunSummary, a_quiet_night_is_one_line_a_job_however_many_partitions_it_has) {
    auto const lines =
        told({"acme", {stream("acme.usage[1]", 0, 5), stream("acme.usage[2]", 0, 7)}, std::nullopt, {}});
    EXPECT_EQ(std::ranges::count(lines, '\n'), 1) << lines;
    EXPECT_NE(lines.find("acme: nothing changed  changed=0 windows=2 failed=0 held=0 read=12 unchanged=12"),
              std::string::npos)
        << lines;
    EXPECT_NE(lines.find("complete_until=2026-03-01"), std::string::npos) << lines;
}

TEST(RunSummary, what_failed_or_waits_for_a_person_is_not_told_as_a_quiet_night) {
    auto failed = stream("acme.usage", 0, 0);
    failed.totals.slices = 0;
    failed.totals.slices_failed = 1;
    EXPECT_NE(told({"acme", {failed}, std::nullopt, {}})
                  .find("acme.usage: nothing was loaded; 1 window failed  changed=0 windows=0 failed=1"),
              std::string::npos);
    auto partial = stream("acme.usage", 3, 0);
    partial.totals.slices_failed = 2;
    partial.totals.slices_held = 1;
    EXPECT_NE(told({"acme", {partial}, std::nullopt, {}})
                  .find("acme.usage: new 3; 2 windows failed; 1 window is held  changed=3"),
              std::string::npos);
    auto before_any = stream("acme.usage", 0, 0);
    before_any.totals.slices = 0;
    before_any.failure = Error(ErrorKind::unavailable, "no answer");
    EXPECT_NE(told({"acme", {before_any}, before_any.failure, {}}).find("acme.usage: nothing was loaded  "),
              std::string::npos);
}

TEST(RunSummary, a_night_with_news_is_one_line_a_stream_with_its_run) {
    auto const lines =
        told({"acme", {stream("acme.usage[1]", 3, 5), stream("acme.usage[2]", 0, 7)}, std::nullopt, {}});
    EXPECT_EQ(std::ranges::count(lines, '\n'), 2) << lines;
    EXPECT_NE(lines.find("acme.usage[1]: new 3  changed=3"), std::string::npos) << lines;
    EXPECT_NE(lines.find(" run=17\n"), std::string::npos) << lines;
}

} // namespace billhouse
