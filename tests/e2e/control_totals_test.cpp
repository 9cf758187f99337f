#include "e2e/billhouse_run.hpp"

#include <gmock/gmock.h>

namespace billhouse {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// Totals that the vendor states elsewhere must agree with what the star would hold, or nothing commits. The
/// sample vendor's books serve as the second endpoint.
class ControlTotals : public BillhouseRun {
protected:
    static constexpr char const* kBooks = R"(
    checks:
      bill_total:
        kind: sum
        column: billed_cost
        request: {path: /_control/ledger, query: {vendor: guance, from: "{window.start:%Y-%m-%d}", to: "{window.last:%Y-%m-%d}"}}
        rows: totals
        currency: currency
        expected: billed
      lines:
        kind: count
        request: {path: /_control/ledger, query: {vendor: guance, from: "{window.start:%Y-%m-%d}", to: "{window.last:%Y-%m-%d}"}}
        expected: totals.0.rows
)";

    /// The shipped Guance job with checks, against the sample vendor's root, where its books stand as well.
    void use_guance_with(std::string const& checks,
                         std::vector<std::pair<std::string, std::string>> const& changes = {}) {
        configure({{"guance", {{"base_url", vendor_->address()}}}});
        auto job = config_->read("jobs/guance.yaml");
        replace(job, "path: /api/v1", "path: /guance/api/v1");
        replace(job, "ok_when: {success: true, errorCode: \"\"}", "ok_when: {}");
        for (auto const& [from, to] : changes)
            replace(job, from, to);
        config_->write("jobs/guance.yaml", job + checks);
    }
    static void replace(std::string& text, std::string const& from, std::string const& to) {
        auto const at = text.find(from);
        ASSERT_NE(at, std::string::npos) << from;
        text.replace(at, from.size(), to);
    }
    ProcessResult backfill(std::vector<std::string> const& more = {}) {
        std::vector<std::string> arguments{"backfill", "guance",     "--from", "2026-01-05",
                                           "--to",     "2026-01-08", "--force"};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return billhouse(arguments);
    }
};

TEST_F(ControlTotals, totals_that_agree_are_kept_with_their_numbers) {
    use_guance_with(kBooks);
    auto const run = backfill();
    ASSERT_EQ(run.exit_code, 0) << run.err;
    EXPECT_EQ(value("SELECT count(*) FROM etl.reconciliation WHERE status = 'ok' AND delta = 0"), "6")
        << "two checks on three days";
    EXPECT_EQ(value("SELECT trim_scale(sum(expected))::text FROM mart.reconciliation WHERE check_name = "
                    "'bill_total'"),
              value("SELECT trim_scale(sum(billed_cost))::text FROM wh.fact_charge"));
}

TEST_F(ControlTotals, an_unchanged_slice_with_agreeing_totals_writes_no_further_row) {
    use_guance_with(kBooks);
    ASSERT_EQ(backfill().exit_code, 0);
    ASSERT_EQ(backfill().exit_code, 0);
    EXPECT_EQ(value("SELECT count(*) FROM etl.reconciliation"), "6");
}

TEST_F(ControlTotals, a_difference_rolls_back_and_keeps_expected_actual_and_delta) {
    use_guance_with(kBooks, {{"billed_cost: {from: billingResult", "billed_cost: {from: originAmount"}});
    auto const run = backfill();
    EXPECT_EQ(run.exit_code, 65) << run.err;
    EXPECT_THAT(run.err, HasSubstr("bill_total: expected "));
    EXPECT_THAT(run.err, HasSubstr("--accept-mismatch REASON"));
    EXPECT_EQ(value("SELECT count(*) FROM wh.fact_charge"), "0");
    EXPECT_EQ(value("SELECT count(*) FROM etl.slice WHERE first_complete_at IS NOT NULL"), "0");
    EXPECT_EQ(
        value(
            "SELECT count(*) FROM etl.reconciliation WHERE check_name = 'bill_total' AND status = 'mismatch' "
            "AND delta = actual - expected AND delta > 0"),
        "3");
    auto const status = billhouse({"status"});
    EXPECT_EQ(status.exit_code, 65);
    EXPECT_THAT(status.out, HasSubstr("bill_total: expected "));
}

TEST_F(ControlTotals, a_mismatch_that_a_person_accepts_is_loaded_and_recorded_with_who_and_why) {
    use_guance_with(kBooks, {{"billed_cost: {from: billingResult", "billed_cost: {from: originAmount"}});
    auto const run = backfill({"--accept-mismatch", "vendor's books lag, ticket 812"});
    ASSERT_EQ(run.exit_code, 0) << run.err;
    EXPECT_NE(value("SELECT count(*) FROM wh.fact_charge"), "0");
    EXPECT_THAT(rows("SELECT DISTINCT kind, reason, accepted_by ~ '^[^@]+@.+', what ~ '^bill_total: expected "
                     "' FROM etl.acceptance"),
                ElementsAre("mismatch | vendor's books lag, ticket 812 | t | t"));
    EXPECT_EQ(value("SELECT count(*) FROM mart.reconciliation WHERE status = 'mismatch' AND accepted_because "
                    "IS NOT NULL"),
              "3");
}

TEST_F(ControlTotals, totals_that_differ_over_unchanged_lines_stop_the_slice_as_well) {
    use_guance_with(kBooks);
    ASSERT_EQ(backfill().exit_code, 0);
    std::string other_books = kBooks;
    replace(other_books, "expected: billed", "expected: list");
    use_guance_with(other_books);
    EXPECT_EQ(backfill().exit_code, 65);
    EXPECT_EQ(value("SELECT count(*) FROM etl.slice WHERE first_complete_at IS NOT NULL AND failed_run_id IS "
                    "NOT NULL"),
              "3")
        << "what was loaded stays, what is wrong is known";
}

TEST_F(ControlTotals, a_tolerance_lets_small_differences_pass) {
    use_guance_with(R"(
    checks:
      lines: {kind: count, expected: totals.0.rows, tolerance: 1000000, request: {path: /_control/ledger, query: {vendor: guance, from: "2026-01-01", to: "2026-01-31"}}}
)");
    ASSERT_EQ(backfill().exit_code, 0);
    EXPECT_EQ(value("SELECT count(*) FROM etl.reconciliation WHERE status = 'ok' AND delta <> 0"), "3");
}

TEST_F(ControlTotals, a_number_that_is_not_there_is_an_error_and_no_zero) {
    use_guance_with(R"(
    checks:
      bill_total: {kind: sum, column: billed_cost, expected: summary.total}
)");
    auto const run = backfill();
    EXPECT_EQ(run.exit_code, 65);
    EXPECT_THAT(run.err, HasSubstr("check bill_total: nothing at summary.total"));
    EXPECT_EQ(value("SELECT count(*) FROM wh.fact_charge"), "0");
}

TEST_F(ControlTotals, headers_are_held_against_the_sum_of_their_lines) {
    auto job = config_->read("jobs/ocamba.yaml");
    config_->write(
        "jobs/ocamba.yaml",
        job + "\n    checks:\n      header: {kind: documents, column: total_amount, header: amount}\n");
    auto const good = billhouse({"run", "ocamba", "--until", "2026-03-10"});
    ASSERT_EQ(good.exit_code, 0) << good.err;
    EXPECT_EQ(value("SELECT count(*) FROM etl.reconciliation WHERE status <> 'ok'"), "0");
    EXPECT_EQ(value("SELECT trim_scale(sum(expected))::text FROM etl.reconciliation"),
              value("SELECT trim_scale(sum(amount))::text FROM wh.fact_document"));
}

TEST_F(ControlTotals, a_document_whose_lines_miss_money_is_named) {
    auto job = config_->read("jobs/ocamba.yaml");
    replace(job, "        total_amount: [amount, {add: [price, tax]}]",
            "        total_amount: [price, amount]");
    config_->write(
        "jobs/ocamba.yaml",
        job + "\n    checks:\n      header: {kind: documents, column: total_amount, header: amount}\n");
    auto const run = billhouse({"run", "ocamba", "--until", "2026-03-10"});
    EXPECT_EQ(run.exit_code, 65) << run.err;
    EXPECT_NE(value("SELECT count(*) FROM etl.reconciliation WHERE subject <> '' AND status = 'mismatch'"),
              "0");
}

TEST_F(ControlTotals, price_times_quantity_is_held_against_the_cost_line_by_line) {
    auto const job = config_->read("jobs/ocamba.yaml");
    auto const check = [](std::string const& column) {
        return "\n    checks:\n      arithmetic: {kind: products, column: " + column +
               ", factors: [unit_price, quantity], per: pricing_block, tolerance: 0.01}\n";
    };
    config_->write("jobs/ocamba.yaml", job + check("list_cost"));
    auto const good = billhouse({"run", "ocamba", "--until", "2026-03-10"});
    ASSERT_EQ(good.exit_code, 0)
        << good.err
        << rows("SELECT subject, expected, actual FROM etl.reconciliation WHERE status <> 'ok' LIMIT 3")
               .at(0);
    EXPECT_NE(value("SELECT count(*) FROM etl.reconciliation WHERE expected > 0"), "0");

    config_->write("jobs/ocamba.yaml", job + check("total_amount"));
    EXPECT_EQ(billhouse({"run", "ocamba", "--until", "2026-03-10"}).exit_code, 65)
        << "tax is not in price x quantity";
    EXPECT_NE(
        value("SELECT count(*) FROM etl.reconciliation WHERE subject LIKE '2026-%' AND status = 'mismatch'"),
        "0");
}

} // namespace
} // namespace billhouse
