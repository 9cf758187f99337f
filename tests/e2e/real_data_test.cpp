#include "decode/json_records.hpp"

#include "e2e/scripted_job.hpp"

#include <gmock/gmock.h>

/// Bills that nobody in the project wrote, read in place and loaded by job files of tests/data/jobs; the
/// totals were computed elsewhere, with exact decimals (expected_totals.json).
namespace billhouse {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class RealData : public ScriptedJob {
protected:
    void SetUp() override {
        if (!std::filesystem::exists(corpus_path("expected_totals.json")))
            GTEST_SKIP() << "no corpora at " << corpus_path("");
        expected_.emplace(decode_json_document(file_text(corpus_path("expected_totals.json")), {}));
    }

    ProcessResult load_file(std::string const& job, std::string const& from, std::string const& to) {
        return load(job, job_text(job), from, to);
    }
    static std::string job_text(std::string const& job) { return data_file("jobs/" + job + ".yaml"); }

    std::string expected(std::vector<std::string> keys) const {
        auto const* node = expected_->find(expected_->root(), Path{std::move(keys)});
        return node == nullptr ? "not in expected_totals.json" : std::string(node->text);
    }

    /// Holds rows and sums by a group against the expected ones, each to the last digit.
    void expect_groups(std::string const& file, std::string const& group, std::string const& column,
                       std::string const& amount) {
        auto const* node = expected_->find(expected_->root(), Path{{file, group}});
        ASSERT_NE(node, nullptr) << group;
        for (auto const* child = expected_->first_child(*node); child != nullptr;
             child = expected_->next(*child)) {
            auto const name = std::string(child->key);
            EXPECT_EQ(value("SELECT count(*) || ' ' || (sum(" + amount +
                            ") = " + expected({file, group, name, "sum"}) + ") FROM mart.charge WHERE (" +
                            column + ")::text = '" + name + "'"),
                      expected({file, group, name, "rows"}) + " true")
                << group << ' ' << name;
        }
        EXPECT_EQ(value("SELECT count(DISTINCT " + column + ") FROM mart.charge"),
                  std::to_string(node->children));
    }

    /// The file's record of this kind, as it stands there.
    static std::string record_of(std::string const& file, std::string_view object) {
        std::string found;
        decode_json_page(file_text(corpus_path(file)), {}, {}, [&](RecordView const& record) {
            auto const* kind = record.tree.find(record.tree.root(), "object");
            if (kind != nullptr && kind->text == object) found = record.raw;
        });
        return found;
    }

    std::optional<JsonTree> expected_;
};

constexpr auto kFocus = "focus_1_0_sample.json";
constexpr auto kAws = "aws_cur_legacy.json";
constexpr auto kOracle = "oracle_price_list.json";

} // namespace

TEST_F(RealData, the_focus_sample_is_loaded_to_the_last_digit) {
    serve({file_text(corpus_path(kFocus))});
    auto const run = load_file("focus_sample", "2024-09-01", "2024-10-01");
    ASSERT_EQ(run.exit_code, 0) << run.err;
    EXPECT_EQ(value("SELECT count(*) FROM mart.charge"), expected({kFocus, "rows"}));
    EXPECT_EQ(value("SELECT count(*) FROM etl.quarantine"), "0");
    for (auto const& [sum, sql] :
         {std::pair{"sum_BilledCost", "billed_cost"}, std::pair{"sum_ListCost", "list_cost"},
          std::pair{"sum_EffectiveCost", "(attributes->>'EffectiveCost')::numeric"}})
        EXPECT_EQ(
            value("SELECT sum(" + std::string(sql) + ") = " + expected({kFocus, sum}) + " FROM mart.charge"),
            "t")
            << sum;
    expect_groups(kFocus, "by_provider", "attributes->>'ProviderName'", "billed_cost");
    expect_groups(kFocus, "by_service_category", "service_category", "billed_cost");
    expect_groups(kFocus, "by_charge_day", "charge_date", "billed_cost");
    for (auto const& [name, column] :
         {std::pair{"ServiceName", "service_name"}, std::pair{"SubAccountId", "sub_account_id"},
          std::pair{"SkuId", "sku_code"}, std::pair{"BillingAccountId", "billing_account_id"},
          std::pair{"ResourceId", "attributes->>'ResourceId'"}})
        EXPECT_EQ(value("SELECT count(DISTINCT " + std::string(column) + ") FROM mart.charge"),
                  expected({kFocus, "distinct", name}))
            << name;
}

TEST_F(RealData, row_66_aws_rows_are_kept_apart_by_line_item_and_interval_together) {
    serve({file_text(corpus_path(kAws))});
    auto const run = load_file("aws_cur", "2023-11-01", "2023-12-01");
    ASSERT_EQ(run.exit_code, 0) << run.err;
    EXPECT_EQ(value("SELECT count(*) FROM mart.charge"), "1281");
    EXPECT_EQ(value("SELECT sum(billed_cost) FROM mart.charge"), "1.6823086974") << "1.68230869740";
    expect_groups(kAws, "by_LineItemType", "charge_category", "billed_cost");
    expect_groups(kAws, "by_product", "service_name", "billed_cost");
    expect_groups(kAws, "by_day", "charge_date", "billed_cost");
}

TEST_F(RealData, row_66_aws_rows_by_line_item_alone_collide_and_nothing_is_loaded) {
    auto text = job_text("aws_cur");
    std::string const both = "id: [identity/LineItemId, identity/TimeInterval]";
    ASSERT_NE(text.find(both), std::string::npos);
    text.replace(text.find(both), both.size(), "id: identity/LineItemId");
    auto const body = file_text(corpus_path(kAws));
    serve({body, body}); // a contradiction is read once more before it counts
    auto const run = load("aws_cur", text, "2023-11-01", "2023-12-01");
    EXPECT_EQ(run.exit_code, 65) << run.err;
    EXPECT_THAT(run.err, HasSubstr("came twice with different content"));
    EXPECT_EQ(value("SELECT count(*) FROM mart.charge"), "0");
}

TEST_F(RealData, row_65_oracle_prices_are_520_lines_of_three_levels) {
    serve({"{\"items\": " + file_text(corpus_path(kOracle)) + "}"});
    auto const run = load_file("oracle_prices", "2026-01-01", "2026-01-02");
    ASSERT_EQ(run.exit_code, 0) << run.err;
    EXPECT_EQ(value("SELECT count(*) FROM mart.charge"), expected({kOracle, "exploded_prices"}));
    EXPECT_EQ(value("SELECT sum(list_cost) FROM mart.charge"), "132578.9634");
    EXPECT_EQ(value("SELECT sum(list_cost) = " + expected({kOracle, "sum_value"}) + " FROM mart.charge"),
              "t");
    EXPECT_EQ(value("SELECT count(DISTINCT sku_code) FROM mart.charge"),
              expected({kOracle, "distinct_partNumber"}));
    EXPECT_EQ(value("SELECT count(*) FROM mart.charge WHERE attributes->>'model' = 'PAY_AS_YOU_GO'"), "520");
}

TEST_F(RealData, a_stripe_invoice_is_its_lines_in_dollars) {
    auto const invoice = record_of("stripe_fixtures.json", "invoice");
    ASSERT_FALSE(invoice.empty());
    serve({R"({"object": "list", "has_more": false, "data": [)" + invoice + "]}"});
    auto const run = load_file("stripe_fixture", "2024-07-01", "2024-08-01");
    ASSERT_EQ(run.exit_code, 0) << run.err;
    EXPECT_THAT(
        rows("SELECT charge_date, billing_account_id, sku_name, currency_code, total_amount, "
             "attributes->>'parent.id' FROM mart.charge"),
        ElementsAre("2024-07-26 | cus_QXg1o8vcGmoR32 | My First Invoice Item (created for API docs) | USD | "
                    "10 | in_1Pgc6tB7WZ01zgkWu9fdqL6I"));
}

} // namespace billhouse
