#include "report/status.hpp"

#include <gmock/gmock.h>

namespace billhouse {
namespace {

using ::testing::HasSubstr;

/// A stream of an enabled job that has kept up.
StreamStatus healthy() {
    StreamStatus status;
    status.stream = "acme.usage";
    status.is_scheduled = true;
    status.complete_until = "2026-03-01";
    status.due_until = "2026-03-01";
    status.next_due_at = "2026-03-02T00:00:00Z";
    status.last_run = "succeeded";
    status.last_run_at = "2026-03-01T02:30:11Z";
    return status;
}
template <class Change>
StreamStatus changed(Change change) {
    auto status = healthy();
    change(status);
    return status;
}
auto const overdue = [](StreamStatus& s) {
    s.is_overdue = true;
    s.lag_days = 3;
};
auto const held = [](StreamStatus& s) {
    s.held = 1;
    s.waiting = {{"2026-02-07", "held", "9 of 10 lines would vanish"}};
};

TEST(Status, a_stream_that_has_kept_up_is_healthy) {
    EXPECT_EQ(exit_code({healthy()}), 0);
    EXPECT_EQ(problems_of(healthy()), "");
    EXPECT_EQ(next_step(healthy()), "");
    EXPECT_THAT(status_table({healthy()}), HasSubstr("all is well"));
}

TEST(Status, what_became_due_today_has_until_tomorrow) {
    EXPECT_EQ(exit_code({changed([](StreamStatus& s) { s.lag_days = 1; })}), 0);
}

TEST(Status, a_stream_that_is_only_behind_exits_with_75_and_names_the_command) {
    auto const late = changed(overdue);
    EXPECT_EQ(exit_code({healthy(), late}), 75);
    EXPECT_EQ(problems_of(late), "3 days behind");
    EXPECT_THAT(next_step(late), HasSubstr("billhouse run acme"));
}

TEST(Status, a_stream_that_never_ran_is_behind) {
    StreamStatus fresh;
    fresh.stream = "acme.usage";
    fresh.is_scheduled = true;
    EXPECT_EQ(exit_code({fresh}), 75);
    EXPECT_EQ(problems_of(fresh), "never loaded");
    EXPECT_EQ(next_step(fresh), "billhouse run acme");
}

TEST(Status, a_job_that_is_not_enabled_need_not_keep_up) {
    auto const retired = changed([](StreamStatus& s) {
        overdue(s);
        s.gaps = 2;
        s.is_scheduled = false;
    });
    EXPECT_EQ(exit_code({retired}), 0);
}

TEST(Status, a_vendor_out_of_reach_leaves_it_behind_other_failures_need_a_person) {
    auto const failed = [](std::string const& code) {
        return changed([&](StreamStatus& s) {
            s.last_run = "failed";
            s.last_error_code = code;
        });
    };
    EXPECT_EQ(failed("unavailable").health(), StreamHealth::behind);
    EXPECT_EQ(failed("try_later").health(), StreamHealth::behind);
    EXPECT_EQ(failed("refused").health(), StreamHealth::attention);
    EXPECT_EQ(failed("data").health(), StreamHealth::attention);
    EXPECT_THAT(next_step(failed("refused")), HasSubstr("mend what the error names"));
}

TEST(Status, one_window_that_failed_for_good_outweighs_those_that_pass_by_themselves) {
    auto const windows = [](std::int64_t failed, std::int64_t for_now) {
        return changed([&](StreamStatus& s) {
            s.failed = failed;
            s.failed_for_now = for_now;
        });
    };
    EXPECT_EQ(windows(2, 2).health(), StreamHealth::behind);
    EXPECT_EQ(windows(2, 1).health(), StreamHealth::attention);
}

TEST(Status, rejects_and_held_windows_need_a_person_and_say_how_much_money_is_missing) {
    auto const rejects = changed([](StreamStatus& s) {
        s.open_rejects = 2;
        s.money_missing = "5.0 EUR";
    });
    EXPECT_EQ(exit_code({changed(overdue), rejects}), 65);
    EXPECT_EQ(problems_of(rejects), "2 records rejected, 5.0 EUR missing");
    EXPECT_THAT(next_step(rejects), HasSubstr("billhouse replay acme --rejects"));
    EXPECT_EQ(exit_code({changed(held)}), 65);
}

TEST(Status, the_table_has_a_line_a_stream_and_below_it_what_to_do) {
    EXPECT_EQ(
        status_table({healthy(), changed(held)}),
        "STREAM      HEALTH     COMPLETE UNTIL  LAG  LAST RUN   AT (UTC)          NEXT DUE (UTC)    GAPS  "
        "FAILED  HELD  REJECTS  MONEY MISSING\n"
        "acme.usage  ok         2026-03-01        -  succeeded  2026-03-01 02:30  2026-03-02 00:00     0  "
        "     0     0        0  -\n"
        "acme.usage  attention  2026-03-01        -  succeeded  2026-03-01 02:30  2026-03-02 00:00     0  "
        "     0     1        0  -\n"
        "\n"
        "acme.usage: 1 window held\n"
        "  2026-02-07 held: 9 of 10 lines would vanish\n"
        "    to load it all the same: billhouse run --accept acme.usage:2026-02-07 --reason TEXT\n"
        "  next: compare what is held with the vendor's bill\n"
        "\n"
        "of 2 streams 1 needs attention, 0 are behind\n");
}

TEST(Status, the_documented_keys_of_the_json_stay) {
    auto status = changed(held);
    status.partition = "\u5317\u4EAC";
    EXPECT_EQ(
        status_json({status}),
        R"([{"stream":"acme.usage","partition":")"
        "\u5317\u4EAC"
        R"(","scheduled":true,"healthy":false,"health":"attention","complete_until":"2026-03-01",)"
        R"("due_until":"2026-03-01","lag_days":0,"next_due_at":"2026-03-02T00:00:00Z","last_run":"succeeded",)"
        R"("last_run_at":"2026-03-01T02:30:11Z","last_error_code":"","last_error":"","complete":0,)"
        R"("failed":0,"held":1,"gaps":0,"open_rejects":0,"money_missing":"",)"
        R"("waiting":[{"slice":"2026-02-07","kind":"held","problem":"9 of 10 lines would vanish"}],)"
        R"("problems":"1 window held","next_step":"compare what is held with the vendor's bill"}])"
        "\n");
}

} // namespace
} // namespace billhouse
