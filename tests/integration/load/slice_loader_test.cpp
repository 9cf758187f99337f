#include "base/error.hpp"

#include "load_fixture.hpp"

namespace billhouse {

namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class SliceLoaderTest : public LoadTest {};

} // namespace

TEST_F(SliceLoaderTest, a_first_load_fills_the_star_and_leaves_the_journal_empty) {
    auto const change =
        load_day("2026-03-01", {{.date = "2026-03-01", .billed = "1.25"},
                                {.date = "2026-03-01", .sku = "traces", .billed = "0.000001"}});
    EXPECT_EQ(change.inserted, 2);
    EXPECT_EQ(change.before, 0);
    EXPECT_THAT(star(),
                ElementsAre("2026-03-01 ws-1 logs 1.25 v1 1 1", "2026-03-01 ws-1 traces 0.000001 v1 1 1"));
    EXPECT_THAT(journal(), IsEmpty());
    EXPECT_THAT(breaches(), IsEmpty());
}

TEST_F(SliceLoaderTest, every_column_of_a_line_arrives) {
    auto rows = bill(
        {{.date = "2026-03-01", .quantity = "7", .attributes = R"({"region":"cn-1"})", .document = "doc-1"}});
    auto line = rows.lines[0];
    line.line_no = 3;
    line.record_path = "/items/0/items/2";
    for (std::size_t i = 0; i < kMeasureCount; ++i)
        line.measures.set(i, Decimal::parse(std::to_string(i + 1) + ".5"));
    rows.lines = {line};
    merge({"2026-03-01", "", {}}, rows);
    session.commit();
    EXPECT_THAT(texts(database, "SELECT charge_date, charge_key, content_hash, source_key, stream_id, "
                                "scope_key, document_id, line_no FROM wh.fact_charge"),
                ElementsAre("2026-03-01|" + to_string(line.key) + "|" + std::to_string(line.content_hash) +
                            "|1|1||doc-1|3"));
    EXPECT_THAT(texts(database, "SELECT quantity, pricing_block, unit_price, list_cost, discount_amount, "
                                "billed_cost, tax_rate, tax_amount, total_amount,"
                                " deduction_amount, coupon_amount, stored_value_amount, cash_amount, "
                                "marketplace_amount, unpaid_amount FROM wh.fact_charge"),
                ElementsAre("1.5|2.5|3.5|4.5|5.5|6.5|7.5|8.5|9.5|10.5|11.5|12.5|13.5|14.5|15.5"));
    EXPECT_THAT(
        texts(database, "SET timezone = 'UTC'; SELECT currency_code, charge_period_start, charge_period_end, "
                        "billing_period_start, billing_period_end, attributes,"
                        " version, first_run_id, last_run_id, page_id, record_path, loaded_at = changed_at "
                        "FROM wh.fact_charge"),
        ElementsAre("CNY|2026-03-01 00:00:00+00|2026-03-02 00:00:00+00|2026-03-01|2026-04-01|{\"region\": "
                    "\"cn-1\"}|1|1|1|1|/items/0/items/2|t"));
    EXPECT_THAT(texts(database, "SELECT billing_account_id, sub_account_type, sub_account_id, "
                                "v.sub_account_name, service_code, sku_code, kv.sku_name,"
                                " billing_cycle FROM wh.fact_charge JOIN wh.dim_billing_account USING "
                                "(billing_account_key) JOIN wh.dim_sub_account USING"
                                " (sub_account_key) JOIN wh.dim_sub_account_version v USING "
                                "(sub_account_version_key) JOIN wh.dim_service USING (service_key)"
                                " JOIN wh.dim_sku USING (sku_key) JOIN wh.dim_sku_version kv USING "
                                "(sku_version_key) JOIN wh.dim_charge_type USING (charge_type_key)"),
                ElementsAre("acct|Workspace|ws-1|Alpha|guance|logs|Logs|Day"));
}

TEST_F(SliceLoaderTest, loading_the_same_again_writes_nothing_at_all) {
    std::vector<BillLine> const lines{{.date = "2026-03-01", .billed = "1.25"},
                                      {.date = "2026-03-01", .sku = "traces"}};
    load_day("2026-03-01", lines);
    auto const before = texts(database, "SELECT xmin, ctid, * FROM wh.fact_charge ORDER BY charge_key");
    PgSession fresh(database.settings(), std::nullopt, "second run",
                    {}); // no temporary tables of the first load
    DimensionKeys uncached(1);
    MergeContext const context{
        {1, 1, "", *parse_date("2026-03-01"), *parse_date("2026-03-02")}, 2, {2}, true, 500, false};
    fresh.begin();
    auto const change = SliceLoader(uncached).merge(fresh, context, bill(lines));
    EXPECT_EQ(change.unchanged, 2);
    EXPECT_EQ(change.changed(), 0);
    auto const traces =
        fresh.run(statement("SELECT pg_current_xact_id_if_assigned()::text, pg_my_temp_schema()::bigint"))[0];
    EXPECT_FALSE(traces[0].has_value()) << "the transaction wrote something";
    EXPECT_EQ(traces[1], "0") << "a temporary table was made";
    fresh.commit();
    EXPECT_EQ(texts(database, "SELECT xmin, ctid, * FROM wh.fact_charge ORDER BY charge_key"), before);
}

TEST_F(SliceLoaderTest, a_restated_amount_is_updated_and_journalled_with_its_delta) {
    load_day("2026-03-01",
             {{.date = "2026-03-01", .billed = "1.25"}, {.date = "2026-03-01", .sku = "traces"}});
    auto const before = now();
    auto const change = load_day(
        "2026-03-01", {{.date = "2026-03-01", .billed = "1.05"}, {.date = "2026-03-01", .sku = "traces"}});
    EXPECT_EQ(change.restated, 1);
    EXPECT_EQ(change.unchanged, 1);
    EXPECT_THAT(star(), ElementsAre("2026-03-01 ws-1 logs 1.05 v2 1 2", "2026-03-01 ws-1 traces 1 v1 1 1"));
    EXPECT_THAT(
        journal(),
        ElementsAre(
            "restate 2026-03-01 logs v2 2 -0.20 open "
            R"({"list_cost": [1.25, 1.05], "billed_cost": [1.25, 1.05], "total_amount": [1.25, 1.05]})"));
    EXPECT_THAT(known_at(before), ElementsAre("logs 1.25", "traces 1"));
    EXPECT_THAT(known_at(now()), ElementsAre("logs 1.05", "traces 1"));
    EXPECT_THAT(breaches(), IsEmpty());
}

TEST_F(SliceLoaderTest, an_amount_that_appears_where_there_was_none_is_a_restatement) {
    load_day("2026-03-01", {{.date = "2026-03-01"}});
    EXPECT_EQ(load_day("2026-03-01", {{.date = "2026-03-01", .quantity = "3"}}).restated, 1);
    EXPECT_THAT(texts(database, "SELECT d_quantity, d_billed_cost, changed FROM wh.fact_charge_change"),
                ElementsAre("3|0|{\"quantity\": [null, 3]}"));
}

TEST_F(SliceLoaderTest, a_new_name_is_a_relabelling_that_leaves_version_and_money_alone) {
    load_day("2026-03-01", {{.date = "2026-03-01", .billed = "1.25"}});
    auto const change = load_day(
        "2026-03-01",
        {{.date = "2026-03-01", .billed = "1.25", .workspace_name = "Beta", .billing_cycle = "Month"}});
    EXPECT_EQ(change.relabelled, 1);
    EXPECT_THAT(star(), ElementsAre("2026-03-01 ws-1 logs 1.25 v1 1 2"));
    EXPECT_THAT(
        texts(database,
              "SELECT op, version, d_quantity, d_list_cost, d_billed_cost, d_tax_amount, d_total_amount,"
              " ARRAY(SELECT jsonb_object_keys(changed) ORDER BY 1) FROM wh.fact_charge_change"),
        ElementsAre("relabel|1|0|0.00|0.00|0|0.00|{charge_type_key,sub_account_version_key}"));
    EXPECT_THAT(breaches(), IsEmpty());
}

TEST_F(SliceLoaderTest, nulls_inside_attributes_reach_the_journal_as_the_vendor_gave_them) {
    load_day("2026-03-01",
             {{.date = "2026-03-01", .attributes = R"({"a":null,"b":{"c":null,"d":[null,{"e":null}]}})"}});
    load_day("2026-03-01", {{.date = "2026-03-01", .attributes = R"({"a":{"f":null}})"}});
    load_day("2026-03-01", {{.date = "2026-03-01"}});
    EXPECT_THAT(
        texts(database, "SELECT op, changed FROM wh.fact_charge_change ORDER BY recorded_at"),
        ElementsAre(
            R"(relabel|{"attributes": [{"a": null, "b": {"c": null, "d": [null, {"e": null}]}}, {"a": {"f": null}}]})",
            R"(relabel|{"attributes": [{"a": {"f": null}}, null]})"));
}

TEST_F(SliceLoaderTest, attributes_that_differ_only_in_their_text_form_are_no_change) {
    load_day("2026-03-01", {{.date = "2026-03-01", .attributes = R"({"a":1.50,"b":"x"})"}});
    auto const change =
        load_day("2026-03-01", {{.date = "2026-03-01", .attributes = R"({"b":"x","a":1.5})"}});
    EXPECT_EQ(change.relabelled + change.restated, 0);
    EXPECT_EQ(change.unchanged, 1);
    EXPECT_THAT(journal(), IsEmpty());
    EXPECT_THAT(star(), ElementsAre("2026-03-01 ws-1 logs 1 v1 1 1"));
    EXPECT_EQ(
        load_day("2026-03-01", {{.date = "2026-03-01", .attributes = R"({"b":"x","a":1.5})"}}).unchanged, 1)
        << "the new hash was kept";
}

TEST_F(SliceLoaderTest, a_line_that_first_comes_after_its_slice_was_complete_is_late) {
    load_day("2026-03-01", {{.date = "2026-03-01"}});
    auto const before = now();
    auto const change = load_day(
        "2026-03-01", {{.date = "2026-03-01"}, {.date = "2026-03-01", .sku = "traces", .billed = "2.5"}});
    EXPECT_EQ(change.late, 1);
    EXPECT_EQ(change.inserted, 0);
    EXPECT_THAT(star(), ElementsAre("2026-03-01 ws-1 logs 1 v1 1 1", "2026-03-01 ws-1 traces 2.5 v1 2 2"));
    EXPECT_THAT(journal(), ElementsAre("late 2026-03-01 traces v1 2 2.5 open"));
    EXPECT_THAT(known_at(before), ElementsAre("logs 1"));
    EXPECT_THAT(breaches(), IsEmpty());
}

TEST_F(SliceLoaderTest, a_vanished_line_leaves_the_star_and_stays_in_the_journal) {
    load_day("2026-03-01",
             {{.date = "2026-03-01"}, {.date = "2026-03-01", .sku = "traces", .billed = "2.5"}});
    auto const before = now();
    EXPECT_EQ(load_day("2026-03-01", {{.date = "2026-03-01"}}).vanished, 1);
    EXPECT_THAT(star(), ElementsAre("2026-03-01 ws-1 logs 1 v1 1 1"));
    EXPECT_THAT(journal(), ElementsAre("vanish 2026-03-01 traces v1 2 -2.5 open"));
    EXPECT_EQ(database.value("SELECT page_id FROM wh.fact_charge_change"), "NULL");
    EXPECT_THAT(known_at(before), ElementsAre("logs 1", "traces 2.5"));
    EXPECT_THAT(known_at(now()), ElementsAre("logs 1"));
    EXPECT_THAT(breaches(), IsEmpty());
}

TEST_F(SliceLoaderTest, a_line_that_comes_back_continues_where_it_vanished) {
    BillLine const logs{.date = "2026-03-01"}, traces{.date = "2026-03-01", .sku = "traces", .billed = "2.5"};
    auto restated = traces;
    restated.billed = "4";
    load_day("2026-03-01", {logs, traces});
    auto const first_loaded = database.value("SELECT min(loaded_at) FROM wh.fact_charge");
    load_day("2026-03-01", {logs});
    auto const while_gone = now();
    EXPECT_EQ(load_day("2026-03-01", {logs, restated}).reappeared, 1);
    EXPECT_THAT(star(), ElementsAre("2026-03-01 ws-1 logs 1 v1 1 1", "2026-03-01 ws-1 traces 4 v2 3 3"));
    EXPECT_THAT(journal(), ElementsAre("vanish 2026-03-01 traces v1 2 -2.5 open",
                                       "reappear 2026-03-01 traces v2 3 4 open"));
    EXPECT_THAT(texts(database, "SELECT DISTINCT loaded_at FROM wh.fact_charge"), ElementsAre(first_loaded));
    EXPECT_THAT(known_at(while_gone), ElementsAre("logs 1"));
    load_day("2026-03-01", {logs});
    EXPECT_EQ(load_day("2026-03-01", {logs, traces}).reappeared, 1);
    EXPECT_EQ(database.value("SELECT max(version) FROM wh.fact_charge"), "3");
    EXPECT_THAT(breaches(), IsEmpty());
}

TEST_F(SliceLoaderTest, all_effects_in_one_load_show_one_moment) {
    load_day("2026-03-01", {{.date = "2026-03-01", .sku = "a"},
                            {.date = "2026-03-01", .sku = "b"},
                            {.date = "2026-03-01", .sku = "c"},
                            {.date = "2026-03-01", .sku = "d"}});
    load_day("2026-03-01", {{.date = "2026-03-01", .sku = "a"},
                            {.date = "2026-03-01", .sku = "b"},
                            {.date = "2026-03-01", .sku = "c"}});
    auto const change = load_day("2026-03-01", {{.date = "2026-03-01", .sku = "a"},
                                                {.date = "2026-03-01", .sku = "b", .billed = "2"},
                                                {.date = "2026-03-01", .sku = "d"},
                                                {.date = "2026-03-01", .sku = "e"}});
    EXPECT_EQ(change.before, 3);
    EXPECT_THAT((std::vector{change.unchanged, change.restated, change.reappeared, change.late,
                             change.vanished, change.inserted}),
                ElementsAre(1, 1, 1, 1, 1, 0));
    EXPECT_THAT(texts(database, "SELECT op FROM wh.fact_charge_change WHERE run_id = 3 ORDER BY op"),
                ElementsAre("late", "reappear", "restate", "vanish"));
    EXPECT_EQ(
        database.value("SELECT count(DISTINCT recorded_at) FROM wh.fact_charge_change WHERE run_id = 3"),
        "1");
    EXPECT_THAT(breaches(), IsEmpty());
}

TEST_F(SliceLoaderTest, a_read_that_would_lose_too_many_lines_is_held_and_writes_nothing) {
    std::vector<BillLine> const three{{.date = "2026-03-01", .sku = "a"},
                                      {.date = "2026-03-01", .sku = "b"},
                                      {.date = "2026-03-01", .sku = "c"}};
    load_day("2026-03-01", three);
    auto const before = star();
    auto const change = merge({"2026-03-01", "", {}}, bill({three[0]}));
    EXPECT_TRUE(change.held);
    EXPECT_EQ(change.before, 3);
    EXPECT_EQ(change.changed(), 0);
    session.commit();
    EXPECT_EQ(star(), before);
    auto const accepted = load({"2026-03-01", "", {three[0]}, 2});
    EXPECT_FALSE(accepted.held);
    EXPECT_EQ(accepted.vanished, 2);
    EXPECT_THAT(star(), ElementsAre("2026-03-01 ws-1 a 1 v1 1 1"));
}

TEST_F(SliceLoaderTest, a_read_that_loses_just_the_limit_is_not_held) {
    load_day("2026-03-01", {{.date = "2026-03-01", .sku = "a"}, {.date = "2026-03-01", .sku = "b"}});
    EXPECT_EQ(load_day("2026-03-01", {{.date = "2026-03-01", .sku = "a"}}).vanished, 1);
}

TEST_F(SliceLoaderTest, only_lines_of_its_own_stream_scope_and_days_are_compared) {
    load({"2026-03-01", "2026-03-03", {{.date = "2026-03-01"}, {.date = "2026-03-02"}}});
    session.begin();
    MergeContext context{
        {1, 1, "app-2", *parse_date("2026-03-01"), *parse_date("2026-03-02")}, 2, {2}, false, 500, false};
    auto const change =
        SliceLoader(keys).merge(session, context, bill({{.date = "2026-03-01", .workspace = "ws-2"}}));
    EXPECT_EQ(change.before, 0);
    EXPECT_EQ(change.inserted, 1);
    context.slice.scope = "";
    EXPECT_EQ(SliceLoader(keys).merge(session, context, bill({{.date = "2026-03-01"}})).unchanged, 1)
        << "two merges in one transaction";
    session.commit();
    EXPECT_EQ(star().size(), 3U);
}

TEST_F(SliceLoaderTest, a_line_that_moves_to_another_member_under_one_identity_is_refused) {
    load_day("2026-03-01", {{.date = "2026-03-01", .identity = "same"}});
    try {
        merge({"2026-03-01", "", {}}, bill({{.date = "2026-03-01",
                                             .sku = "traces",
                                             .billed = "2",
                                             .workspace = "ws-2",
                                             .identity = "same"}}));
        FAIL() << "the line was accepted";
    } catch (Error const& error) {
        EXPECT_EQ(error.kind(), ErrorKind::data);
        EXPECT_STREQ(
            error.what(),
            "line /content/0 of 2026-03-01 changed its sub-account, SKU under an unchanged identity");
        EXPECT_THAT(error.hint(), testing::HasSubstr("identity.version"));
    }
    session.rollback();
    EXPECT_THAT(star(), ElementsAre("2026-03-01 ws-1 logs 1 v1 1 1"));
}

TEST_F(SliceLoaderTest, a_change_in_a_closed_billing_period_is_marked) {
    load_day("2026-03-01", {{.date = "2026-03-01", .sku = "a"}, {.date = "2026-03-01", .sku = "b"}});
    database.execute("INSERT INTO wh.billing_period (source_key, billing_account_key, period_start, "
                     "period_end, status, closed_at)"
                     " SELECT 1, billing_account_key, '2026-03-01', '2026-04-01', 'Closed', now() FROM "
                     "wh.dim_billing_account WHERE source_key = 1");
    load_day("2026-03-01",
             {{.date = "2026-03-01", .sku = "a", .billed = "2"}, {.date = "2026-03-01", .sku = "c"}});
    EXPECT_THAT(texts(database, "SELECT op, period_was_closed FROM wh.fact_charge_change ORDER BY op"),
                ElementsAre("late|t", "restate|t", "vanish|t"));
}

TEST_F(SliceLoaderTest, lines_without_members_point_to_the_reserved_ones) {
    auto rows = bill({{.date = "2026-03-01", .workspace = ""}, {.date = "2026-03-01", .sku = "x"}});
    auto first = rows.lines[0], second = rows.lines[1];
    first.sku = first.service = first.billing_account = kNone;
    rows.members.sub_accounts.push_back({"Workspace", "", std::nullopt});
    second.sub_account = static_cast<MemberIndex>(rows.members.sub_accounts.size() - 1);
    rows.members.skus[static_cast<std::size_t>(second.sku)].code.clear();
    rows.lines = {first, second};
    merge({"2026-03-01", "", {}}, rows);
    session.commit();
    EXPECT_THAT(texts(database, "SELECT billing_account_key = -1, sub_account_key, sub_account_version_key, "
                                "service_key > 0, sku_key, sku_version_key"
                                " FROM wh.fact_charge ORDER BY sub_account_key"),
                ElementsAre("t|-2|-2|f|-1|-1", "f|-1|-1|t|-1|-1"));
}

TEST_F(SliceLoaderTest, a_month_slice_spans_its_partitions_and_new_currencies_become_known) {
    load({"2026-02-28",
          "2026-03-02",
          {{.date = "2026-02-28"},
           {.date = "2026-03-01", .currency = "RUB"},
           {.date = "2026-03-01", .currency = "credits"}}});
    EXPECT_THAT(
        texts(database, "SELECT tableoid::regclass, count(*) FROM wh.fact_charge GROUP BY 1 ORDER BY 1"),
        ElementsAre("wh.fact_charge_202602|1", "wh.fact_charge_202603|2"));
    EXPECT_THAT(texts(database, "SELECT currency_code, is_virtual FROM wh.dim_currency WHERE currency_code "
                                "IN ('RUB', 'credits') ORDER BY 1"),
                ElementsAre("RUB|f", "credits|t"));
}

/// A day's lines, all at one price.
std::vector<BillLine> many(std::string const& day, int count, std::string const& billed) {
    std::vector<BillLine> lines(static_cast<std::size_t>(count), {.date = day, .billed = billed});
    for (int i = 0; i < count; ++i)
        lines[static_cast<std::size_t>(i)].sku = "sku-" + std::to_string(i);
    return lines;
}

TEST_F(SliceLoaderTest,
       a_day_that_the_planner_knows_nothing_of_is_not_gone_through_once_for_each_changed_line) {
    load_day("2026-03-01", many("2026-03-01", 500, "1"));
    database.execute("ANALYZE wh.fact_charge");
    load_day("2026-03-20", many("2026-03-20", 500, "1"));
    auto const rows_read = [&] {
        session.run(statement("SELECT pg_stat_force_next_flush()"));
        return std::stoll(database.value(
            "SELECT sum(seq_tup_read + idx_tup_fetch) FROM pg_stat_user_tables WHERE relname LIKE "
            "'fact_charge_2%'"));
    };
    auto const before = rows_read();
    auto const change = load_day("2026-03-20", many("2026-03-20", 500, "2"));
    EXPECT_EQ(change.restated, 500);
    EXPECT_LT(rows_read() - before, 20 * 1000);
}

TEST_F(SliceLoaderTest, documents_are_written_only_where_they_differ) {
    auto rows = bill({{.date = "2026-03-01", .document = "doc-1"}});
    BillingDocument document;
    document.id = "doc-1", document.billing_account = 0, document.sub_account = 0;
    document.period_start = *parse_date("2026-03-01"), document.period_end = *parse_date("2026-04-01");
    document.price = Decimal::parse("12.3456789012345678901234567890"), document.line_count = 1;
    document.vendor_created_at = Instant(*parse_date("2026-03-02"));
    document.attributes = R"({"plan":"a \"b\""})";
    rows.documents = {document};
    EXPECT_EQ(merge({"2026-03-01", "", {}}, rows).documents_changed, 1);
    session.commit();
    EXPECT_THAT(texts(database, "SELECT document_id, price, discount, line_count, attributes->>'plan', "
                                "last_run_id FROM wh.fact_document"),
                ElementsAre("doc-1|12.345678901234567890123456789||1|a \"b\"|1"));
    EXPECT_EQ(merge({"2026-03-01", "", {}}, rows).documents_changed, 0);
    EXPECT_TRUE(wrote_nothing());
    session.commit();
    rows.documents[0].limit_status = "exceeded";
    EXPECT_EQ(merge({"2026-03-01", "", {}}, rows).documents_changed, 1);
    session.commit();
    EXPECT_THAT(texts(database, "SELECT limit_status, last_run_id FROM wh.fact_document"),
                ElementsAre("exceeded|3"));
}

} // namespace billhouse
