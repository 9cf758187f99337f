#include "e2e/billhouse_run.hpp"

#include <gmock/gmock.h>

#include <algorithm>

namespace billhouse {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// What `plan` says is what the following load does.
class Plan : public BillhouseRun {
protected:
    std::vector<std::string> const january_{"--from", "2026-01-01", "--to", "2026-02-01"};

    ProcessResult with_january(std::vector<std::string> command, std::vector<std::string> const& more = {}) {
        command.insert(command.end(), january_.begin(), january_.end());
        command.insert(command.end(), more.begin(), more.end());
        return billhouse(command);
    }
    JsonValue plan() {
        auto const run = with_january({"plan", "guance"}, {"--output", "json"});
        EXPECT_EQ(run.exit_code, 0) << run.err;
        return parse_json(run.out).elements.at(0);
    }
    static std::vector<std::string> effects(JsonValue const& plan) {
        std::vector<std::string> lines;
        for (auto const& effect : plan["effects"].elements)
            lines.push_back(effect["effect"].text + " | " + effect["lines"].text + " | " +
                            effect["billed_cost"].text);
        std::ranges::sort(lines);
        return lines;
    }
    /// Everything that a plan could have left behind.
    std::string everything() {
        return row_versions() + value("SELECT md5(string_agg(t, ';' ORDER BY t)) FROM (SELECT 'r' || x::text "
                                      "FROM etl.run x UNION ALL "
                                      "SELECT 's' || x::text FROM etl.slice x UNION ALL SELECT 'p' || "
                                      "x::text FROM etl.page x UNION ALL "
                                      "SELECT 'w' || x::text FROM etl.watermark x UNION ALL SELECT 't' || "
                                      "x::text FROM etl.stream x) AS all_rows (t)");
    }
};

TEST_F(Plan, two_restated_three_dropped_one_late_and_a_rename_are_foretold_exactly) {
    ASSERT_EQ(with_january({"backfill", "guance"}).exit_code, 0);
    ASSERT_EQ(vendor_->restate("guance", "2026-01-10", "2026-01-10", 2), 2U);
    ASSERT_EQ(vendor_->remove("guance", "2026-01-11", "2026-01-11", 3), 3U);
    ASSERT_EQ(vendor_->add_late("guance", "2026-01-12", "2026-01-12", 1), 1U);
    vendor_->rename("guance", vendor_->accounts("guance").elements.at(0)["id"].text, "Renamed Workspace",
                    "2026-01-20");
    auto const before = everything();

    auto const foretold = plan();

    EXPECT_EQ(everything(), before) << "a plan leaves nothing behind";
    ASSERT_EQ(with_january({"backfill", "guance"}, {"--force"}).exit_code, 0);
    EXPECT_EQ(effects(foretold), rows("SELECT CASE op WHEN 'vanish' THEN 'remove' ELSE op END, count(*), "
                                      "trim_scale(sum(d_billed_cost))::text "
                                      "FROM wh.fact_charge_change GROUP BY op ORDER BY 1"));
    EXPECT_EQ(effects(foretold).size(), 4U) << "late, relabel, restate, vanish";
    EXPECT_THAT(plan()["effects"].elements, ::testing::IsEmpty()) << "after the load nothing is left to do";
}

TEST_F(Plan, a_first_load_is_foretold_to_the_last_digit) {
    auto const foretold = plan();
    EXPECT_EQ(value("SELECT count(*) FROM wh.fact_charge"), "0");
    EXPECT_EQ(value("SELECT count(*) FROM etl.stream"), "0");
    ASSERT_EQ(with_january({"backfill", "guance"}).exit_code, 0);
    EXPECT_THAT(
        effects(foretold),
        ElementsAre("insert | " +
                    value("SELECT count(*) || ' | ' || trim_scale(sum(billed_cost)) FROM wh.fact_charge")));
}

TEST_F(Plan, the_largest_differences_stand_in_the_table_with_before_and_after) {
    ASSERT_EQ(with_january({"backfill", "guance"}).exit_code, 0);
    ASSERT_EQ(vendor_->restate("guance", "2026-01-10", "2026-01-10", 5), 5U);
    auto const largest = plan()["largest"].elements.at(0);
    ASSERT_EQ(with_january({"backfill", "guance"}, {"--force"}).exit_code, 0);
    EXPECT_EQ(largest["difference"].text,
              value("SELECT trim_scale(d_total_amount)::text FROM wh.fact_charge_change ORDER BY "
                    "abs(d_total_amount) DESC LIMIT 1"));
    EXPECT_EQ(largest["after"].text, value("SELECT trim_scale(f.total_amount)::text FROM "
                                           "wh.fact_charge_change c JOIN wh.fact_charge f USING "
                                           "(charge_key) ORDER BY abs(c.d_total_amount) DESC LIMIT 1"));
    EXPECT_EQ(largest["day"].text, "2026-01-10");
}

TEST_F(Plan, a_window_that_would_be_held_is_said_to_be_and_exits_65) {
    ASSERT_EQ(with_january({"backfill", "guance"}).exit_code, 0);
    vendor_->remove("guance", "2026-01-11", "2026-01-11", 1000);
    auto const run = with_january({"plan", "guance"});
    EXPECT_EQ(run.exit_code, 65) << run.out;
    EXPECT_THAT(run.out, HasSubstr("not loaded: 2026-01-11: would be held: "));
}

TEST_F(Plan, without_a_range_it_plans_what_run_would_load) {
    ASSERT_EQ(billhouse({"run", "--until", "2026-02-01"}).exit_code, 0);
    auto const run = billhouse({"plan", "ocamba", "--until", "2026-03-01"});
    ASSERT_EQ(run.exit_code, 0) << run.err;
    EXPECT_THAT(run.out, HasSubstr("ocamba.usage: 3 windows read, 2 of them as the star has them"));
    EXPECT_THAT(run.out, HasSubstr("insert"));
    EXPECT_EQ(billhouse({"plan", "guance", "--from", "2026-01-01"}).exit_code, 64) << "half a range is none";
}

} // namespace
} // namespace billhouse
