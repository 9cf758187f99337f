#include "e2e/billhouse_run.hpp"

#include <gmock/gmock.h>

namespace billhouse {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// The vendors' own published answers, served word for word, against star rows written out by hand.
class DocumentedSamples : public BillhouseRun {};

TEST_F(DocumentedSamples, the_guance_sample_is_one_line_of_nothing_but_its_product) {
    configure(
        {{"guance", {{"base_url", vendor_->address() + "/documented/guance"}, {"earliest", "2023-07-31"}}}});

    auto const load = billhouse({"backfill", "guance", "--from", "2023-07-31", "--to", "2023-08-01"});

    ASSERT_EQ(load.exit_code, 0) << load.err;
    EXPECT_THAT(rows("SELECT charge_key, charge_date, billing_account_id, sub_account_type, sub_account_id, "
                     "sku_code, sku_name, "
                     "charge_category, charge_frequency, currency_code, quantity, list_cost, "
                     "discount_amount, billed_cost, tax_amount, total_amount "
                     "FROM mart.charge"),
                ElementsAre("23ce5b07-5b19-8fc2-a275-e2b30de0f2f8 | 2023-07-31 | guance | (unknown) | "
                            "(unknown) | session_replay | "
                            "Session Replay | Usage | Usage-Based | CNY | 0 | 0 | 0 | 0 | 0 | 0"));
    EXPECT_THAT(rows("SELECT charge_period_start, charge_period_end, billing_period_start, "
                     "billing_period_end, billing_cycle, "
                     "commodity_category, billing_method, coupon_amount, cash_amount, unpaid_amount, version "
                     "FROM mart.charge"),
                ElementsAre("2023-07-30 16:00:00+00 | 2023-07-31 16:00:00+00 | 2023-07-01 | 2023-08-01 |  |  "
                            "|  | NULL | NULL | NULL | 1"));
}

TEST_F(DocumentedSamples, the_first_ocamba_sample_is_three_documents_of_one_line_each) {
    configure({{"ocamba",
                {{"base_url", vendor_->address() + "/documented/ocamba"},
                 {"earliest", "2021-10-01"},
                 {"view", "default"}}}});

    auto const load = billhouse({"backfill", "ocamba", "--from", "2021-10-01", "--to", "2021-12-01"});

    ASSERT_EQ(load.exit_code, 0) << load.err;
    EXPECT_THAT(
        rows("SELECT document_id, charge_date, billing_account_id, sub_account_type, sub_account_id, "
             "sku_code, sku_name, "
             "currency_code, quantity, unit_price, list_cost, discount_amount, billed_cost, tax_rate, "
             "tax_amount, total_amount "
             "FROM mart.charge ORDER BY document_id"),
        ElementsAre(
            "1969 | 2021-10-30 | 6197120 | App | 1007 | enterprise | Ocamba MST Enterprise Plan (Annually) | "
            "USD | "
            "1 | 1 | 1 | 0 | 1 | 20 | 0.2 | 1.2",
            "1971 | 2021-11-01 | 6197120 | App | 1001 | adex requests | Adex Requests | USD | "
            "5938 | 0 | 0 | 0 | 0 | 20 | 0 | 0",
            "1982 | 2021-11-10 | 6197120 | App | 1003 | subscribers | Subscribers included in plan | USD | "
            "98985 | 0 | 0 | 0 | 0 | 20 | 0 | 0"));
    EXPECT_THAT(rows("SELECT document_id, charge_period_start, charge_period_end FROM mart.charge ORDER BY "
                     "document_id"),
                ElementsAre("1969 | 2021-10-30 00:00:00+00 | 2021-11-30 00:00:00+00",
                            "1971 | 2021-11-01 00:00:00+00 | 2021-12-01 00:00:00+00",
                            "1982 | 2021-11-10 00:00:00+00 | 2021-12-10 00:00:00+00"))
        << "the vendor's ends are inclusive, ours are not";
    EXPECT_THAT(rows("SELECT document_id, period_start, period_end, price, discount, amount, usage_percent, "
                     "limit_status, line_count "
                     "FROM wh.fact_document ORDER BY document_id"),
                ElementsAre("1969 | 2021-10-30 | 2021-11-30 | 1 | NULL | 1.2 | NULL | 0 | 1",
                            "1971 | 2021-11-01 | 2021-12-01 | NULL | NULL | NULL | 0.59 | 0 | 1",
                            "1982 | 2021-11-10 | 2021-12-10 | NULL | NULL | NULL | 100 | 0 | 1"));
}

TEST_F(DocumentedSamples, the_second_ocamba_sample_says_three_and_sends_one_so_nothing_is_loaded) {
    configure(
        {{"ocamba", {{"base_url", vendor_->address() + "/documented/ocamba"}, {"earliest", "2021-07-01"}}}});

    auto const load = billhouse({"backfill", "ocamba", "--from", "2021-07-01", "--to", "2021-08-01"});

    EXPECT_EQ(load.exit_code, 65) << load.err;
    EXPECT_THAT(load.err, HasSubstr("3"));
    EXPECT_EQ(value("SELECT count(*) FROM wh.fact_charge"), "0");
}

TEST_F(DocumentedSamples,
       the_second_ocamba_sample_with_its_true_total_gives_the_headers_money_to_its_only_line) {
    configure(
        {{"ocamba",
          {{"base_url", vendor_->address() + "/documented-total/ocamba"}, {"earliest", "2021-07-01"}}}});

    auto const load = billhouse({"backfill", "ocamba", "--from", "2021-07-01", "--to", "2021-08-01"});

    ASSERT_EQ(load.exit_code, 0) << load.err;
    EXPECT_THAT(
        rows("SELECT document_id, charge_date, charge_period_end, billing_account_id, sub_account_id, "
             "sub_account_name, service_name, "
             "sku_code, sku_name, line_kind, list_cost, billed_cost, total_amount FROM mart.charge"),
        ElementsAre(
            "1998 | 2021-07-20 | 2021-07-31 00:00:00+00 | 10013213 | 1000163 | AdExchange | AdExchange | "
            "Ocamba Push Startup Plan (Monthly) | Subscribers included in plan | header_total | 10.99 | "
            "10.99 | 1.2"));
    EXPECT_THAT(rows("SELECT price, amount, usage_percent, vendor_created_at, attributes->'app'->>'logo' "
                     "FROM wh.fact_document"),
                ElementsAre("10.99 | 1.2 | 100 | 2021-07-30 12:50:13+00 | https://logo-uri-example.com"));
}

} // namespace
} // namespace billhouse
