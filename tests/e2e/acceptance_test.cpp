#include "e2e/billhouse_run.hpp"

#include <gmock/gmock.h>

namespace billhouse {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// A held slice waits until a person releases it, by name and with a reason.
class HeldSlices : public BillhouseRun {
protected:
    void SetUp() override {
        ASSERT_EQ(billhouse({"run", "guance", "--until", "2026-02-01"}).exit_code, 0);
        vendor_->remove("guance", "2026-01-31", "2026-01-31", 1000);
        lines_ = lines();
        ASSERT_EQ(night().exit_code, 65);
    }
    ProcessResult night(std::vector<std::string> const& more = {}) {
        std::vector<std::string> arguments{"run", "guance", "--until", "2026-02-01"};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return billhouse(arguments);
    }
    std::string lines() {
        return value("SELECT count(*) FROM wh.fact_charge WHERE charge_date = '2026-01-31'");
    }

    std::string lines_;
};

TEST_F(HeldSlices, status_names_it_and_the_command_that_releases_it) {
    auto const status = billhouse({"status"});
    EXPECT_EQ(status.exit_code, 65);
    EXPECT_THAT(status.out, HasSubstr(lines_ + " of " + lines_ + " lines would vanish"));
    EXPECT_THAT(status.out,
                HasSubstr("billhouse run --accept guance.billing_detail:2026-01-31 --reason TEXT"));
}

TEST_F(HeldSlices, it_is_released_with_who_and_why_on_record) {
    auto const run = night({"--accept", "guance:2026-01-31", "--reason", "credited by the vendor"});
    ASSERT_EQ(run.exit_code, 0) << run.err;
    EXPECT_EQ(lines(), "0");
    EXPECT_THAT(rows("SELECT kind, what, reason, slice_start, accepted_by <> '' FROM etl.acceptance"),
                ElementsAre("vanish | " + lines_ + " of " + lines_ +
                            " lines vanished | credited by the vendor | 2026-01-31 | t"));
    EXPECT_THAT(rows("SELECT op, count(*) FROM wh.fact_charge_change GROUP BY 1"),
                ElementsAre("vanish | " + lines_));
    EXPECT_EQ(billhouse({"status", "guance", "--until", "2026-02-01"}).exit_code, 0);
}

TEST_F(HeldSlices, more_than_what_was_held_is_not_accepted) {
    database_.execute("UPDATE etl.slice SET held_lines = 1 WHERE slice_start = '2026-01-31'");
    auto const run = night({"--accept", "guance.billing_detail:2026-01-31", "--reason", "one line only"});
    EXPECT_EQ(run.exit_code, 65);
    EXPECT_THAT(run.err, HasSubstr("and than was accepted"));
    EXPECT_EQ(lines(), lines_);
    EXPECT_EQ(value("SELECT count(*) FROM etl.acceptance"), "0");
}

TEST_F(HeldSlices, a_slice_that_is_not_held_cannot_be_accepted) {
    auto const run = night({"--accept", "guance:2026-01-30", "--reason", "no such"});
    EXPECT_EQ(run.exit_code, 64);
    EXPECT_THAT(run.err, HasSubstr("no held slice guance:2026-01-30"));
    EXPECT_THAT(run.err, HasSubstr("Held are: guance.billing_detail:2026-01-31"));
}

TEST_F(HeldSlices, without_a_reason_nothing_is_released) {
    EXPECT_EQ(night({"--accept", "guance:2026-01-31"}).exit_code, 64);
    EXPECT_EQ(night({"--accept", "guance:2026-01-31", "--reason", "  "}).exit_code, 64);
    EXPECT_EQ(night({"--accept", "guance", "--reason", "x"}).exit_code, 64);
    EXPECT_EQ(billhouse({"run", "--accept-mismatch", "x"}).exit_code, 64) << "one job at a time";
    EXPECT_EQ(lines(), lines_);
}

TEST_F(HeldSlices, a_slice_that_comes_back_whole_is_no_longer_held) {
    start_vendor(
        {"--today", "2026-03-10", "--from", "2025-12-01", "--workspaces", "6", "--apps", "6", "--seed", "7"});
    configure({});
    auto const run = night();
    EXPECT_EQ(run.exit_code, 0) << run.err;
    EXPECT_EQ(lines(), lines_);
    EXPECT_EQ(value("SELECT held_lines FROM etl.slice WHERE slice_start = '2026-01-31'"), "NULL");
}

} // namespace
} // namespace billhouse
