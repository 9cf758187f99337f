#include "e2e/analyst_questions.hpp"

namespace billhouse {
namespace {

TEST_F(AnalystQuestions, q01_cost_of_each_month_and_its_change_also_where_a_bill_ends) {
    plant("2026-01-05", usage("2026-01-05", "wksp_ended", "gpu", "40.5"));
    load();

    auto const answer = ask("01_month_over_month");

    auto const january = billed_of(workspace(), "2026-01-01", "2026-01-04") +
                         billed_of(workspace(), "2026-01-06", "2026-01-31");
    auto const february = billed_of(workspace(), "2026-02-01", "2026-02-28");
    auto const grown = the_row(answer, {{"sub_account_id", workspace()}, {"month", "2026-02-01"}});
    EXPECT_EQ(millionths(grown.at("billed_cost")), february);
    EXPECT_EQ(millionths(grown.at("change")), february - january);
    auto const ended = the_row(answer, {{"sub_account_id", "wksp_ended"}, {"month", "2026-02-01"}});
    EXPECT_EQ(ended.at("billed_cost"), "0");
    EXPECT_EQ(ended.at("change"), "-40.5");
    EXPECT_EQ(ended.at("change_percent"), "-100.0");
}

TEST_F(AnalystQuestions, q02_the_planted_growth_leads_and_the_others_are_as_the_vendors_rows_say) {
    plant("2026-02-20", usage("2026-02-20", "wksp_new", "gpu", "1000000"));
    load();

    auto const answer = ask("02_top_growth", {{"d2", "2026-02-26"}});

    std::map<std::pair<std::string, std::string>, std::int64_t> growth;
    for (auto const& row : vendor_rows("2026-01-01", "2026-02-25"))
        if (auto const day = row["consumeTimeOfDay"].text; day != "2026-02-20")
            growth[{row["workspaceUuid"].text, row["tag6"].text}] +=
                amount(row, "billingResult") * (day >= "2026-01-29" ? 1 : -1);
    ASSERT_EQ(answer.size(), 20U);
    EXPECT_EQ(answer[0].at("sub_account_id"), "wksp_new");
    EXPECT_EQ(answer[0].at("growth"), "1000000");
    std::size_t compared = 0;
    for (std::size_t i = 1; i < answer.size(); ++i) {
        EXPECT_GE(millionths(answer[i - 1].at("growth")), millionths(answer[i].at("growth")));
        auto const truth = growth.find({answer[i].at("sub_account_id"), answer[i].at("sku_code")});
        if (answer[i].at("source_code") != "guance_cn" || truth == growth.end()) continue;
        ++compared;
        EXPECT_EQ(millionths(answer[i].at("growth")), truth->second) << answer[i].at("sub_account_id");
    }
    EXPECT_GT(compared, 5U);
}

TEST_F(AnalystQuestions, q03_a_price_raised_by_a_quarter_is_found_and_more_usage_is_no_raise) {
    plant("2026-01-10",
          usage("2026-01-10", "w", "gpu", "100", "10") + "," + usage("2026-01-10", "w", "tpu", "70", "10"));
    plant("2026-02-10",
          usage("2026-02-10", "w", "gpu", "250", "20") + "," + usage("2026-02-10", "w", "tpu", "700", "100"));
    load();

    auto const answer = ask("03_unit_price_drift");

    auto const raised = the_row(answer, {{"sku_code", "gpu"}, {"month", "2026-02-01"}});
    EXPECT_EQ(raised.at("change_percent"), "25.00");
    EXPECT_TRUE(equal(raised.at("unit_price"), "12.5"));
    EXPECT_EQ(the_row(answer, {{"sku_code", "tpu"}}).at("change_percent"), "0.00");
}

TEST_F(AnalystQuestions, q04_what_discounts_save_of_each_product_is_the_vendors_list_less_its_bill) {
    load();

    auto const answer = ask("04_discounts");

    std::map<std::string, std::pair<std::int64_t, std::int64_t>> truth; // list, billed
    for (auto const& row : vendor_rows("2026-01-01", "2026-02-28")) {
        truth[row["tag6"].text].first += amount(row, "originAmount");
        truth[row["tag6"].text].second += amount(row, "billingResult");
    }
    std::map<std::string, std::pair<std::int64_t, std::int64_t>> told;
    for (auto const& row : answer) {
        if (row.at("source_code") != "guance_cn") continue;
        told[row.at("sku_code")] = {millionths(row.at("list_cost")), millionths(row.at("billed_cost"))};
        EXPECT_EQ(millionths(row.at("saved")),
                  millionths(row.at("list_cost")) - millionths(row.at("billed_cost")));
    }
    EXPECT_EQ(told, truth);
    EXPECT_EQ(millionths(books("guance", "discount")), [&] {
        std::int64_t saved = 0;
        for (auto const& [sku, costs] : told)
            saved += costs.first - costs.second;
        return saved;
    }());
}

TEST_F(AnalystQuestions,
       q05_restated_removed_and_late_rows_are_told_by_day_and_those_before_the_moment_are_not) {
    load_days("2026-01-08", "2026-01-14");
    ASSERT_EQ(vendor_->restate("guance", "2026-01-09", "2026-01-09", 4), 4U);
    load_days("2026-01-08", "2026-01-14");
    auto const since = value("SELECT clock_timestamp()::text");
    auto const before = books("guance", "billed", "2026-01-08", "2026-01-13");
    database_.query("INSERT INTO wh.billing_period (source_key, billing_account_key, period_start, "
                    "period_end, status, closed_at) "
                    "SELECT source_key, billing_account_key, '2026-01-01', '2026-02-01', 'Closed', now() "
                    "FROM wh.dim_billing_account "
                    "WHERE billing_account_key > 0");
    ASSERT_EQ(vendor_->restate("guance", "2026-01-10", "2026-01-10", 2), 2U);
    ASSERT_EQ(vendor_->remove("guance", "2026-01-11", "2026-01-11", 3), 3U);
    ASSERT_EQ(vendor_->add_late("guance", "2026-01-12", "2026-01-12", 1), 1U);
    load_days("2026-01-08", "2026-01-14");

    auto const answer = ask("05_restatements", {{"since", since}});

    std::vector<std::string> told;
    std::int64_t change = 0;
    for (auto const& row : answer) {
        told.push_back(row.at("charge_date") + " " + row.at("op") + " " + row.at("lines") + " " +
                       row.at("period_was_closed"));
        change += millionths(row.at("billed_cost_change"));
    }
    EXPECT_EQ(told, (std::vector<std::string>{"2026-01-10 restate 2 t", "2026-01-11 vanish 3 t",
                                              "2026-01-12 late 1 t"}));
    EXPECT_EQ(change, millionths(books("guance", "billed", "2026-01-08", "2026-01-13")) - millionths(before));
}

TEST_F(AnalystQuestions, q06_a_day_never_read_a_failed_and_a_held_one_are_told_apart) {
    load_days("2026-01-01", "2026-01-04");
    load_days("2026-01-05", "2026-01-07");
    VendorFailure broken;
    broken.path = "/guance", broken.query = "startDate=20260107", broken.status = 200;
    broken.body =
        R"({"code":500,"content":[],"errorCode":"ft.X","message":"oops","success":false,"traceId":"T"})";
    vendor_->fail(broken);
    EXPECT_EQ(billhouse({"backfill", "guance", "--from", "2026-01-07", "--to", "2026-01-08"}).exit_code, 65);
    plant("2026-01-02", "");
    EXPECT_EQ(
        billhouse({"backfill", "guance", "--from", "2026-01-02", "--to", "2026-01-03", "--force"}).exit_code,
        65);

    auto const answer = ask("06_missing_days", {});

    std::vector<std::string> told;
    for (auto const& row : answer)
        told.push_back(row.at("gap_from") + " " + row.at("kind") + " " + row.at("is_loaded"));
    EXPECT_EQ(told, (std::vector<std::string>{"2026-01-02 held t", "2026-01-04 missing f",
                                              "2026-01-07 failed f", "2026-01-08 missing f"}));
    EXPECT_EQ(answer.at(1).at("gap_to"), "2026-01-05");
    EXPECT_THAT(answer.at(2).at("problem"), ::testing::HasSubstr("oops"));
}

TEST_F(AnalystQuestions, q07_two_vendors_share_a_currency_as_their_books_say) {
    configure({{"guance", {{"currency", "USD"}}}});
    load();

    auto const answer = ask("07_currencies");

    auto const guance = millionths(books("guance", "billed")), ocamba = millionths(books("ocamba", "amount"));
    auto const first = the_row(answer, {{"source_code", "guance_cn"}}),
               second = the_row(answer, {{"source_code", "ocamba"}});
    EXPECT_EQ(answer.size(), 2U);
    EXPECT_EQ(millionths(first.at("total_amount")), guance);
    EXPECT_EQ(millionths(second.at("total_amount")), ocamba);
    EXPECT_EQ(first.at("currency_code"), "USD");
    EXPECT_EQ(first.at("percent_of_currency"), value("SELECT round(100.0 * " + std::to_string(guance) +
                                                     " / " + std::to_string(guance + ocamba) + ", 1)"));
}

TEST_F(AnalystQuestions, q08_each_day_is_converted_at_its_own_rate_and_days_without_one_stay_visible) {
    load();
    database_.query("INSERT INTO wh.fx_rate VALUES ('2026-01-16', 'CNY', 'USD', 0.14, 'test'), "
                    "('2026-02-01', 'CNY', 'USD', 0.15, 'test'), ('2026-01-01', 'CNY', 'EUR', 9, 'test')");

    auto const answer = ask("08_one_currency", {{"d1", kFrom}, {"d2", kTo}, {"to", "USD"}});

    auto const guance = the_row(answer, {{"source_code", "guance_cn"}});
    EXPECT_TRUE(equal(guance.at("not_convertible"), books("guance", "billed", "2026-01-01", "2026-01-15")));
    EXPECT_TRUE(
        equal(guance.at("converted"), books("guance", "billed", "2026-01-16", "2026-01-31") + " * 0.14 + " +
                                          books("guance", "billed", "2026-02-01", "2026-02-28") + " * 0.15"));
    auto const ocamba = the_row(answer, {{"source_code", "ocamba"}});
    EXPECT_TRUE(equal(ocamba.at("converted"), books("ocamba", "amount"))) << "already in the currency wanted";
    EXPECT_EQ(ocamba.at("not_convertible"), "0");
}

TEST_F(AnalystQuestions, q09_the_bill_of_then_and_of_now_are_the_books_of_then_and_of_now) {
    load_days("2026-01-08", "2026-01-14");
    auto const moment = value("SELECT clock_timestamp()::text");
    auto const then = books("guance", "billed", "2026-01-08", "2026-01-13");
    vendor_->restate("guance", "2026-01-10", "2026-01-10", 5);
    vendor_->remove("guance", "2026-01-11", "2026-01-11", 2);
    load_days("2026-01-08", "2026-01-14");
    auto const now = books("guance", "billed", "2026-01-08", "2026-01-13");

    auto const answer = ask("09_as_known_then", {{"ts", moment}, {"d1", "2026-01-01"}, {"d2", "2026-02-01"}});

    ASSERT_EQ(answer.size(), 1U);
    ASSERT_NE(then, now);
    EXPECT_TRUE(equal(answer[0].at("billed_cost_then"), then));
    EXPECT_TRUE(equal(answer[0].at("billed_cost_now"), now));
    EXPECT_TRUE(equal(answer[0].at("drift"), now + " - " + then));
}

TEST_F(AnalystQuestions, q10_a_workspace_that_changed_hands_is_split_by_day_and_months_are_spread) {
    load();
    database_.query("INSERT INTO wh.map_cost_center SELECT sub_account_key, d.valid_from, d.valid_to, "
                    "d.cost_center FROM wh.dim_sub_account, "
                    "(VALUES (date '2026-01-01', date '2026-01-16', 'CC-1'), ('2026-01-16', 'infinity', "
                    "'CC-2')) AS d (valid_from, valid_to, "
                    "cost_center) WHERE sub_account_id = '" +
                    workspace() + "'");

    auto const answer = ask("10_cost_centres");

    auto const first = billed_of(workspace(), "2026-01-01", "2026-01-15"),
               second = billed_of(workspace(), "2026-01-16", "2026-02-28");
    EXPECT_EQ(the_row(answer, {{"cost_center", "CC-1"}}).at("currency_code"), "CNY");
    EXPECT_TRUE(equal(the_row(answer, {{"cost_center", "CC-1"}}).at("billed_cost") + " * 1000000",
                      std::to_string(first)));
    EXPECT_TRUE(equal(the_row(answer, {{"cost_center", "CC-2"}}).at("billed_cost") + " * 1000000",
                      std::to_string(second)));
    EXPECT_TRUE(
        equal(the_row(answer, {{"cost_center", "(unmapped)"}, {"currency_code", "CNY"}}).at("billed_cost") +
                  " * 1000000",
              std::to_string(millionths(books("guance", "billed")) - first - second)));

    auto const dollars = [&](char const* from, char const* to) {
        return the_row(ask("10_cost_centres", {{"d1", from}, {"d2", to}}), {{"currency_code", "USD"}})
            .at("billed_cost");
    };
    auto const begin = dollars("2026-01-01", "2026-01-08"), rest = dollars("2026-01-08", "2026-07-01");
    EXPECT_TRUE(
        equal(begin + " + " + rest,
              value("SELECT sum(billed_cost)::text FROM wh.fact_charge WHERE currency_code = 'USD'")));
    EXPECT_FALSE(equal(
        begin, value("SELECT sum(billed_cost)::text FROM wh.fact_charge WHERE currency_code = 'USD' AND "
                     "charge_date < '2026-01-08'")))
        << "a month's charge is not that of its first days";
}

TEST_F(AnalystQuestions, q11_the_planted_day_stands_out_against_the_mean_of_the_28_days_before) {
    plant("2026-02-20", usage("2026-02-20", workspace(), "gpu", "1000000"));
    load();

    auto const answer = ask("11_spikes", {{"d1", "2026-02-01"}, {"d2", kTo}});

    auto const spike = the_row(answer, {{"sub_account_id", workspace()}, {"charge_date", "2026-02-20"}});
    EXPECT_EQ(millionths(spike.at("billed_cost")), 1'000'000'000'000);
    EXPECT_EQ(spike.at("mean"),
              value("SELECT round(" + std::to_string(billed_of(workspace(), "2026-01-23", "2026-02-19")) +
                    " / 1000000.0 / 28, 6)"));
    for (auto const& row : answer)
        EXPECT_FALSE(row.at("sub_account_id") == workspace() && row.at("charge_date") > "2026-02-20")
            << row.at("charge_date") << " is judged against a history that holds the spike";
}

TEST_F(AnalystQuestions, q12_a_rename_splits_the_bill_by_the_name_it_was_billed_under) {
    auto const account = vendor_->accounts("guance").elements.at(0);
    vendor_->rename("guance", workspace(), "Renamed Workspace", "2026-01-20");
    load_days("2026-01-15", "2026-02-03");

    auto const answer = ask("12_renames", {{"id", workspace()}, {"d1", kFrom}, {"d2", kTo}});

    std::vector<std::string> told;
    for (auto const& row : answer)
        told.push_back(row.at("month") + " " + row.at("name_billed") + " " + row.at("first_day") + " " +
                       row.at("last_day"));
    EXPECT_EQ(told, (std::vector<std::string>{"2026-01-01 " + account["name"].text + " 2026-01-15 2026-01-19",
                                              "2026-01-01 Renamed Workspace 2026-01-20 2026-01-31",
                                              "2026-02-01 Renamed Workspace 2026-02-01 2026-02-02"}));
    EXPECT_EQ(millionths(answer.at(0).at("billed_cost")), billed_of(workspace(), "2026-01-15", "2026-01-19"));
    EXPECT_EQ(millionths(answer.at(1).at("billed_cost")), billed_of(workspace(), "2026-01-20", "2026-01-31"));
    EXPECT_EQ(answer.at(0).at("name_today"), "Renamed Workspace");
}

TEST_F(AnalystQuestions, q13_settlement_is_as_the_books_say_and_silence_is_not_zero) {
    load();

    auto const answer = ask("13_settlement");

    auto const guance = the_row(answer, {{"source_code", "guance_cn"}});
    for (auto const& [column, field] : std::map<std::string, std::string>{{"deduction", "deduction"},
                                                                          {"coupons", "coupon"},
                                                                          {"stored_value", "stored"},
                                                                          {"cash", "cash"},
                                                                          {"marketplace", "marketplace"},
                                                                          {"unpaid", "unpaid"}})
        EXPECT_TRUE(equal("coalesce(nullif('" + guance.at(column) + "', ''), '0')", books("guance", field)))
            << column;
    std::int64_t silent = 0;
    for (auto const& row : vendor_rows("2026-01-01", "2026-02-28")) {
        bool says = false;
        for (auto const* field : {"deductionAmount", "couponAmount", "storedCardAmount", "cashAmount",
                                  "cashCouldAmount", "oweAmount"})
            says = says || (row.has(field) && row[field].text != "None");
        if (!says) silent += amount(row, "billingResult");
    }
    EXPECT_GT(silent, 0);
    EXPECT_EQ(millionths(guance.at("not_reported")), silent);
    auto const ocamba = the_row(answer, {{"source_code", "ocamba"}});
    EXPECT_EQ(ocamba.at("coupons"), "") << "Ocamba never says";
    EXPECT_EQ(ocamba.at("not_reported"), ocamba.at("billed_cost"));
}

TEST_F(AnalystQuestions, q14_an_amount_leads_back_to_the_answer_and_the_place_in_it) {
    load_days("2026-01-10", "2026-01-11");
    auto const original = vendor_rows("2026-01-10", "2026-01-10");
    ASSERT_EQ(vendor_->restate("guance", "2026-01-10", "2026-01-10", 1), 1U);
    auto const restated = vendor_rows("2026-01-10", "2026-01-10");
    load_days("2026-01-10", "2026-01-11");
    std::size_t changed = 0;
    while (amount(original.at(changed), "count") == amount(restated.at(changed), "count"))
        ++changed;
    auto const path = "/content/" + std::to_string(changed);
    auto const key = value("SELECT charge_key FROM wh.fact_charge WHERE version = 2");

    auto const answer = ask("14_lineage", {{"d1", "2026-01-10"}, {"key", key}});

    ASSERT_EQ(answer.size(), 1U);
    EXPECT_EQ(answer[0].at("record_path"), path);
    EXPECT_EQ(millionths(answer[0].at("billed_cost")), amount(restated.at(changed), "billingResult"));
    EXPECT_EQ(answer[0].at("sku_code"), restated.at(changed)["tag6"].text);
    EXPECT_EQ(answer[0].at("version"), "2");
    EXPECT_NE(answer[0].at("first_run_id"), answer[0].at("last_run_id"));
    EXPECT_THAT(answer[0].at("url"), ::testing::HasSubstr("startDate=20260110&endDate=20260110"));
    EXPECT_THAT(answer[0].at("vendor_trace_id"), ::testing::StartsWith("TRACE-"));
    EXPECT_THAT(value("SELECT convert_from(body, 'UTF8') FROM raw.page_body WHERE page_id = " +
                      answer[0].at("page_id")),
                ::testing::HasSubstr(answer[0].at("vendor_trace_id")));
}

TEST_F(AnalystQuestions, q15_a_focus_query_tells_cost_and_tax_as_the_books_do) {
    load();

    auto const answer = ask("15_focus", {{"d1", "2026-01-01 00:00+08"}, {"d2", "2026-03-01 00:00+08"}});

    std::map<std::string, std::int64_t> costs;
    for (auto const& row : answer) {
        auto const tax = row.at("chargecategory") == "Tax" ? " tax" : "";
        costs[row.at("serviceprovidername") + " " + row.at("billingcurrency") + tax] +=
            millionths(row.at("effectivecost"));
    }
    EXPECT_EQ(costs, (std::map<std::string, std::int64_t>{
                         {"Guance CNY", millionths(books("guance", "billed"))},
                         {"Ocamba USD",
                          millionths(books("ocamba", "price")) - millionths(books("ocamba", "discount"))},
                         {"Ocamba USD tax", millionths(books("ocamba", "tax"))}}));
    EXPECT_FALSE(answer.empty());
}

TEST_F(AnalystQuestions, q16_what_was_booked_and_what_is_left_to_book_make_up_the_books) {
    load();
    auto const january = [this](char const* days) {
        auto const answer = ask("16_month_end", {{"d1", kFrom}, {"d2", kTo}, {"days", days}});
        EXPECT_EQ(answer.size(), 4U) << "two months of two vendors";
        return the_row(answer, {{"month", "2026-01-01"}, {"source_code", "guance_cn"}});
    };
    auto const billed = books("guance", "billed", kFrom, "2026-01-31");

    auto const at_once = january("5"); // January was loaded long after the 5th of February
    EXPECT_TRUE(equal(at_once.at("billed_cost_booked"), "0"));
    EXPECT_TRUE(equal(at_once.at("billed_cost_change"), billed));
    auto const late = january("36500");
    EXPECT_TRUE(equal(late.at("billed_cost_booked"), billed));
    EXPECT_TRUE(equal(late.at("billed_cost_now"), billed));
    EXPECT_TRUE(equal(late.at("billed_cost_change"), "0"));
    EXPECT_EQ(late.at("missing_days"), "0");
}

} // namespace
} // namespace billhouse
