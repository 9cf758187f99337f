#include "e2e/billhouse_run.hpp"

#include <gmock/gmock.h>
#include <sys/resource.h>

namespace billhouse {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class NightlyLoad : public BillhouseRun {
protected:
    /// The vendor's own books over January and February 2026.
    JsonValue books(std::string const& vendor) const { return total(vendor, "2026-01-01", "2026-02-28"); }
    JsonValue total(std::string const& vendor, std::string const& from, std::string const& to) const {
        auto const ledger = vendor_->ledger(vendor, from, to);
        return ledger["totals"].elements.at(0);
    }
    std::string star(std::string const& source, std::string const& what) {
        return value("SELECT " + what + " FROM mart.charge WHERE source_code LIKE '" + source +
                     "%' AND charge_date BETWEEN '2026-01-01' AND '2026-02-28'");
    }
    std::string star_sum(std::string const& source, std::string const& column) {
        return star(source, "trim_scale(coalesce(sum(" + column + "), 0))::text");
    }
};

TEST_F(NightlyLoad, sixty_days_of_both_vendors_equal_the_vendors_own_books_to_the_last_digit) {
    auto const run = billhouse({"run", "--until", "2026-03-02"});
    ASSERT_EQ(run.exit_code, 0) << run.err;
    rusage children{};
    getrusage(RUSAGE_CHILDREN, &children);
#ifndef __SANITIZE_ADDRESS__ // which keeps freed memory for itself
    EXPECT_LT(children.ru_maxrss, 100 * 1024) << "KiB of memory at the peak";
#endif

    auto const guance = books("guance");
    EXPECT_EQ(star("guance", "count(*)::text"), guance["rows"].text);
    EXPECT_EQ(star_sum("guance", "billed_cost"), guance["billed"].text);
    EXPECT_EQ(star_sum("guance", "list_cost"), guance["list"].text);
    EXPECT_EQ(star_sum("guance", "discount_amount"), guance["discount"].text);
    EXPECT_EQ(star_sum("guance", "cash_amount"), guance["cash"].text);
    EXPECT_EQ(star_sum("guance", "coupon_amount"), guance["coupon"].text);
    EXPECT_EQ(star_sum("guance", "unpaid_amount"), guance["unpaid"].text);
    EXPECT_EQ(star("guance", "count(DISTINCT charge_date)::text"), "59");
    EXPECT_EQ(star("guance", "string_agg(DISTINCT currency_code, ',')"), "CNY");

    auto const ocamba = books("ocamba");
    EXPECT_EQ(star("ocamba", "count(DISTINCT document_id)::text"), ocamba["documents"].text);
    EXPECT_EQ(star_sum("ocamba", "total_amount"), ocamba["amount"].text);
    EXPECT_EQ(star_sum("ocamba", "tax_amount"), ocamba["tax"].text);
    EXPECT_EQ(star("ocamba", "string_agg(DISTINCT currency_code, ',')"), "USD");
    EXPECT_EQ(value("SELECT trim_scale(sum(amount))::text FROM wh.fact_document "
                    "WHERE period_start BETWEEN '2026-01-01' AND '2026-02-28'"),
              ocamba["amount"].text);
}

TEST_F(NightlyLoad, a_second_run_says_that_nothing_changed_and_writes_no_fact_or_dimension_row) {
    ASSERT_EQ(billhouse({"run", "--until", "2026-02-01"}).exit_code, 0);
    auto const before = row_versions();

    auto const again = billhouse({"run", "--until", "2026-02-01"});

    EXPECT_EQ(again.exit_code, 0) << again.err;
    EXPECT_THAT(again.err, HasSubstr("guance.billing_detail: nothing changed  changed=0"));
    EXPECT_THAT(again.err, HasSubstr("ocamba.usage: nothing changed"));
    EXPECT_THAT(again.err, Not(HasSubstr("slice loaded"))) << "a quiet night is quiet";
    EXPECT_EQ(row_versions(), before);
    EXPECT_EQ(value("SELECT complete_through::text FROM etl.watermark JOIN etl.stream USING (stream_id) "
                    "WHERE stream_code = 'guance.billing_detail'"),
              "2026-02-01");
}

TEST_F(NightlyLoad, the_lookback_reads_last_days_again_and_stops_at_the_days_before_them) {
    ASSERT_EQ(billhouse({"run", "guance", "--until", "2026-02-20"}).exit_code, 0);
    vendor_->forget_requests();

    ASSERT_EQ(billhouse({"run", "guance", "--until", "2026-02-21"}).exit_code, 0);

    // 7 days of lookback before the watermark of the 20th, and the new day
    EXPECT_EQ(vendor_->request_count(), 8U);
}

TEST_F(NightlyLoad, a_day_that_fails_is_left_behind_with_the_watermark_before_it_and_healed_by_the_next_run) {
    VendorFailure failure;
    failure.path = "/guance";
    failure.query = "startDate=20260105";
    failure.times = 1;
    failure.status = 200;
    failure.body =
        R"({"code":500,"content":[],"errorCode":"ft.Internal","message":"ledger locked","success":false,"traceId":"T-1"})";
    vendor_->fail(failure);

    auto const night = billhouse({"run", "guance", "--until", "2026-01-09"});

    EXPECT_EQ(night.exit_code, 65) << night.err;
    EXPECT_THAT(night.err, HasSubstr("guance.billing_detail 2026-01-05"));
    EXPECT_THAT(night.err, HasSubstr("ledger locked"));
    EXPECT_THAT(night.err, HasSubstr("T-1"));
    EXPECT_EQ(value("SELECT complete_through::text FROM etl.watermark"), "2026-01-05");
    EXPECT_EQ(value("SELECT count(DISTINCT charge_date) FROM wh.fact_charge"), "7")
        << "days after it are loaded all the same";
    EXPECT_EQ(billhouse({"status"}).exit_code, 65);

    auto const next = billhouse({"run", "guance", "--until", "2026-01-09"});

    EXPECT_EQ(next.exit_code, 0) << next.err;
    EXPECT_EQ(value("SELECT complete_through::text FROM etl.watermark"), "2026-01-09");
    EXPECT_EQ(billhouse({"status", "guance", "--until", "2026-01-09"}).exit_code, 0);
}

TEST_F(NightlyLoad, throttling_that_arrives_as_401_is_waited_out_and_not_taken_for_a_wrong_key) {
    VendorFailure throttled;
    throttled.path = "/guance";
    throttled.status = 401;
    throttled.headers = {"Retry-After:1"};
    throttled.body =
        R"({"code":401,"content":null,"errorCode":"ft.TriggerApiAkCurrentLimiting","message":"slow down","success":false,"traceId":"T-2"})";
    vendor_->fail(throttled);

    auto const run = billhouse({"run", "guance", "--until", "2026-01-03"});

    EXPECT_EQ(run.exit_code, 0) << run.err;
    EXPECT_EQ(vendor_->request_count(), 3U);
}

TEST_F(NightlyLoad, every_job_is_tried_and_the_most_serious_failure_is_the_exit_code) {
    config_->write("credentials/guance_api_key", "wrong-key");

    auto const run = billhouse({"run", "--until", "2026-01-05"});

    EXPECT_EQ(run.exit_code, 77) << run.err;
    EXPECT_THAT(run.err, Not(HasSubstr("wrong-key")));
    EXPECT_EQ(value("SELECT count(*) > 0 FROM mart.charge WHERE source_code LIKE 'ocamba%'"), "t");
    EXPECT_EQ(value("SELECT count(*) FROM mart.charge WHERE source_code LIKE 'guance%'"), "0");
}

TEST_F(NightlyLoad, a_dry_run_lists_what_is_due_and_asks_no_vendor) {
    auto const dry = billhouse({"run", "guance", "--until", "2026-01-03", "--dry-run"});

    EXPECT_EQ(dry.exit_code, 0) << dry.err;
    EXPECT_EQ(
        dry.out,
        "guance.billing_detail: 2 windows due\n  2026-01-01 to 2026-01-02\n  2026-01-02 to 2026-01-03\n");
    EXPECT_EQ(vendor_->request_count(), 0U);
    EXPECT_EQ(value("SELECT count(*) FROM etl.slice"), "0");
}

} // namespace
} // namespace billhouse
