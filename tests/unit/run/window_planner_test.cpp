#include "run/window_planner.hpp"

#include <gtest/gtest.h>

namespace billhouse {
namespace {

Date day(char const* text) {
    return *parse_date(text);
}

WindowSpec days(char const* earliest, int count = 1) {
    WindowSpec window;
    window.earliest = day(earliest);
    window.count = count;
    return window;
}

WindowSpec months(char const* earliest) {
    auto window = days(earliest);
    window.unit = WindowSpec::Unit::month;
    window.lag_days = 0;
    return window;
}

LedgerEntry complete(char const* from, char const* to) {
    LedgerEntry entry;
    entry.from = day(from);
    entry.to = day(to);
    entry.status = "complete";
    entry.was_complete = true;
    return entry;
}

std::vector<std::string> starts(std::vector<PlannedSlice> const& slices) {
    std::vector<std::string> texts;
    for (auto const& slice : slices)
        texts.push_back(to_string(slice.from));
    return texts;
}

using Days = std::vector<std::string>;

TEST(WindowPlanner, a_first_run_takes_every_day_up_to_yesterday) {
    auto const slices = plan_nightly(days("2026-03-01"), day("2026-03-04"), std::nullopt, {});
    EXPECT_EQ(starts(slices), (Days{"2026-03-01", "2026-03-02", "2026-03-03"}));
    EXPECT_EQ(slices.back().to, day("2026-03-04"));
    EXPECT_EQ(slices.back().ask_to, day("2026-03-04"));
}

TEST(WindowPlanner, a_lag_of_two_leaves_yesterday_for_tomorrow) {
    auto window = days("2026-03-01");
    window.lag_days = 2;
    EXPECT_EQ(starts(plan_nightly(window, day("2026-03-04"), std::nullopt, {})),
              (Days{"2026-03-01", "2026-03-02"}));
}

TEST(WindowPlanner, complete_days_before_the_lookback_are_left_alone) {
    auto window = days("2026-03-01");
    window.lookback_days = 1;
    std::vector<LedgerEntry> const entries{complete("2026-03-01", "2026-03-02"),
                                           complete("2026-03-02", "2026-03-03"),
                                           complete("2026-03-03", "2026-03-04")};
    EXPECT_EQ(starts(plan_nightly(window, day("2026-03-05"), day("2026-03-04"), entries)),
              (Days{"2026-03-03", "2026-03-04"}));
}

TEST(WindowPlanner, a_failed_day_long_ago_is_due_again) {
    auto failed = complete("2026-03-01", "2026-03-02");
    failed.status = "failed";
    std::vector<LedgerEntry> const entries{failed, complete("2026-03-02", "2026-03-03")};
    EXPECT_EQ(starts(plan_nightly(days("2026-03-01"), day("2026-03-03"), std::nullopt, entries)),
              (Days{"2026-03-01", "2026-03-02"}));
    EXPECT_EQ(starts(plan_nightly(days("2026-03-01"), day("2026-03-03"), day("2026-03-03"), entries)),
              (Days{"2026-03-01"}));
}

TEST(WindowPlanner, a_held_day_is_due_again) {
    auto held = complete("2026-03-01", "2026-03-02");
    held.held = true;
    EXPECT_EQ(starts(plan_nightly(days("2026-03-01"), day("2026-03-02"), day("2026-03-02"), {held})),
              (Days{"2026-03-01"}));
}

TEST(WindowPlanner, the_previous_month_is_read_again_until_its_day) {
    auto window = days("2026-01-01");
    window.previous_month_until_day = 4;
    std::vector<LedgerEntry> entries;
    for (auto at = day("2026-01-01"); at < day("2026-03-05"); at += std::chrono::days(1))
        entries.push_back(complete(to_string(at).c_str(), to_string(at + std::chrono::days(1)).c_str()));
    auto const on_the_fourth = plan_nightly(window, day("2026-03-04"), day("2026-03-04"), entries);
    ASSERT_EQ(on_the_fourth.size(), 28U + 3U);
    EXPECT_EQ(on_the_fourth.front().from, day("2026-02-01"));
    EXPECT_TRUE(plan_nightly(window, day("2026-03-05"), day("2026-03-05"), entries).empty());
}

TEST(WindowPlanner, an_open_month_is_asked_again_until_it_is_over) {
    auto const window = months("2026-01-15");
    std::vector<LedgerEntry> const entries{complete("2026-01-01", "2026-02-01"),
                                           complete("2026-02-01", "2026-03-01")};
    auto const slices = plan_nightly(window, day("2026-02-10"), day("2026-02-01"), entries);
    ASSERT_EQ(slices.size(), 1U);
    EXPECT_EQ(slices[0], (PlannedSlice{day("2026-02-01"), day("2026-03-01"), day("2026-02-11")}));
    EXPECT_EQ(starts(plan_nightly(window, day("2026-03-01"), day("2026-02-01"), entries)),
              (Days{"2026-02-01", "2026-03-01"}))
        << "watermark still before it: the month may have been open when it was read";
}

TEST(WindowPlanner, a_vendor_that_sends_everything_has_every_slice_held_against_it) {
    auto window = months("2026-01-01");
    window.fetch = WindowSpec::Fetch::all;
    std::vector<LedgerEntry> const entries{complete("2026-01-01", "2026-02-01"),
                                           complete("2026-02-01", "2026-03-01")};
    EXPECT_EQ(starts(plan_nightly(window, day("2026-03-10"), day("2026-03-01"), entries)),
              (Days{"2026-01-01", "2026-02-01", "2026-03-01"}));
}

TEST(WindowPlanner, months_have_their_own_lengths_without_overlap_or_gap) {
    auto const slices =
        slices_between(months("2021-01-01"), day("2021-01-01"), day("2021-05-15"), day("2021-05-15"));
    ASSERT_EQ(slices.size(), 5U);
    EXPECT_EQ(starts(slices), (Days{"2021-01-01", "2021-02-01", "2021-03-01", "2021-04-01", "2021-05-01"}));
    for (std::size_t i = 1; i < slices.size(); ++i)
        EXPECT_EQ(slices[i - 1].to, slices[i].from);
    EXPECT_EQ(slices.back().ask_to, day("2021-05-15"));
}

TEST(WindowPlanner, weeks_are_counted_from_the_earliest_day) {
    auto const slices =
        slices_between(days("2026-03-02", 7), day("2026-03-10"), day("2026-03-17"), day("2026-04-01"));
    EXPECT_EQ(starts(slices), (Days{"2026-03-09", "2026-03-16"}));
}

TEST(WindowPlanner, an_earliest_day_in_the_future_plans_nothing) {
    EXPECT_TRUE(plan_nightly(days("2027-01-01"), day("2026-03-04"), std::nullopt, {}).empty());
}

TEST(WindowPlanner, a_clock_that_went_back_makes_nothing_due_that_is_complete) {
    auto const window = days("2026-03-01");
    std::vector<LedgerEntry> const known{complete("2026-03-01", "2026-03-02"),
                                         complete("2026-03-02", "2026-03-03"),
                                         complete("2026-03-03", "2026-03-04")};
    for (auto const* today : {"2026-03-03", "2026-03-01", "2020-01-01"})
        EXPECT_EQ(starts(plan_nightly(window, day(today), day("2026-03-04"), known)), Days{}) << today;
}

TEST(WindowPlanner, an_earliest_day_moved_past_the_watermark_wins) {
    std::vector<LedgerEntry> const entries{complete("2026-01-01", "2026-01-02")};
    EXPECT_EQ(starts(plan_nightly(days("2026-03-01"), day("2026-03-02"), day("2026-01-02"), entries)),
              (Days{"2026-03-01"}));
}

TEST(WindowPlanner, a_backfill_passes_over_what_is_complete_unless_forced) {
    std::vector<LedgerEntry> const entries{complete("2026-03-02", "2026-03-03")};
    auto const window = days("2026-01-01");
    EXPECT_EQ(starts(plan_backfill(window, day("2026-06-01"), day("2026-03-01"), day("2026-03-04"), entries,
                                   false)),
              (Days{"2026-03-01", "2026-03-03"}));
    EXPECT_EQ(
        starts(plan_backfill(window, day("2026-06-01"), day("2026-03-01"), day("2026-03-04"), entries, true)),
        (Days{"2026-03-01", "2026-03-02", "2026-03-03"}));
}

TEST(WindowPlanner, a_backfill_never_asks_for_days_that_are_not_over) {
    EXPECT_EQ(starts(plan_backfill(days("2026-01-01"), day("2026-03-03"), day("2026-03-01"),
                                   day("2026-04-01"), {}, false)),
              (Days{"2026-03-01", "2026-03-02"}));
}

} // namespace
} // namespace billhouse
