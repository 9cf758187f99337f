#include "state/watermark.hpp"

#include "state_test.hpp"

#include <fmt/format.h>

namespace billhouse {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class ViewsTest : public StateTest {
protected:
    std::vector<std::string> lines(std::string const& sql) {
        std::vector<std::string> lines;
        for (auto const& row : db_.query(sql))
            lines.push_back(row[0].value_or("NULL"));
        return lines;
    }
    /// "amount in n lines" as known at a moment.
    std::string known_at(std::string const& moment) {
        return db_.value(fmt::format(
            "SELECT trim_scale(coalesce(sum(billed_cost), 0)) || ' in ' || coalesce(sum(line_count), 0) "
            "FROM mart.charge_as_of('{}', '2026-03-01', '2026-04-01')",
            moment));
    }
    std::vector<std::string> gaps() {
        return lines(
            "SELECT gap_from || '..' || CASE WHEN gap_to > '2026-04-01' THEN 'now' ELSE gap_to::text END || "
            "' ' || kind || "
            "CASE WHEN is_loaded THEN ' loaded' ELSE '' END FROM mart.slice_gap ORDER BY gap_from, kind");
    }
};

// Line 1: 10, restated to 12.5 on the 3rd. Line 2: 20, vanished on the 3rd, back as 25 on the 7th. Line 3: 5,
// late on the 5th. Line 4: 1, relabelled on the 5th. Line 5: 100, late on the 5th, vanished on the 7th.
TEST_F(ViewsTest, the_bill_is_told_as_it_was_known_at_any_moment) {
    add_line("2026-03-10", 1, "12.5");
    add_line("2026-03-10", 2, "25");
    add_line("2026-03-11", 3, "5", "2026-04-05 02:00+00");
    add_line("2026-03-11", 4, "1");
    db_.execute("UPDATE wh.fact_charge SET version = 2 WHERE charge_date = '2026-03-10'");
    journal("2026-04-03 02:00+00", "restate", "2026-03-10", 1, "2.5", 2);
    journal("2026-04-03 02:00+00", "vanish", "2026-03-10", 2, "-20", 1);
    journal("2026-04-05 02:00+00", "late", "2026-03-11", 3, "5", 1, "2026-04-05 02:00+00");
    journal("2026-04-05 02:00+00", "relabel", "2026-03-11", 4, "0", 1);
    journal("2026-04-05 02:00+00", "late", "2026-03-11", 5, "100", 1, "2026-04-05 02:00+00");
    journal("2026-04-07 02:00+00", "reappear", "2026-03-10", 2, "25", 2);
    journal("2026-04-07 02:00+00", "vanish", "2026-03-11", 5, "-100", 1, "2026-04-05 02:00+00");
    close("2026-03-10", "2026-03-12", 4);
    EXPECT_EQ(known_at("2026-04-01 01:59:59+00"), "0 in 0");
    EXPECT_EQ(known_at("2026-04-01 02:00+00"), "31 in 3");
    EXPECT_EQ(known_at("2026-04-03 01:59:59+00"), "31 in 3");
    EXPECT_EQ(known_at("2026-04-03 02:00+00"), "13.5 in 2");
    EXPECT_EQ(known_at("2026-04-05 02:00+00"), "118.5 in 4");
    EXPECT_EQ(known_at("2026-04-07 02:00+00"), "43.5 in 4");
    EXPECT_EQ(known_at("infinity"), "43.5 in 4");
    EXPECT_THAT(lines("SELECT op || ' ' || d_billed_cost FROM mart.restatement ORDER BY recorded_at, op, 1"),
                ElementsAre("restate 2.5", "vanish -20", "late 100", "late 5", "reappear 25", "vanish -100"));
}

TEST_F(ViewsTest, a_month_is_told_as_it_was_booked_and_as_it_is) {
    add_line("2026-03-10", 1, "12.5");
    add_line("2026-03-11", 2, "5", "2026-04-05 02:00+00");
    db_.execute("UPDATE wh.fact_charge SET version = 2 WHERE charge_date = '2026-03-10'");
    journal("2026-04-03 02:00+00", "restate", "2026-03-10", 1, "2.5", 2);
    journal("2026-04-02 02:00+00", "vanish", "2026-03-10", 3, "-20", 1);
    journal("2026-04-05 02:00+00", "late", "2026-03-11", 2, "5", 1, "2026-04-05 02:00+00");
    close("2026-03-10", "2026-03-12", 2);
    auto const told = [&](int days) {
        return lines(
            fmt::format("SELECT concat_ws(' ', month, source_code, currency_code, "
                        "trim_scale(billed_cost_booked), billed_cost_now, trim_scale(billed_cost_change), "
                        "trim_scale(total_amount_change), missing_days) FROM "
                        "mart.month_end('2026-03-10', '2026-03-11', {})",
                        days));
    };
    // Booked at midnight in Shanghai, 16:00 the day before in UTC: all three known, one gone, one restated,
    // one late.
    EXPECT_THAT(told(1), ElementsAre("2026-03-01 guance_cn CNY 30 17.5 -12.5 -12.5 29"));
    EXPECT_THAT(told(2), ElementsAre("2026-03-01 guance_cn CNY 10 17.5 7.5 7.5 29"));
    EXPECT_THAT(told(3), ElementsAre("2026-03-01 guance_cn CNY 12.5 17.5 5 5 29"));
    EXPECT_THAT(told(5), ElementsAre("2026-03-01 guance_cn CNY 17.5 17.5 0 0 29"));
}

TEST_F(ViewsTest, an_absent_line_leaves_no_row_of_zeros) {
    journal("2026-04-03 02:00+00", "vanish", "2026-03-10", 2, "-20", 1);
    db_.execute("INSERT INTO wh.dim_charge_type (charge_type_key, charge_category, charge_frequency) VALUES "
                "(-1, 'Usage', 'Usage-Based')");
    EXPECT_EQ(known_at("2026-04-02 00:00+00"), "20 in 1");
    EXPECT_THAT(db_.query("SELECT * FROM mart.charge_as_of('2026-04-04', '2026-03-01', '2026-04-01')"),
                IsEmpty());
}

TEST_F(ViewsTest, cost_is_told_by_month_and_sub_account_and_by_product) {
    add_line("2026-03-10", 1, "10");
    add_line("2026-03-31", 2, "2.5");
    add_line("2026-04-01", 3, "7");
    close("2026-03-10", "2026-04-02", 3);
    EXPECT_THAT(lines("SELECT month || ' ' || sub_account_name || ' ' || currency_code || ' ' || billed_cost "
                      "|| ' ' || line_count "
                      "FROM mart.month_by_sub_account ORDER BY month"),
                ElementsAre("2026-03-01 (unattributed) CNY 12.5 2", "2026-04-01 (unattributed) CNY 7 1"));
    EXPECT_THAT(lines("SELECT month || ' ' || sku_code || ' ' || billed_cost || ' ' || rank_in_month || ' ' "
                      "|| percent_of_month FROM mart.month_by_product ORDER BY month"),
                ElementsAre("2026-03-01 (unknown) 12.5 1 100.0", "2026-04-01 (unknown) 7 1 100.0"));
}

TEST_F(ViewsTest, a_charge_is_spread_over_its_days_to_the_last_digit) {
    add_line("2026-03-10", 1, "10");
    db_.execute("UPDATE wh.fact_charge SET charge_period_end = charge_period_start + interval '3 days'");
    close("2026-03-10", "2026-03-11", 1);
    EXPECT_THAT(lines("SELECT usage_date || ' ' || billed_cost FROM mart.charge_daily ORDER BY usage_date"),
                ElementsAre("2026-03-10 3.33333333", "2026-03-11 3.33333333", "2026-03-12 3.33333334"));
}

TEST_F(ViewsTest, tax_stands_on_a_focus_row_of_its_own) {
    add_line("2026-03-10", 1, "10");
    db_.execute("UPDATE wh.fact_charge SET tax_rate = 6, tax_amount = 0.6, total_amount = 10.6");
    close("2026-03-10", "2026-03-11", 1);
    EXPECT_THAT(lines("SELECT ChargeCategory || ' ' || BilledCost || ' ' || BillingCurrency FROM "
                      "focus.cost_and_usage_v1_2 ORDER BY 1"),
                ElementsAre("Tax 0.6 CNY", "Usage 10 CNY"));
    EXPECT_EQ(db_.value("SELECT \"ServiceProviderName\" FROM focus.\"CostAndUsage_1_4\" LIMIT 1"), "Guance");
}

TEST_F(ViewsTest, what_a_vendor_says_in_focus_itself_stands_as_said) {
    add_line("2026-03-10", 1, "10");
    add_line("2026-03-11", 2, "4");
    db_.execute("UPDATE wh.fact_charge SET quantity = 3, attributes = "
                "'{\"EffectiveCost\": 7.25000000000000000000000001, \"ConsumedQuantity\": \"2e-3\", "
                "\"ListUnitPrice\": 5, "
                "\"ContractedUnitPrice\": \"free\", \"RegionId\": \"eu-1\", \"ProviderName\": \"Cloud\", "
                "\"ResourceName\": \"vm\", \"Tags\": {\"team\": \"a\"}, \"SkuPriceDetails\": \"none\"}' "
                "WHERE charge_date = '2026-03-10'");
    db_.execute("UPDATE wh.fact_charge SET attributes = '{\"RegionId\": \"eu-1\", \"Tags\": \"a\", "
                "\"ContractedCost\": 1}' WHERE charge_date = '2026-03-11'");
    close("2026-03-10", "2026-03-12", 2);
    auto const columns = [&](std::string const& day) {
        return lines("SELECT concat_ws(' ', BilledCost, EffectiveCost, coalesce(ContractedCost::text, '-'), "
                     "coalesce(ConsumedQuantity::text, '-'), coalesce(ContractedUnitPrice::text, '-'), "
                     "coalesce(ListUnitPrice::text, '-'), "
                     "coalesce(RegionId, '-'), coalesce(ResourceName, '-'), ProviderName, PublisherName, "
                     "coalesce(Tags::text, '-'), coalesce(SkuPriceDetails::text, '-')) "
                     "FROM focus.cost_and_usage_v1_2 WHERE x_ChargeDate = '" +
                     day + "'");
    };
    EXPECT_THAT(
        columns("2026-03-10"),
        ElementsAre("10 7.25000000000000000000000001 - 0.002 - 5 eu-1 vm Cloud Guance {\"team\": \"a\"} -"))
        << "what the vendor leaves empty or garbled stays empty";
    EXPECT_THAT(columns("2026-03-11"), ElementsAre("4 4 4 - - - - - Guance Guance - -"))
        << "fields of other vendors are not FOCUS columns, whatever they are called";
}

TEST_F(ViewsTest, what_was_never_read_is_a_gap_from_the_first_day_on) {
    EXPECT_THAT(gaps(), ElementsAre("2026-03-01..now missing"));
    close("2026-03-03", "2026-03-05");
    close("2026-03-06", "2026-03-07");
    EXPECT_THAT(gaps(), ElementsAre("2026-03-01..2026-03-03 missing", "2026-03-05..2026-03-06 missing",
                                    "2026-03-07..now missing"));
}

TEST_F(ViewsTest, failed_and_held_slices_are_gaps_of_their_own) {
    Ledger ledger(*session_, stream_.stream_id, "");
    ledger.mark_failed(day("2026-03-01"), day("2026-03-02"), run_id_, "no answer");
    close("2026-03-02", "2026-03-03");
    auto held = closing("2026-03-02", "2026-03-03");
    ledger.mark_held(held);
    close("2026-03-03", "2027-01-01");
    EXPECT_THAT(
        lines("SELECT gap_from || ' ' || kind || ' ' || is_loaded || ' ' || problem FROM mart.slice_gap "
              "WHERE gap_from < '2027-01-01' ORDER BY 1"),
        ElementsAre("2026-03-01 failed false no answer", "2026-03-02 held true 0 of 0 lines would vanish"));
}

TEST_F(ViewsTest, a_filter_on_the_period_of_a_focus_row_reads_its_months_only) {
    make_partitions("2026-01-01", "2026-12-31");
    auto plan = lines("EXPLAIN SELECT sum(BilledCost) FROM focus.cost_and_usage_v1_4 "
                      "WHERE ChargePeriodStart >= '2026-05-10' AND ChargePeriodStart < '2026-05-20'");
    auto const scans = std::ranges::count_if(
        plan, [](auto const& line) { return line.find("Seq Scan on fact_charge_2026") != line.npos; });
    EXPECT_EQ(scans, 1) << "one month, once for charges and tax";
}

TEST_F(ViewsTest, partitions_are_made_once_and_in_utc) {
    db_.execute("SET timezone = 'Asia/Shanghai'");
    EXPECT_EQ(
        db_.value("SELECT etl.ensure_month_partitions('wh.fact_charge_change', '2025-12-31', '2026-02-01')"),
        "3");
    EXPECT_EQ(
        db_.value("SELECT etl.ensure_month_partitions('wh.fact_charge_change', '2025-12-01', '2026-02-28')"),
        "0");
    db_.execute("SET timezone = 'UTC'");
    EXPECT_EQ(db_.value("SELECT pg_get_expr(relpartbound, oid) FROM pg_class WHERE relname = "
                        "'fact_charge_change_202601'"),
              "FOR VALUES FROM ('2026-01-01 00:00:00+00') TO ('2026-02-01 00:00:00+00')");
    EXPECT_THROW(db_.execute("SELECT etl.ensure_month_partitions('wh.dim_date', '2026-01-01', '2026-01-01')"),
                 std::runtime_error);
}

TEST_F(ViewsTest, a_sub_account_has_one_cost_centre_at_a_time) {
    db_.execute("INSERT INTO wh.map_cost_center VALUES (-1, '2026-01-01', '2026-04-01', 'A'), (-1, "
                "'2026-04-01', 'infinity', 'B')");
    EXPECT_THROW(db_.execute("INSERT INTO wh.map_cost_center VALUES (-1, '2026-03-01', '2026-05-01', 'C')"),
                 std::runtime_error);
    EXPECT_THROW(db_.execute("UPDATE wh.map_cost_center SET valid_to = '2026-04-02' WHERE cost_center = 'A'"),
                 std::runtime_error);
    db_.execute("BEGIN; UPDATE wh.map_cost_center SET valid_from = '2026-03-01' WHERE cost_center = 'B';"
                "UPDATE wh.map_cost_center SET valid_to = '2026-03-01' WHERE cost_center = 'A'; COMMIT");
}

} // namespace
} // namespace billhouse
