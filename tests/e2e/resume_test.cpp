#include "e2e/billhouse_run.hpp"

#include <gmock/gmock.h>

#include <csignal>

namespace billhouse {
namespace {

class Resume : public BillhouseRun {
protected:
    std::string slices_closed() { return value("SELECT count(*) FROM etl.slice WHERE status = 'complete'"); }

    /// Starts a backfill of January and sends it a signal in the middle of the request for the 15th.
    ProcessResult interrupted_backfill(int signal) {
        VendorFailure slow;
        slow.path = "/guance";
        slow.query = "startDate=20260115";
        slow.delay_ms = 60'000;
        vendor_->fail(slow);
        ChildProcess backfill(command({"backfill", "guance", "--from", "2026-01-01", "--to", "2026-02-01"}));
        while (slices_closed() != "14")
            EXPECT_TRUE(backfill.running()) << backfill.err();
        backfill.signal(signal);
        return backfill.wait(std::chrono::seconds(20));
    }
};

TEST_F(Resume, a_backfill_that_was_terminated_goes_on_where_it_stopped_and_ends_in_the_same_star) {
    auto const stopped = interrupted_backfill(SIGTERM);
    EXPECT_EQ(stopped.exit_code, 143) << stopped.err;
    EXPECT_EQ(slices_closed(), "14");
    EXPECT_EQ(value("SELECT complete_through::text FROM etl.watermark"), "2026-01-15");
    vendor_->heal();
    vendor_->forget_requests();

    auto const resumed = billhouse({"backfill", "guance", "--from", "2026-01-01", "--to", "2026-02-01"});

    EXPECT_EQ(resumed.exit_code, 0) << resumed.err;
    EXPECT_EQ(vendor_->request_count(), 17U) << "closed days are not asked again";
    EXPECT_EQ(value("SELECT complete_through::text FROM etl.watermark"), "2026-02-01");
    auto const checksum = star_checksum();
    BillhouseRun::configure({});
    ASSERT_EQ(
        billhouse({"backfill", "guance", "--from", "2026-01-01", "--to", "2026-02-01", "--force"}).exit_code,
        0);
    EXPECT_EQ(star_checksum(), checksum) << "equal to one uninterrupted read of the same days";
}

TEST_F(Resume, a_backfill_that_was_killed_leaves_closed_slices_and_nothing_of_the_open_one) {
    auto const killed = interrupted_backfill(SIGKILL);
    EXPECT_EQ(killed.exit_code, 128 + SIGKILL);
    EXPECT_EQ(value("SELECT count(DISTINCT charge_date) FROM wh.fact_charge"), "14");
    EXPECT_EQ(value("SELECT status FROM etl.run"), "running");
    vendor_->heal();

    auto const resumed = billhouse({"backfill", "guance", "--from", "2026-01-01", "--to", "2026-02-01"});

    EXPECT_EQ(resumed.exit_code, 0) << resumed.err;
    EXPECT_EQ(rows("SELECT status FROM etl.run ORDER BY run_id"),
              (std::vector<std::string>{"aborted", "succeeded"}));
    EXPECT_EQ(value("SELECT count(DISTINCT charge_date) FROM wh.fact_charge"), "31");
}

TEST_F(Resume, a_run_that_died_behind_its_last_window_is_closed_by_the_next_one_though_nothing_is_due) {
    std::vector<std::string> const backfill{"backfill",   "guance", "--from",
                                            "2026-01-01", "--to",   "2026-01-03"};
    ASSERT_EQ(billhouse(backfill).exit_code, 0);
    database_.execute(
        "UPDATE etl.run SET status = 'running', finished_at = NULL"); // as a killed process leaves it

    ASSERT_EQ(billhouse(backfill).exit_code, 0);

    EXPECT_EQ(rows("SELECT status FROM etl.run"), std::vector<std::string>{"aborted"});
}

TEST_F(Resume, a_backfill_of_old_days_never_moves_the_nightly_watermark_back) {
    ASSERT_EQ(billhouse({"run", "guance", "--until", "2026-02-10"}).exit_code, 0);
    vendor_->forget_requests();

    auto const backfill =
        billhouse({"backfill", "guance", "--from", "2026-01-20", "--to", "2026-01-25", "--force"});

    EXPECT_EQ(backfill.exit_code, 0) << backfill.err;
    EXPECT_EQ(vendor_->request_count(), 5U);
    EXPECT_EQ(value("SELECT complete_through::text FROM etl.watermark"), "2026-02-10");
}

TEST_F(Resume, a_backfill_before_the_jobs_first_day_says_why_it_reads_nothing) {
    auto const backfill = billhouse({"backfill", "guance", "--from", "2025-12-01", "--to", "2025-12-05"});

    EXPECT_EQ(backfill.exit_code, 0) << backfill.err;
    EXPECT_THAT(backfill.err, ::testing::HasSubstr("window.earliest"));
    EXPECT_EQ(vendor_->request_count(), 0U);
}

} // namespace
} // namespace billhouse
