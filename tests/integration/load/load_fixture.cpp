#include "load_fixture.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace billhouse {

namespace {

template <class Member>
MemberIndex interned(std::vector<Member>& members, Member const& member) {
    auto const found = std::ranges::find(members, member);
    if (found != members.end()) return static_cast<MemberIndex>(found - members.begin());
    members.push_back(member);
    return static_cast<MemberIndex>(members.size() - 1);
}

Date day(std::string const& text) {
    return parse_date(text).value();
}

std::string canonical(BillLine const& line) {
    IdentityKey content;
    for (auto const& part : {line.billed, line.billing_cycle, line.attributes, line.document})
        content.add(part);
    for (auto const& part : {line.sku_name, line.workspace_name, line.quantity})
        content.add(part);
    return std::string(content.canonical());
}

Uuid key_of_line(BillLine const& line) {
    IdentityKey identity;
    if (!line.identity.empty())
        identity.add(line.identity);
    else
        for (auto const& part : {line.date, line.workspace, line.sku, line.currency})
            identity.add(part);
    return identity.uuid();
}

void set_members(ChargeLine& row, DimensionMembers& members, BillLine const& line) {
    row.billing_account = interned(members.billing_accounts, {"acct", "Account"});
    if (!line.workspace.empty())
        row.sub_account = interned(members.sub_accounts, {"Workspace", line.workspace, line.workspace_name});
    row.service = interned(members.services,
                           {"guance", line.service_name, "Management and Governance", "Observability"});
    row.sku = interned(members.skus, {row.service, line.sku, line.sku_name, std::nullopt, "GB", "GB"});
    row.charge_type = interned(members.charge_types, {"Usage", "", "Usage-Based", "Standard",
                                                      line.billing_cycle, "", "", "item", false});
    row.currency = interned(members.currencies, line.currency);
}

ChargeLine charge_line(BillLine const& line, DimensionMembers& members) {
    ChargeLine row;
    row.charge_date = day(line.date);
    row.key = key_of_line(line);
    row.content_hash = content_hash(canonical(line));
    set_members(row, members, line);
    row.charge_period_start = row.charge_date, row.charge_period_end = row.charge_date + std::chrono::days(1);
    row.billing_period_start = first_of_month(row.charge_date),
    row.billing_period_end = add_months(row.billing_period_start, 1);
    for (auto const cost : {measure("list_cost"), measure("billed_cost"), measure("total_amount")})
        row.measures.set(cost, Decimal::parse(line.billed).value());
    for (auto const amount : {measure("discount_amount"), measure("tax_amount")})
        row.measures.set(amount, Decimal(0));
    if (line.quantity) row.measures.set(measure("quantity"), Decimal::parse(*line.quantity).value());
    row.document_id = line.document;
    row.attributes = line.attributes;
    return row;
}

std::string end_of(std::string const& from, std::string const& to) {
    return to.empty() ? to_string(day(from) + std::chrono::days(1)) : to;
}

} // namespace

StarRows bill(std::vector<BillLine> const& lines) {
    StarRows rows;
    for (auto const& line : lines) {
        auto charge = charge_line(line, rows.members);
        charge.record_path = fmt::format("/content/{}", rows.lines.size());
        rows.lines.push_back(charge);
    }
    rows.read = static_cast<std::int64_t>(lines.size());
    return rows;
}

std::vector<std::string> texts(TestDatabase& database, std::string const& sql) {
    std::vector<std::string> lines;
    for (auto const& row : database.query(sql)) {
        auto& line = lines.emplace_back();
        for (std::size_t i = 0; i < row.size(); ++i)
            line += (i == 0 ? "" : "|") + row[i].value_or("");
    }
    return lines;
}

EmbeddedText statement(std::string_view text) {
    return {"test.sql", text};
}

LoadTest::LoadTest() {
    database.execute("INSERT INTO wh.dim_source (source_key, source_code, vendor_code, "
                     "service_provider_name, invoice_issuer_name,"
                     " publisher_name, default_currency) VALUES (1, 'guance_cn', 'guance', 'Guance', "
                     "'Guance', 'Guance', 'CNY')");
    database.execute("INSERT INTO etl.stream (stream_id, stream_code, source_key, earliest) VALUES (1, "
                     "'guance/detail', 1, '2026-01-01')");
}

void LoadTest::open_run(Load const& slice) {
    database.execute(fmt::format(
        "INSERT INTO etl.run (run_id, stream_id, trigger, app_version, config_hash) VALUES ({0}, 1, 'run', "
        "'test', 'test');"
        "INSERT INTO etl.page (page_id, run_id, stream_id, slice_start, slice_end, page_no, requested_at, "
        "duration_ms, http_status, url,"
        " record_count, body_bytes, body_sha256, content_sha256)"
        " VALUES ({0}, {0}, 1, '{1}', '{2}', 1, now(), 1, 200, 'http://test', 0, 0, sha256(''), sha256(''));"
        "SELECT etl.ensure_page_partitions(1, current_date, current_date);"
        "INSERT INTO raw.page_body (stream_id, fetched_on, page_id, body) VALUES (1, current_date, {0}, '')",
        run_id, slice.from, end_of(slice.from, slice.to)));
}

void LoadTest::close_slice(Load const& slice) {
    database.execute(fmt::format(
        "INSERT INTO etl.slice AS x (stream_id, slice_start, slice_end, status, read_rows, loaded_rows, "
        "billed_total, last_run_id, first_complete_at)"
        " SELECT 1, '{0}', '{1}', 'complete', sum(n), sum(n), coalesce(jsonb_object_agg(currency_code, "
        "total) FILTER (WHERE n > 0), '{{}}'), {2}, now()"
        " FROM (SELECT currency_code, count(*) AS n, sum(total_amount) AS total FROM wh.fact_charge"
        "       WHERE charge_date >= '{0}' AND charge_date < '{1}' GROUP BY 1 UNION ALL SELECT NULL, 0, 0) c"
        " ON CONFLICT (stream_id, scope_key, slice_start) DO UPDATE SET read_rows = excluded.read_rows, "
        "loaded_rows = excluded.loaded_rows,"
        " billed_total = excluded.billed_total, last_run_id = excluded.last_run_id, generation = "
        "x.generation + 1",
        slice.from, end_of(slice.from, slice.to), run_id));
}

SliceChange LoadTest::merge(Load const& slice, StarRows const& rows) {
    ++run_id;
    open_run(slice);
    MergeContext context;
    context.slice = {1, 1, "", day(slice.from), day(end_of(slice.from, slice.to))};
    context.run_id = run_id;
    context.page_ids = {run_id};
    context.accepted_vanish = slice.accepted_vanish;
    context.seen_before =
        database.value("SELECT count(*) FROM etl.slice WHERE slice_start = '" + slice.from + "'") == "1";
    session.begin();
    return SliceLoader(keys).merge(session, context, rows);
}

SliceChange LoadTest::load(Load const& slice) {
    auto const change = merge(slice, bill(slice.lines));
    session.commit();
    if (!change.held) close_slice(slice);
    return change;
}

bool LoadTest::wrote_nothing() {
    auto const row = session.run(
        statement("SELECT pg_current_xact_id_if_assigned()::text, pg_my_temp_schema()::bigint"))[0];
    return !row[0] && row[1] == "0";
}

std::vector<std::string> LoadTest::breaches() {
    session.run(statement("DISCARD TEMP"));
    return broken_invariants(database);
}

std::vector<std::string> LoadTest::star() {
    return texts(database, "SELECT concat_ws(' ', charge_date, sub_account_id, sku_code, billed_cost, 'v' || "
                           "f.version, first_run_id, last_run_id)"
                           " FROM wh.fact_charge f JOIN wh.dim_sub_account USING (sub_account_key) JOIN "
                           "wh.dim_sku USING (sku_key)"
                           " ORDER BY charge_date, sub_account_id, sku_code");
}

std::vector<std::string> LoadTest::journal() {
    return texts(database,
                 "SELECT concat_ws(' ', op, charge_date, sku_code, 'v' || j.version, run_id, d_billed_cost,"
                 " CASE WHEN period_was_closed THEN 'closed' ELSE 'open' END, changed)"
                 " FROM wh.fact_charge_change j JOIN wh.dim_sku USING (sku_key) ORDER BY recorded_at, "
                 "charge_date, sku_code");
}

std::vector<std::string> LoadTest::known_at(std::string const& moment) {
    return texts(database, "SELECT concat_ws(' ', sku_code, billed_cost) FROM mart.charge_as_of('" + moment +
                               "', '2015-01-01', '2045-01-01') JOIN wh.dim_sku USING (sku_key) ORDER BY 1");
}

} // namespace billhouse
