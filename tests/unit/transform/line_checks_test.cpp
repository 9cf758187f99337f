#include "unit/transform/sample_jobs.hpp"

#include <gtest/gtest.h>

namespace billhouse {

namespace {

using samples::constant;
using samples::line_rule;

std::string outcome(std::vector<std::pair<std::string_view, std::string>> const& constants,
                    std::string const& record = R"({"date": "2026-03-01", "sku": "s", "cost": 1})") {
    auto stream = samples::plain_stream();
    for (auto const& [column, text] : constants) {
        auto const index = find_column(kLineColumns, column);
        std::erase_if(stream.mapping.columns, [&](ColumnRule const& rule) { return rule.column == index; });
        if (!text.empty()) stream.mapping.columns.push_back(line_rule(column, {constant(text)}));
    }
    auto const rows = samples::mapped_plain(stream, {record});
    if (!rows.rejects.empty()) return rows.rejects[0].reason_code + ": " + rows.rejects[0].reason;
    return rows.lines.size() == 1 ? "accepted" : "nothing";
}

} // namespace

TEST(LineChecks, money_must_be_there) {
    EXPECT_EQ(outcome({}, R"({"date": "2026-03-01", "sku": "s"})"),
              "required_missing: list_cost has no value");
    EXPECT_EQ(outcome({{"billed_cost", ""}}), "required_missing: billed_cost has no value");
    EXPECT_EQ(outcome({{"total_amount", ""}}), "required_missing: total_amount has no value");
    EXPECT_EQ(outcome({{"charge_date", ""}}), "required_missing: charge_date has no value");
}

TEST(LineChecks, money_must_be_of_a_size_that_sums_stay_exact_with) {
    EXPECT_EQ(outcome({{"billed_cost", "99999999999999999999"}}), "accepted");
    EXPECT_EQ(outcome({{"billed_cost", "-99999999999999999999.99"}}), "accepted");
    EXPECT_EQ(outcome({{"billed_cost", "1e20"}}),
              "does_not_fit: billed_cost is 100000000000000000000, the limit is 1e20");
    EXPECT_EQ(outcome({{"tax_amount", "-1e20"}}),
              "does_not_fit: tax_amount is -100000000000000000000, the limit is 1e20");
    EXPECT_EQ(outcome({{"unpaid_amount", "1e25"}}),
              "does_not_fit: unpaid_amount is 10000000000000000000000000, the limit is 1e20");
    EXPECT_EQ(outcome({{"billed_cost", "0.1000000000000000000000000001"}}), "accepted");
    EXPECT_EQ(outcome({{"unit_price", "1e29"}}), "accepted");
}

TEST(LineChecks, charge_types_are_those_of_focus) {
    for (auto const* category : {"Usage", "Tax", "Credit", "Adjustment"})
        EXPECT_EQ(outcome({{"charge_category", category}}), "accepted");
    EXPECT_EQ(outcome({{"charge_category", "Purchase"}, {"charge_frequency", "One-Time"}}), "accepted");
    EXPECT_EQ(outcome({{"charge_category", "usage"}}),
              "not_allowed: charge_category is 'usage', expected Usage, Purchase, Tax, Credit, Adjustment");
    EXPECT_EQ(outcome({{"charge_frequency", "Monthly"}}),
              "not_allowed: charge_frequency is 'Monthly', expected One-Time, Recurring, Usage-Based");
    EXPECT_EQ(outcome({{"charge_category", "Purchase"}}),
              "not_allowed: charge_frequency is 'Usage-Based', which a Purchase cannot be");
    EXPECT_EQ(outcome({{"charge_category", ""}}), "required_missing: charge_category has no value");
    EXPECT_EQ(outcome({{"charge_frequency", ""}}), "required_missing: charge_frequency has no value");
    EXPECT_EQ(outcome({{"charge_class", "Correction"}}), "accepted");
    EXPECT_EQ(outcome({{"charge_class", "Fix"}}),
              "not_allowed: charge_class is 'Fix', expected , Correction");
    EXPECT_EQ(outcome({{"pricing_category", "Committed"}}), "accepted");
    EXPECT_EQ(outcome({{"pricing_category", "Spot"}}),
              "not_allowed: pricing_category is 'Spot', expected Standard, Dynamic, Committed, Other");
}

TEST(LineChecks, periods_end_after_they_start) {
    EXPECT_EQ(outcome({{"charge_period_start", "2026-03-01T10:00:00Z"},
                       {"charge_period_end", "2026-03-01T11:00:00Z"}}),
              "accepted");
    EXPECT_EQ(outcome({{"charge_period_start", "2026-03-01T10:00:00Z"},
                       {"charge_period_end", "2026-03-01T10:00:00Z"}}),
              "bad_period: charge_period_end is 2026-03-01T10:00:00Z, not after 2026-03-01T10:00:00Z");
    EXPECT_EQ(outcome({{"billing_period_start", "2026-03-01"}, {"billing_period_end", "2026-02-01"}}),
              "bad_period: billing_period_end is 2026-02-01, not after 2026-03-01");
}

TEST(LineDefaults, fill_what_the_job_leaves_out) {
    auto source = samples::plain_source();
    source.billing_zone = Zone::find("Europe/Berlin").value();
    auto stream = samples::plain_stream();
    stream.mapping.columns.push_back(line_rule("service_code", {constant("svc")}));
    stream.mapping.columns.push_back(line_rule("sub_account_id", {constant("sub")}));
    // 2026-03-29 has 23 hours in Berlin.
    auto const rows =
        samples::mapped(source, stream, {R"({"rows": [{"date": "2026-03-29", "sku": "s", "cost": 1}]})"});
    ASSERT_EQ(rows.lines.size(), 1U);
    auto const all = samples::described(rows, rows.lines[0]);
    EXPECT_EQ(all.substr(all.find('\n') + 1),
              "sub-account Account sub (NULL)\n"
              "service svc (svc), Other, Other (Other)\n"
              "sku s (NULL), meter NULL, Units/Units\n"
              "type Usage||Usage-Based|Standard||||item|false\n"
              "charged 2026-03-28T23:00:00Z to 2026-03-29T22:00:00Z, billed 2026-03-01 to 2026-04-01\n"
              "list_cost=1 discount_amount=0 billed_cost=1 tax_amount=0 total_amount=1 EUR\n"
              "attributes \n");
}

TEST(LineDefaults, a_billing_period_ends_with_the_month_that_it_starts_in) {
    auto stream = samples::plain_stream();
    stream.mapping.columns.push_back(line_rule("billing_period_start", {constant("2025-12-15")}));
    auto const rows = samples::mapped_plain(stream, {R"({"date": "2026-03-01", "sku": "s", "cost": 1})"});
    EXPECT_EQ(to_string(rows.lines.at(0).billing_period_end), "2026-01-01");
}

TEST(LineDefaults, an_empty_currency_is_the_sources) {
    auto stream = samples::plain_stream();
    auto rule = line_rule("currency_code", "cur");
    rule.null_tokens = std::vector<std::string>{};
    stream.mapping.columns.push_back(rule);
    auto const rows =
        samples::mapped_plain(stream, {R"({"date": "2026-03-01", "sku": "s", "cost": 1, "cur": ""})",
                                       R"({"date": "2026-03-01", "sku": "t", "cost": 1, "cur": "JPY"})"});
    EXPECT_EQ(rows.members.currencies, (std::vector<std::string>{"EUR", "JPY"}));
}

} // namespace billhouse
