#include "e2e/billhouse_run.hpp"
#include "e2e/focus_rules.hpp"
#include "e2e/scripted_job.hpp"
#include "support/json_value.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <iostream>

/// FOCUS views against the rules of the specification's own requirements model, which the foundation's
/// validator uses too.
namespace billhouse {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Gt;
using ::testing::IsEmpty;
using ::testing::Key;
using ::testing::Pair;

bool has_corpora() {
    return std::filesystem::exists(corpus_path("focus_1_2_checks_pg.tsv"));
}

/// Both shipped vendors with a sample vendor, two months.
class FocusViews : public BillhouseRun {
protected:
    void SetUp() override {
        auto const run = billhouse({"run", "--until", "2026-03-02"});
        ASSERT_EQ(run.exit_code, 0) << run.err;
    }
    static std::string rows_of(std::string const& source) {
        return "SELECT * FROM focus.\"CostAndUsage_1_2\" WHERE \"x_SourceName\" = '" + source + "'";
    }
};

class FocusRulesOf : public FocusViews, public ::testing::WithParamInterface<char const*> {};

TEST_P(FocusRulesOf, every_must_that_applies_holds_for_a_shipped_source) {
    if (!has_corpora()) GTEST_SKIP() << "no corpora at " << corpus_path("");
    FocusDataset dataset(database_, rows_of(GetParam()));

    auto const verdicts = dataset.verdicts(read_focus_rules());

    std::cout << GetParam() << ", FOCUS 1.2\n" << table_of(verdicts);
    EXPECT_EQ(verdicts.size(), 277U);
    EXPECT_GE(std::ranges::count_if(verdicts, [](auto const& v) { return v.not_applied.empty(); }), 180);
    for (auto const& [rule, not_applied, violations] : verdicts)
        EXPECT_TRUE(violations == 0 || !rule.is_required()) << rule.id << ": " << rule.text;
}

INSTANTIATE_TEST_SUITE_P(Sources, FocusRulesOf, ::testing::Values("guance_cn", "ocamba"));

TEST_F(FocusViews, a_broken_dataset_is_found_by_the_rules) {
    if (!has_corpora()) GTEST_SKIP() << "no corpora at " << corpus_path("");
    FocusDataset dataset(
        database_, "SELECT \"BilledCost\"::float8, 'Fee'::text AS \"ChargeCategory\", \"PricingQuantity\", "
                   "NULL::text AS \"PricingUnit\", 'Moon dollar'::text AS \"BillingCurrency\" "
                   "FROM focus.\"CostAndUsage_1_2\" WHERE \"PricingQuantity\" IS NOT NULL");

    std::map<std::string, long> found;
    for (auto const& [rule, not_applied, violations] : dataset.verdicts(read_focus_rules()))
        if (rule.is_required() && violations > 0) found[rule.id] = violations;

    auto const rows = std::stol(value("SELECT count(*) FROM focus.charge WHERE pricingquantity IS NOT NULL"));
    for (auto const* rule :
         {"BilledCost-C-001-M", "ChargeCategory-C-003-M", "PricingUnit-C-006-C", "BillingCurrency-C-003-M"})
        EXPECT_THAT(found, Contains(Pair(rule, rows)));
    EXPECT_THAT(found, Contains(Pair("CostAndUsage-D-041-M", 1))) << "a column that must be there";
}

TEST_F(FocusViews, tax_and_charges_stand_apart_and_add_up_to_the_bill) {
    EXPECT_THAT(
        rows("SELECT x_SourceName, sum(BilledCost) = (SELECT sum(total_amount) FROM mart.charge WHERE "
             "source_code = x_SourceName) FROM focus.cost_and_usage_v1_2 WHERE x_SourceName = 'ocamba' "
             "GROUP BY 1"),
        ElementsAre("ocamba | t"));
    EXPECT_THAT(std::stol(value("SELECT count(*) FROM focus.cost_and_usage_v1_2 WHERE ChargeCategory = 'Tax' "
                                "AND x_SourceName = 'ocamba'")),
                Gt(0));
}

TEST_F(FocusViews, names_stand_as_billed_and_no_text_is_blank) {
    EXPECT_THAT(
        rows("SELECT DISTINCT SubAccountName FROM focus.cost_and_usage_v1_2 WHERE SubAccountId IS NOT NULL "
             "EXCEPT SELECT sub_account_name FROM wh.dim_sub_account_version"),
        IsEmpty());
    EXPECT_THAT(std::stol(value("SELECT count(*) FROM focus.cost_and_usage_v1_2 WHERE SubAccountName ~ "
                                "'[^[:ascii:]]'")),
                Gt(0));
    for (auto const& column : database_.query("SELECT attname FROM pg_attribute WHERE attrelid = "
                                              "'focus.charge'::regclass AND atttypid = 'text'::regtype"))
        EXPECT_EQ(value("SELECT count(*) FROM focus.charge WHERE btrim(" + column[0].value() + ") = ''"), "0")
            << column[0].value();
}

TEST_F(FocusViews, every_relationship_that_the_warehouse_lists_holds) {
    auto const keys = database_.query("SELECT * FROM wh.relationship");
    EXPECT_THAT(keys, Not(IsEmpty()));
    for (auto const& key : keys)
        EXPECT_EQ(value("SELECT count(*) FROM " + key[0].value() + " c WHERE c." + key[1].value() +
                        " IS NOT NULL AND NOT EXISTS (SELECT FROM " + key[2].value() + " p WHERE p." +
                        key[3].value() + " = c." + key[1].value() + ")"),
                  "0")
            << key[0].value() << '.' << key[1].value();
}

TEST_F(FocusViews, billing_documents_are_told_by_name) {
    EXPECT_EQ(
        value("SELECT count(*) || ' ' || sum(amount) FROM mart.document WHERE source_code = 'ocamba' AND "
              "sub_account_type = 'App' AND sub_account_name <> '' AND billing_account_name <> ''"),
        value("SELECT count(*) || ' ' || sum(amount) FROM wh.fact_document"));
}

/// 1,000 charges of three clouds, which bill in FOCUS themselves (row 67 of the acceptance scenarios).
class FocusSample : public ScriptedJob {
protected:
    void SetUp() override {
        if (!has_corpora()) GTEST_SKIP() << "no corpora at " << corpus_path("");
        auto const sample = file_text(corpus_path("focus_1_0_sample.json"));
        serve({sample});
        auto const run =
            load("focus_sample", data_file("jobs/focus_sample.yaml"), "2024-09-01", "2024-10-01");
        ASSERT_EQ(run.exit_code, 0) << run.err;
        // The file itself beside the view: the same columns and types; an empty text counts as NULL.
        auto const columns =
            value("SELECT string_agg(format('%I %s', attname, format_type(atttypid, NULL)), ', ') "
                  "FROM pg_attribute WHERE attrelid = 'focus.\"CostAndUsage_1_0\"'::regclass AND "
                  "attnum > 0 AND attname NOT LIKE 'x\\_%'");
        database_.execute(
            "SET timezone = 'UTC'; CREATE TABLE public.sample AS SELECT r.* FROM "
            "jsonb_array_elements($sample$" +
            sample +
            "$sample$) AS e(record), LATERAL (SELECT jsonb_object_agg(key, nullif(value, '\"\"')) FROM "
            "jsonb_each(e.record)) AS o(record), LATERAL jsonb_to_record(o.record) AS r(" +
            columns + ")");
    }
    std::map<std::string, long> violations_in(std::string const& table, bool all) {
        return FocusDataset(database_, "SELECT * FROM " + table).violations(read_focus_rules(), all);
    }
};

TEST_F(FocusSample, row_67_breaks_the_rules_that_the_official_validator_found_broken) {
    auto const report = parse_json(file_text(corpus_path("focus_1_0_validator_counts.json")));
    std::map<std::string, long> expected;
    for (auto const& [rule, count] : report["violations"].members)
        expected[rule] = std::stol(count.text);
    ASSERT_EQ(expected.size(), 5U);
    EXPECT_EQ(violations_in("focus.\"CostAndUsage_1_0\"", false), expected);
}

TEST_F(FocusSample, every_rule_counts_in_the_view_what_it_counts_in_the_file) {
    auto in_file = violations_in("public.sample", true);
    EXPECT_EQ(in_file.extract("ChargeFrequency-C-003-M").mapped(), 7) << "the job mends Oracle's Usage-based";
    EXPECT_THAT(in_file, Contains(Key("RegionName-C-004-C")));
    EXPECT_EQ(violations_in("focus.\"CostAndUsage_1_0\"", true), in_file);
}

TEST_F(FocusSample, the_view_gives_back_the_file_cell_by_cell) {
    std::vector<std::string> differences;
    for (auto const& row : database_.query("SELECT attname FROM pg_attribute WHERE attrelid = "
                                           "'public.sample'::regclass AND attnum > 0 ORDER BY 1")) {
        auto const cells =
            "\"BilledCost\", \"ChargePeriodStart\", \"ResourceId\", \"" + row[0].value() + "\"";
        auto const count =
            value("SELECT count(*) FROM (SELECT " + cells + " FROM public.sample EXCEPT ALL SELECT " + cells +
                  " FROM focus.\"CostAndUsage_1_0\") AS lost");
        if (count != "0") differences.push_back(row[0].value() + " " + count);
    }
    EXPECT_THAT(differences, ElementsAre("ChargeFrequency 7", "PricingCategory 7", "Tags 1"))
        << "Oracle writes Usage-based, and no pricing category, for which Standard stands in; a tag is empty";
}

} // namespace
} // namespace billhouse
