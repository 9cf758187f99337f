#include "e2e/scenario_run.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <ctime>

/// Rows of the acceptance scenarios on windows (23 to 31), each under its own name, and what vendors want of
/// a request's window: pieces, inclusive ends, hours, zones.
namespace billhouse {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

using Targets = std::vector<std::string>;

class WindowRun : public ScenarioRun {
protected:
    /// A job that names the first and the last day of its windows: "/costs?from=2021-01-01&to=2021-01-31".
    void windows(std::string window) {
        job({.query = R"({from: "{window.start}", to: "{window.last}"})", .window = std::move(window)});
    }
    /// Runs as though today were that day. @returns what the vendor was asked for
    Targets run_on(std::string const& day, int exit_code = 0) {
        auto const before = targets().size();
        auto const run = billhouse({"run", "acme", "--until", day});
        EXPECT_EQ(run.exit_code, exit_code) << run.err;
        last_words_ = run.err;
        auto all = targets(); // windows are asked for as soon as there is room, so in no strict order
        std::sort(all.begin() + static_cast<std::ptrdiff_t>(before), all.end());
        return {all.begin() + static_cast<std::ptrdiff_t>(before), all.end()};
    }
    static std::string days(std::string const& from, std::string const& to) {
        return "/costs?from=" + from + "&to=" + to;
    }
    std::string watermark() { return value("SELECT complete_through::text FROM etl.watermark"); }
    std::string last_words_;
};

class Scenario23 : public WindowRun {};
class Scenario24 : public WindowRun {};
class Scenario25 : public WindowRun {};
class Scenario26 : public WindowRun {};
class Scenario27 : public WindowRun {};
class Scenario28 : public WindowRun {};
class Scenario29 : public WindowRun {};
class Scenario30 : public WindowRun {};
class Scenario31 : public WindowRun {};
class RequestPieces : public WindowRun {};
class WindowFormats : public WindowRun {};

TEST_F(Scenario23, months_have_their_own_lengths_and_the_last_is_cut_at_the_end) {
    windows("{earliest: 2021-01-01, step: 1 month}");
    EXPECT_THAT(run_on("2021-05-15"),
                ElementsAre(days("2021-01-01", "2021-01-31"), days("2021-02-01", "2021-02-28"),
                            days("2021-03-01", "2021-03-31"), days("2021-04-01", "2021-04-30"),
                            days("2021-05-01", "2021-05-14")));
}

TEST_F(Scenario23, weeks_follow_each_other_without_overlap_or_gap) {
    windows("{earliest: 2021-01-01, step: 1 week}");
    EXPECT_THAT(run_on("2021-01-20"),
                ElementsAre(days("2021-01-01", "2021-01-07"), days("2021-01-08", "2021-01-14"),
                            days("2021-01-15", "2021-01-19")));
}

TEST_F(Scenario23, years_and_days_too) {
    windows("{earliest: 2020-01-01, step: 1 year}");
    EXPECT_THAT(run_on("2021-02-01"),
                ElementsAre(days("2020-01-01", "2020-12-31"), days("2021-01-01", "2021-01-31")));
    windows("{earliest: 2022-02-27, step: 1 day}");
    EXPECT_THAT(run_on("2022-03-02"),
                ElementsAre(days("2022-02-27", "2022-02-27"), days("2022-02-28", "2022-02-28"),
                            days("2022-03-01", "2022-03-01")));
}

TEST_F(Scenario24, the_lookback_reads_days_before_the_watermark_again_but_none_before_the_earliest) {
    windows("{earliest: 2021-01-01, lookback: {days: 3}}");
    EXPECT_THAT(run_on("2021-01-05"),
                ElementsAre(days("2021-01-01", "2021-01-01"), days("2021-01-02", "2021-01-02"),
                            days("2021-01-03", "2021-01-03"), days("2021-01-04", "2021-01-04")));
    EXPECT_EQ(watermark(), "2021-01-05");
    EXPECT_THAT(run_on("2021-01-05"),
                ElementsAre(days("2021-01-02", "2021-01-02"), days("2021-01-03", "2021-01-03"),
                            days("2021-01-04", "2021-01-04")));
}

TEST_F(Scenario25, an_earliest_day_that_is_still_to_come_asks_for_nothing) {
    windows("{earliest: 2021-03-01}");
    EXPECT_THAT(run_on("2021-02-01"), IsEmpty());
}

TEST_F(Scenario25, an_end_in_the_future_is_today) {
    windows("{earliest: 2026-01-01, step: 1 year}");
    EXPECT_EQ(billhouse({"backfill", "acme", "--from", "2026-01-01", "--to", "2044-01-01"}).exit_code, 0);
    auto const now = std::time(nullptr);
    char today[11] = {};
    std::strftime(today, sizeof today, "%Y-%m-%d", std::gmtime(&now));
    auto const last = targets().back();
    EXPECT_LT(last.substr(last.size() - 10), std::string(today)) << "yesterday is the newest day";
}

TEST_F(Scenario26, an_earliest_day_moved_past_the_watermark_wins) {
    windows("{earliest: 2021-01-01}");
    EXPECT_THAT(run_on("2021-01-03"), SizeIs(2));
    windows("{earliest: 2021-02-01}");
    EXPECT_THAT(run_on("2021-02-03"),
                ElementsAre(days("2021-02-01", "2021-02-01"), days("2021-02-02", "2021-02-02")));
}

TEST_F(Scenario27, the_job_chooses_between_an_inclusive_last_second_and_an_exclusive_midnight) {
    job({.query =
             R"({from: "{window.start:%Y-%m-%dT%H:%M:%S}", to: "{window.last_second:%Y-%m-%dT%H:%M:%S}"})"});
    load_january();
    job({.query = R"({from: "{window.start:rfc3339}", to: "{window.end:rfc3339}"})"});
    load_january();
    EXPECT_THAT(targets(), ElementsAre("/costs?from=2026-01-01T00%3A00%3A00&to=2026-01-31T23%3A59%3A59",
                                       "/costs?from=2026-01-01T00%3A00%3A00Z&to=2026-02-01T00%3A00%3A00Z"));
}

TEST_F(Scenario27, a_row_on_the_boundary_of_two_windows_is_loaded_once) {
    vendor_says({json(page({row("a", 1, "2021-01-01"), row("edge", 5, "2021-01-02")})),
                 json(page({row("edge", 5, "2021-01-02"), row("b", 2, "2021-01-02")}))});
    windows("{earliest: 2021-01-01}");
    EXPECT_THAT(run_on("2021-01-03"), SizeIs(2));
    EXPECT_EQ(star(), "3 lines, 8");
}

/// Checkpoints are ends of windows, not the largest date of a row.
TEST_F(Scenario28, rows_out_of_order_or_beyond_the_window_do_not_move_the_watermark) {
    vendor_says(
        {json(page({row("c", 3, "2021-01-20"), row("a", 1, "2021-01-02"), row("z", 9, "2021-06-30")}))});
    windows("{earliest: 2021-01-01, step: 1 month}");
    run_on("2021-02-01");
    EXPECT_EQ(watermark(), "2021-02-01");
    EXPECT_EQ(star(), "2 lines, 4");
    EXPECT_EQ(value("SELECT quarantined_rows FROM etl.slice"), "1") << "the row beyond it is kept aside";
}

TEST_F(Scenario29, a_window_without_rows_moves_the_watermark) {
    windows("{earliest: 2021-01-01}");
    run_on("2021-01-03");
    EXPECT_EQ(watermark(), "2021-01-03");
    EXPECT_EQ(value("SELECT string_agg(DISTINCT status::text, ',') FROM etl.slice"), "empty");
}

TEST_F(Scenario30, an_open_month_is_asked_for_again_until_it_is_over) {
    windows("{earliest: 2021-01-01, step: 1 month}");
    EXPECT_THAT(run_on("2021-01-10"), ElementsAre(days("2021-01-01", "2021-01-09")));
    EXPECT_THAT(run_on("2021-01-10"), ElementsAre(days("2021-01-01", "2021-01-09")));
    EXPECT_THAT(run_on("2021-02-01"), ElementsAre(days("2021-01-01", "2021-01-31")));
    EXPECT_EQ(watermark(), "2021-02-01");
    EXPECT_THAT(run_on("2021-02-02"), ElementsAre(days("2021-02-01", "2021-02-01")));
}

/// No row moves the watermark here; a row without its day is kept aside and told, for it has no place in the
/// star.
TEST_F(Scenario31, a_row_without_its_date_is_kept_aside_and_the_others_are_loaded) {
    vendor_says({json(R"({"data":[{"id":"n","day":null,"cost":3},)" + row("a", 1, "2021-01-01") + "]}")});
    windows("{earliest: 2021-01-01}");
    run_on("2021-01-02");
    EXPECT_EQ(star(), "1 lines, 1");
    EXPECT_EQ(watermark(), "2021-01-02");
    EXPECT_EQ(value("SELECT quarantined_rows FROM etl.slice"), "1");
    EXPECT_THAT(last_words_, HasSubstr("rejected=1"));
}

TEST_F(RequestPieces, a_day_is_read_in_hours_and_loaded_in_one_commit) {
    vendor([](std::string const& request) {
        auto const at = request.find("from=") + 5;
        auto const hour = request.substr(at + 11, 2);
        bool const is_second = request.find("page=2") != std::string::npos;
        return json(is_second ? page({}) : page({row("h" + hour, 1, "2021-01-01")}));
    });
    job({.query =
             R"({from: "{window.start:%Y-%m-%dT%H}", to: "{window.end:%Y-%m-%dT%H}", page: "{page.number}"})",
         .window = "{earliest: 2021-01-01, request_step: 1 hour}",
         .pagination = "{kind: page_number}"});
    auto const asked = run_on("2021-01-02");
    ASSERT_THAT(asked, SizeIs(48));
    EXPECT_EQ(asked[0], "/costs?from=2021-01-01T00&to=2021-01-01T01&page=1");
    EXPECT_EQ(asked[47], "/costs?from=2021-01-01T23&to=2021-01-02T00&page=2");
    EXPECT_EQ(star(), "24 lines, 24");
    EXPECT_EQ(end_proof(), "24 series: 24 x empty page 2");
    EXPECT_EQ(value("SELECT count(*) || ' pages, ' || min(page_no) || ' to ' || max(page_no) FROM etl.page"),
              "48 pages, 1 to 48");
}

TEST_F(RequestPieces, one_piece_that_fails_fails_the_slice) {
    vendor([](std::string const& request) {
        if (request.find("from=2021-01-01T18") != std::string::npos) return json("{}", "", 400);
        return json(page({row("x", 1, "2021-01-01")}));
    });
    job({.query = R"({from: "{window.start:%Y-%m-%dT%H}"})",
         .window = "{earliest: 2021-01-01, request_step: 6 hours}"});
    EXPECT_THAT(run_on("2021-01-02", 65), SizeIs(4));
    EXPECT_EQ(star(), "0 lines, 0");
    EXPECT_EQ(value("SELECT status FROM etl.slice"), "failed");
}

TEST_F(RequestPieces, a_row_on_the_boundary_of_two_pieces_is_loaded_once) {
    vendor_says({json(page({row("a", 1, "2021-01-01"), row("edge", 5, "2021-01-01")})),
                 json(page({row("edge", 5, "2021-01-01"), row("b", 2, "2021-01-01")}))});
    job({.query = R"({from: "{window.start:rfc3339}", to: "{window.end:rfc3339}"})",
         .window = "{earliest: 2021-01-01, request_step: 12 hours}",
         .records = "{path: data, id: id}"});
    EXPECT_THAT(run_on("2021-01-02"), SizeIs(2));
    EXPECT_EQ(star(), "3 lines, 8");
}

TEST_F(RequestPieces, a_month_is_read_in_days_where_the_vendor_limits_the_span) {
    job({.query = R"({from: "{window.start}", to: "{window.last}"})",
         .window = "{earliest: 2021-02-01, step: 1 month, request_step: 10 days}"});
    EXPECT_THAT(run_on("2021-03-01"),
                ElementsAre(days("2021-02-01", "2021-02-10"), days("2021-02-11", "2021-02-20"),
                            days("2021-02-21", "2021-02-28")));
    EXPECT_EQ(end_proof(), "3 series: 3 x single page by contract");
}

TEST_F(RequestPieces, days_of_23_and_25_hours_are_read_whole) {
    auto const hourly = [](std::string const& earliest) {
        return ScenarioJob{.query = R"({from: "{window.start:unix}", to: "{window.end:unix}"})",
                           .window = "{earliest: " + earliest + ", request_step: 1 hour}",
                           .timezone = "Europe/Berlin"};
    };
    job(hourly("2021-03-28"));
    auto const short_day = run_on("2021-03-29");
    ASSERT_THAT(short_day, SizeIs(23));
    EXPECT_EQ(short_day.front(), "/costs?from=1616886000&to=1616889600");
    EXPECT_EQ(short_day.back(), "/costs?from=1616965200&to=1616968800");
    job(hourly("2021-10-31"));
    EXPECT_THAT(run_on("2021-11-01"), SizeIs(25));
}

TEST_F(RequestPieces, hours_that_the_request_would_not_show_are_refused) {
    ScenarioJob hourly;
    hourly.window = "{earliest: 2021-01-01, request_step: 1 hour}";
    job_is_refused(hourly, "every request would ask for the whole day");
    hourly.window = "{earliest: 2021-01-01, request_step: 5 hours}";
    job_is_refused(hourly, "window.request_step: expected 1, 2, 3, 4, 6, 8 or 12 hours");
}

TEST_F(WindowFormats, stand_in_path_query_and_body) {
    auto split = ScenarioJob{};
    split.query = R"({year: "{window.start:%Y}", month: "{window.start:%m}", day: "{window.start:%d}"})";
    split.request =
        R"(, method: POST, body: {ms: "{window.start:unix_ms}", range: ["{window.start:%Y%m%d}", true, 1.50]})";
    split.window = "{earliest: 2021-01-09}";
    job(split);
    EXPECT_THAT(run_on("2021-01-10"), ElementsAre("/costs?year=2021&month=01&day=09"));
    EXPECT_THAT(server_->requests().at(0),
                HasSubstr("\r\n\r\n"
                          R"({"ms":1610150400000,"range":["20210109",true,1.50]})"));
}

TEST_F(WindowFormats, a_day_is_the_vendors_own) {
    job({.query = R"({from: "{window.start:rfc3339}", to: "{window.end:unix}"})",
         .window = "{earliest: 2021-01-01}",
         .timezone = "Asia/Shanghai"});
    EXPECT_THAT(run_on("2021-01-02"),
                ElementsAre("/costs?from=2021-01-01T00%3A00%3A00%2B08%3A00&to=1609516800"));
}

TEST_F(WindowFormats, the_lag_keeps_the_newest_days_back) {
    windows("{earliest: 2021-01-01, lag: 3 days}");
    EXPECT_THAT(run_on("2021-01-05"),
                ElementsAre(days("2021-01-01", "2021-01-01"), days("2021-01-02", "2021-01-02")));
}

TEST_F(WindowFormats, the_previous_month_is_read_again_until_its_day) {
    windows("{earliest: 2021-01-01, step: 1 month, lookback: {previous_month_until_day: 3}}");
    run_on("2021-02-01");
    EXPECT_THAT(run_on("2021-02-03"),
                ElementsAre(days("2021-01-01", "2021-01-31"), days("2021-02-01", "2021-02-02")));
    EXPECT_THAT(run_on("2021-02-04"), ElementsAre(days("2021-02-01", "2021-02-03")));
}

} // namespace
} // namespace billhouse
