#include "e2e/billhouse_run.hpp"

#include <gmock/gmock.h>

namespace billhouse {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

/// Stored pages go through today's mapping again, and the vendor is not asked.
class Replay : public BillhouseRun {
protected:
    void SetUp() override {
        ASSERT_EQ(billhouse({"run", "--until", "2026-02-01"}).exit_code, 0);
        vendor_->forget_requests();
    }
    void change_job(std::string const& job, std::string const& from, std::string const& to) {
        auto text = config_->read("jobs/" + job + ".yaml");
        auto const at = text.find(from);
        ASSERT_NE(at, std::string::npos) << from;
        config_->write("jobs/" + job + ".yaml", text.replace(at, from.size(), to));
    }
    ProcessResult replay(std::string const& job, std::vector<std::string> const& more = {}) {
        std::vector<std::string> arguments{"replay", job};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return billhouse(arguments);
    }
};

TEST_F(Replay, an_unchanged_mapping_changes_not_a_single_row) {
    auto const before = row_versions();
    auto const ledger = value("SELECT md5(string_agg(x::text, ';' ORDER BY x::text)) FROM etl.slice x");
    for (auto const* job : {"guance", "ocamba"}) {
        auto const run = replay(job);
        EXPECT_EQ(run.exit_code, 0) << run.err;
        EXPECT_THAT(run.err, HasSubstr("nothing changed"));
    }
    EXPECT_EQ(row_versions(), before);
    EXPECT_EQ(value("SELECT md5(string_agg(x::text, ';' ORDER BY x::text)) FROM etl.slice x"), ledger);
    EXPECT_EQ(vendor_->request_count(), 0U);
}

TEST_F(Replay, a_new_column_is_filled_for_all_of_history_without_a_vendor_call) {
    ASSERT_EQ(value("SELECT count(*) FROM wh.fact_charge WHERE tax_rate IS NOT NULL AND source_key = "
                    "(SELECT source_key FROM wh.dim_source WHERE source_code = 'guance_cn')"),
              "0");
    change_job("guance", "        unpaid_amount: oweAmount\n",
               "        unpaid_amount: oweAmount\n        tax_rate: {constant: \"6\"}\n");
    auto const lines = value("SELECT count(*) FROM mart.charge WHERE source_code = 'guance_cn'");

    auto const first = replay("guance");

    ASSERT_EQ(first.exit_code, 0) << first.err;
    EXPECT_EQ(value("SELECT count(*) FROM mart.charge WHERE source_code = 'guance_cn' AND tax_rate = 6"),
              lines);
    EXPECT_THAT(rows("SELECT op, sum(d_billed_cost) = 0 FROM wh.fact_charge_change GROUP BY 1"),
                ElementsAre("restate | t"));
    auto const after = row_versions();
    EXPECT_EQ(replay("guance").exit_code, 0);
    EXPECT_EQ(row_versions(), after) << "a second replay changes nothing";
    EXPECT_EQ(vendor_->request_count(), 0U);
    auto const night = billhouse({"run", "guance", "--until", "2026-02-01"});
    EXPECT_THAT(night.err, HasSubstr("nothing changed")) << "the next night agrees with the replay";
}

TEST_F(Replay, rejects_become_lines_once_the_mapping_is_mended_and_their_money_comes_back) {
    VendorFailure broken;
    broken.path = "/guance";
    broken.query = "startDate=20260120";
    auto body = vendor_->guance("20260120", "20260120").body;
    auto const at = body.find("\"oweAmount\":");
    ASSERT_NE(at, std::string::npos);
    auto const end = body.find_first_of(",}", at);
    body.replace(at, end - at, "\"oweAmount\":\"12.5 yuan\"");
    broken.status = 200;
    broken.body = body;
    vendor_->fail(broken);
    change_job("guance", "max_reject_share: 1%", "max_reject_share: 50%");
    ASSERT_EQ(
        billhouse({"backfill", "guance", "--from", "2026-01-20", "--to", "2026-01-21", "--force"}).exit_code,
        0);
    ASSERT_EQ(value("SELECT count(*) FROM etl.quarantine WHERE status = 'open'"), "1");
    EXPECT_EQ(billhouse({"status"}).exit_code, 65);

    EXPECT_NE(value("SELECT money_missing->>'CNY' FROM mart.completeness WHERE slice_start = '2026-01-20'"),
              "NULL");

    change_job("guance", "unpaid_amount: oweAmount",
               "unpaid_amount: {from: oweAmount, values: {12.5 yuan: \"12.5\"}}");
    vendor_->forget_requests();
    auto const run = replay("guance", {"--rejects"});

    ASSERT_EQ(run.exit_code, 0) << run.err;
    EXPECT_THAT(run.err, HasSubstr("windows=1 "));
    EXPECT_THAT(rows("SELECT status FROM etl.quarantine"), ElementsAre("replayed"));
    EXPECT_NE(
        value(
            "SELECT count(*) FROM wh.fact_charge WHERE charge_date = '2026-01-20' AND unpaid_amount = 12.5"),
        "0");
    EXPECT_EQ(billhouse({"status", "guance", "--until", "2026-02-01"}).exit_code, 0);
    EXPECT_EQ(vendor_->request_count(), 0U);
    EXPECT_THAT(replay("guance", {"--rejects"}).err, HasSubstr("nothing is due"));
}

TEST_F(Replay, another_identity_gives_every_line_a_new_key_and_keeps_every_amount_and_its_history) {
    auto const keys =
        value("SELECT md5(string_agg(charge_key::text, ',' ORDER BY charge_key)) FROM wh.fact_charge");
    auto const money =
        value("SELECT trim_scale(sum(billed_cost))::text FROM mart.charge WHERE source_code = 'guance_cn'");
    auto const then = value("SELECT clock_timestamp()::text");
    change_job("guance", "        version: 1\n", "        version: 2\n");
    EXPECT_EQ(billhouse({"run", "guance", "--until", "2026-02-01"}).exit_code, 78);

    auto const run = replay("guance", {"--rebuild", "the key lacked the region"});

    ASSERT_EQ(run.exit_code, 0) << run.err;
    EXPECT_NE(value("SELECT md5(string_agg(charge_key::text, ',' ORDER BY charge_key)) FROM wh.fact_charge"),
              keys);
    EXPECT_EQ(
        value("SELECT trim_scale(sum(billed_cost))::text FROM mart.charge WHERE source_code = 'guance_cn'"),
        money);
    EXPECT_EQ(value("SELECT trim_scale(sum(billed_cost))::text FROM mart.charge_as_of('" + then +
                    "', '2026-01-01', '2026-02-01') JOIN wh.dim_source USING (source_key) WHERE source_code "
                    "= 'guance_cn'"),
              money);
    EXPECT_THAT(rows("SELECT DISTINCT kind, reason FROM etl.acceptance"),
                ElementsAre("vanish | the key lacked the region"));
    EXPECT_EQ(vendor_->request_count(), 0U);
    auto const night = billhouse({"run", "guance", "--until", "2026-02-01"});
    EXPECT_EQ(night.exit_code, 0) << night.err;
    EXPECT_THAT(night.err, HasSubstr("nothing changed"));
}

TEST_F(Replay, a_range_leaves_the_rest_of_history_alone) {
    change_job("guance", "        unpaid_amount: oweAmount\n",
               "        unpaid_amount: oweAmount\n        tax_rate: {constant: \"6\"}\n");
    ASSERT_EQ(replay("guance", {"--from", "2026-01-10", "--to", "2026-01-12"}).exit_code, 0);
    EXPECT_THAT(rows("SELECT min(charge_date), max(charge_date) FROM wh.fact_charge WHERE tax_rate = 6"),
                ElementsAre("2026-01-10 | 2026-01-11"));
}

TEST_F(Replay, pages_of_an_older_run_never_overwrite_newer_ones) {
    auto const first_run =
        value("SELECT min(run_id) FROM etl.run WHERE rows_inserted > 0 AND stream_id = "
              "(SELECT stream_id FROM etl.stream WHERE stream_code = 'guance.billing_detail')");
    ASSERT_EQ(vendor_->restate("guance", "2026-01-31", "2026-01-31", 2), 2U);
    ASSERT_EQ(billhouse({"run", "guance", "--until", "2026-02-01"}).exit_code, 0);
    auto const before = row_versions();
    auto const run = replay("guance", {"--run", first_run});
    EXPECT_EQ(run.exit_code, 0) << run.err;
    EXPECT_THAT(run.err, HasSubstr("windows=30 ")) << "the restated day has newer pages";
    EXPECT_EQ(row_versions(), before);
}

TEST_F(Replay, a_mapping_that_breaks_fails_with_the_star_and_the_ledger_as_they_were) {
    auto const before = star_checksum();
    change_job("guance", "billed_cost: {from: billingResult", "billed_cost: {from: noSuchField");
    auto const run = replay("guance");
    EXPECT_EQ(run.exit_code, 65);
    EXPECT_EQ(star_checksum(), before);
    EXPECT_EQ(value("SELECT count(*) FROM etl.slice WHERE failed_run_id IS NOT NULL"), "0")
        << "what the vendor last said still stands";
}

TEST_F(Replay, damaged_bytes_are_noticed) {
    auto const page = value("SELECT min(page_id) FROM etl.page WHERE slice_start = '2026-01-05'");
    database_.execute("CREATE TABLE kept AS SELECT * FROM raw.page_body WHERE page_id = " + page +
                      "; UPDATE raw.page_body SET body = body || '\\x20' WHERE page_id = " + page);
    auto const run = replay("guance", {"--from", "2026-01-05", "--to", "2026-01-06"});
    EXPECT_EQ(run.exit_code, 65);
    EXPECT_THAT(run.err, HasSubstr("are not those that were fetched"));
    database_.execute(
        "UPDATE raw.page_body b SET body = k.body FROM kept k WHERE b.page_id = k.page_id; DROP TABLE kept");
}

TEST_F(Replay, pages_that_the_job_keeps_no_longer_are_dropped_by_month_and_said_to_be_gone) {
    auto const today = value("SELECT (now() AT TIME ZONE 'UTC')::date");
    database_.execute("SELECT etl.ensure_page_partitions(stream_id, '2020-01-01', '2020-01-01') FROM "
                      "etl.stream WHERE stream_code = 'guance.billing_detail';"
                      "UPDATE etl.page p SET requested_at = '2020-01-15 00:00+00' FROM etl.stream s WHERE "
                      "s.stream_id = p.stream_id AND "
                      "s.stream_code = 'guance.billing_detail' AND p.slice_start < '2026-01-10';"
                      "UPDATE raw.page_body b SET fetched_on = '2020-01-15' FROM etl.page p WHERE p.page_id "
                      "= b.page_id AND p.requested_at < '2021-01-01'");
    change_job("guance", "      max_rejects: 1000\n",
               "      max_rejects: 1000\n      keep_pages: 400 days\n");
    auto const night = billhouse({"run", "--until", "2026-02-02"});
    ASSERT_EQ(night.exit_code, 0) << night.err;
    EXPECT_THAT(night.err, HasSubstr("old raw pages dropped"));
    EXPECT_EQ(value("SELECT count(*) FROM raw.page_body WHERE fetched_on < '2021-01-01'"), "0");
    EXPECT_NE(value("SELECT count(*) FROM raw.page_body WHERE fetched_on >= '" + today + "'"), "0");
    auto const run = replay("guance");
    EXPECT_EQ(run.exit_code, 0) << run.err;
    EXPECT_THAT(run.err, HasSubstr("the pages of 9 windows are not kept any more"));
    EXPECT_THAT(replay("ocamba").err, Not(HasSubstr("not kept any more"))) << "another job keeps its own";

    change_job("guance", "        version: 1\n", "        version: 2\n");
    auto const rebuild = replay("guance", {"--rebuild", "the key lacked the region"});
    EXPECT_EQ(rebuild.exit_code, 65);
    EXPECT_THAT(rebuild.err, HasSubstr("the pages of 9 windows are not kept any more, so not all lines can"));
}

TEST_F(Replay, the_same_answer_is_stored_once_and_a_changed_one_again) {
    auto const pages = [&] {
        return value("SELECT count(*) FROM etl.page WHERE slice_start = '2026-01-31'");
    };
    auto const once = pages();
    ASSERT_EQ(billhouse({"run", "guance", "--until", "2026-02-01"}).exit_code, 0);
    EXPECT_EQ(pages(), once);
    vendor_->restate("guance", "2026-01-31", "2026-01-31", 1);
    ASSERT_EQ(billhouse({"run", "guance", "--until", "2026-02-01"}).exit_code, 0);
    EXPECT_EQ(pages(), std::to_string(std::stoi(once) + 1));
}

} // namespace
} // namespace billhouse
