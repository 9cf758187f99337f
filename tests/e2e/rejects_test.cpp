#include "e2e/scripted_run.hpp"

namespace billhouse {
namespace {

using ::testing::HasSubstr;

/// Records that cannot become facts: few are put aside and told, many stop the slice.
class Rejects : public ScriptedRun {
protected:
    /// A page of 100 rows, of which these are no use: their cost can be read, their day cannot.
    static std::string page_with_bad(std::vector<int> const& bad) {
        std::vector<std::string> all;
        for (int i = 0; i < 100; ++i) {
            bool const is_bad = std::find(bad.begin(), bad.end(), i) != bad.end();
            all.push_back(is_bad ? R"({"day":"someday","sku":"s","cost":2.5})"
                                 : row("s" + std::to_string(i), "1"));
        }
        return page(all);
    }
};

TEST_F(Rejects, below_the_threshold_the_slice_closes_and_status_tells_count_and_missing_money) {
    job({with_limits("max_reject_share: 2%")});
    load_from({page_with_bad({3, 60})});

    EXPECT_EQ(rows("SELECT status, read_rows, loaded_rows, quarantined_rows FROM etl.slice"),
              Lines{"complete | 100 | 98 | 2"});
    EXPECT_EQ(rows("SELECT record_path, reason_code, field, amount_hint, currency_hint FROM etl.quarantine"),
              Lines{"/rows/3 | bad_date | charge_date | 2.5 | EUR"})
        << "two records of equal bytes are one row";
    EXPECT_EQ(value("SELECT occurrences FROM etl.quarantine"), "2");
    auto const status = billhouse({"status", "acme", "--output", "json"});
    EXPECT_THAT(status.out, HasSubstr(R"("open_rejects":2,)"));
    EXPECT_THAT(status.out, HasSubstr(R"("money_missing":"5.0 EUR")"));
}

TEST_F(Rejects, above_the_share_nothing_commits_and_the_message_names_the_first_record_and_why) {
    job({with_limits("max_reject_share: 2%")});
    vendor_says({page_with_bad({3, 60, 61})});

    auto const run = load();

    EXPECT_EQ(run.exit_code, 65) << run.err;
    EXPECT_THAT(
        run.err,
        HasSubstr("3 of 100 records cannot become facts, 2 are allowed; the first, /rows/3: charge_date is "
                  "'someday', no date in the format expected"));
    EXPECT_EQ(value("SELECT count(*) FROM wh.fact_charge"), "0");
    EXPECT_EQ(value("SELECT count(*) FROM etl.quarantine"), "0");
    EXPECT_EQ(rows("SELECT status, failed_run_id IS NOT NULL FROM etl.slice"), Lines{"failed | t"});
    EXPECT_EQ(billhouse({"status", "acme"}).exit_code, 65);
}

TEST_F(Rejects, the_count_limits_where_it_is_tighter_than_the_share) {
    job({with_limits("max_rejects: 2, max_reject_share: 100%")});
    vendor_says({page_with_bad({3, 60, 61})});
    auto const run = load();
    EXPECT_EQ(run.exit_code, 65) << run.err;
    EXPECT_THAT(run.err, HasSubstr("3 of 100 records cannot become facts, 2 are allowed"));

    load_from({page_with_bad({3, 60})});
    EXPECT_EQ(value("SELECT quarantined_rows FROM etl.slice"), "2");
}

TEST_F(Rejects, a_single_bad_record_of_a_small_day_is_no_large_share) {
    load_from({page({row("a", "1"), R"({"day":"someday","sku":"s","cost":2.5})"})});
    EXPECT_EQ(rows("SELECT loaded_rows, quarantined_rows FROM etl.slice"), Lines{"1 | 1"});
}

TEST_F(Rejects, a_failing_day_leaves_what_was_loaded_before_and_its_open_rejects) {
    load_from({page_with_bad({3})});
    auto const star = line_versions();
    vendor_says({page_with_bad({3, 4, 5, 6})});
    EXPECT_EQ(load().exit_code, 65);
    EXPECT_EQ(line_versions(), star);
    EXPECT_EQ(value("SELECT count(*) FROM etl.quarantine WHERE status = 'open'"), "1");
}

TEST_F(Rejects, a_record_that_the_vendor_mends_is_loaded_and_no_longer_open) {
    load_from({page_with_bad({3})});
    load_from({page_with_bad({})});
    EXPECT_EQ(value("SELECT count(*) FROM wh.fact_charge"), "100");
    EXPECT_EQ(rows("SELECT status FROM etl.quarantine"), Lines{"replayed"});
    EXPECT_EQ(journal(), Lines{"late | 1 | 1"});
}

} // namespace
} // namespace billhouse
