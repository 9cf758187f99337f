#include "e2e/billhouse_run.hpp"

#include <gmock/gmock.h>

namespace billhouse {
namespace {

using ::testing::HasSubstr;

/// What the vendor changes after we first had it: exactly those effects, in star, journal and the view as of
/// a moment.
class Restatement : public BillhouseRun {
protected:
    void SetUp() override {
        ASSERT_EQ(load_january().exit_code, 0);
        loaded_at_ = value("SELECT clock_timestamp()::text");
        billed_ = billed_now();
    }

    ProcessResult load_january() {
        return billhouse({"backfill", "guance", "--from", "2026-01-01", "--to", "2026-02-01", "--force"});
    }
    std::string billed_now() {
        return value("SELECT trim_scale(sum(billed_cost))::text FROM wh.fact_charge");
    }
    std::string billed_as_of(std::string const& moment) {
        return value("SELECT trim_scale(sum(billed_cost))::text FROM mart.charge_as_of('" + moment +
                     "', '2026-01-01', '2026-02-01')");
    }
    std::vector<std::string> journal() {
        return rows("SELECT op, count(*) FROM wh.fact_charge_change GROUP BY 1 ORDER BY 1");
    }
    std::string books() {
        return vendor_->ledger("guance", "2026-01-01", "2026-01-31")["totals"].elements.at(0)["billed"].text;
    }

    std::string loaded_at_, billed_;
};

TEST_F(Restatement, two_restated_three_dropped_one_late_and_a_rename_have_exactly_these_effects) {
    ASSERT_EQ(vendor_->restate("guance", "2026-01-10", "2026-01-10", 2), 2U);
    ASSERT_EQ(vendor_->remove("guance", "2026-01-11", "2026-01-11", 3), 3U);
    ASSERT_EQ(vendor_->add_late("guance", "2026-01-12", "2026-01-12", 1), 1U);

    auto const night = load_january();

    ASSERT_EQ(night.exit_code, 0) << night.err;
    EXPECT_EQ(journal(), (std::vector<std::string>{"late | 1", "restate | 2", "vanish | 3"}));
    EXPECT_EQ(billed_now(), books());
    EXPECT_NE(billed_now(), billed_);
    EXPECT_EQ(billed_as_of(loaded_at_), billed_) << "the old bill stays readable";
    EXPECT_EQ(billed_as_of("infinity"), billed_now());
    EXPECT_EQ(value("SELECT trim_scale(sum(d_billed_cost))::text FROM wh.fact_charge_change"),
              value("SELECT trim_scale(" + billed_now() + " - " + billed_ + ")::text"));
    EXPECT_EQ(value("SELECT count(*) FROM wh.fact_charge WHERE version = 2"), "2");
    EXPECT_THAT(night.err, HasSubstr("late 1, restated 2, removed 3"));
}

TEST_F(Restatement, a_rename_shows_on_later_lines_only_and_moves_no_money) {
    auto const account = vendor_->accounts("guance").elements.at(0);
    auto const id = account["id"].text;
    vendor_->rename("guance", id, "Renamed Workspace", "2026-01-20");

    ASSERT_EQ(load_january().exit_code, 0);

    EXPECT_EQ(
        rows("SELECT op, trim_scale(sum(abs(d_billed_cost)))::text FROM wh.fact_charge_change GROUP BY 1"),
        (std::vector<std::string>{"relabel | 0"}));
    EXPECT_EQ(rows("SELECT sub_account_name_reported, min(charge_date), max(charge_date) FROM mart.charge "
                   "WHERE sub_account_id = '" +
                   id + "' GROUP BY 1 ORDER BY 2"),
              (std::vector<std::string>{account["name"].text + " | 2026-01-01 | 2026-01-19",
                                        "Renamed Workspace | 2026-01-20 | 2026-01-31"}));
    EXPECT_EQ(value("SELECT DISTINCT sub_account_name FROM mart.charge WHERE sub_account_id = '" + id + "'"),
              "Renamed Workspace");
    EXPECT_EQ(billed_now(), billed_);
}

} // namespace
} // namespace billhouse
