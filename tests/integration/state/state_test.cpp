#include "state_test.hpp"

#include "state/run_audit.hpp"

#include <fmt/format.h>

namespace billhouse {

Date day(std::string_view text) {
    auto const date = parse_date(text);
    if (!date) throw std::invalid_argument(std::string(text));
    return *date;
}

std::string text_of(std::optional<Date> date) {
    return date ? to_string(*date) : "none";
}

JobDefinition sample_job() {
    JobDefinition job;
    job.name = "guance";
    job.config_hash = "c0ffee";
    job.source.code = "guance_cn";
    job.source.vendor_code = "guance";
    job.source.provider_name = job.source.invoice_issuer_name = job.source.publisher_name = "Guance";
    job.source.default_currency = "CNY";
    job.source.billing_zone = Zone::find("Asia/Shanghai").value();
    StreamDefinition stream;
    stream.name = "billing_detail";
    stream.window.earliest = day("2026-03-01");
    stream.window.lookback_days = 7;
    job.streams.push_back(stream);
    return job;
}

Error error_of(std::function<void()> const& call) {
    try {
        call();
    } catch (Error const& error) {
        return error;
    }
    ADD_FAILURE() << "expected an error";
    return {ErrorKind::bug, "none"};
}

StateTest::StateTest() : session_(connect()) {
    stream_ = register_stream(*session_, job_, job_.streams[0]);
    run_id_ =
        RunAudit(*session_, stream_.stream_id, "", "run", day("2026-03-01"), day("2026-04-01"), "c0ffee")
            .id();
    // The hand-written history of these tests begins in March 2026, so the run that brought it is of that
    // time too.
    db_.execute("UPDATE etl.run SET started_at = '2026-04-01 01:00+00'");
}

void StateTest::TearDown() {
    session_.reset();
    EXPECT_THAT(broken_invariants(db_), testing::IsEmpty());
}

std::unique_ptr<PgSession> StateTest::connect(std::string const& application) {
    return std::make_unique<PgSession>(db_.settings(), std::nullopt, application, std::stop_token());
}

SliceClosing StateTest::closing(std::string_view from, std::string_view to, std::int64_t lines) {
    SliceClosing closing;
    closing.slice = {stream_.stream_id, stream_.source_key, "", day(from), day(to)};
    closing.run_id = run_id_;
    closing.attempt = "00000000-0000-4000-8000-000000000001";
    closing.content_hash = std::string(64, 'a');
    closing.end_proof = "one page";
    closing.read = closing.loaded = closing.change.inserted = lines;
    auto const entry = Ledger(*session_, stream_.stream_id, "").entry(day(from));
    closing.read_generation = entry ? entry->generation : 0;
    return closing;
}

void StateTest::close(std::string_view from, std::string_view to, std::int64_t lines) {
    Ledger(*session_, stream_.stream_id, "").close(closing(from, to, lines));
}

void StateTest::make_partitions(std::string_view from, std::string_view to) {
    for (auto const* table : {"wh.fact_charge", "wh.fact_charge_change"})
        db_.execute(fmt::format("SELECT etl.ensure_month_partitions('{}', '{}', '{}')", table, from, to));
    db_.execute(
        fmt::format("SELECT etl.ensure_page_partitions({}, '{}', '{}')", stream_.stream_id, from, to));
}

std::string StateTest::add_line(std::string_view date, int number, std::string_view amount,
                                std::string_view loaded_at) {
    make_partitions(date, date);
    db_.execute("INSERT INTO wh.dim_charge_type (charge_type_key, charge_category, charge_frequency) VALUES "
                "(-1, 'Usage', 'Usage-Based') "
                "ON CONFLICT DO NOTHING");
    db_.execute(fmt::format("INSERT INTO etl.page (page_id, run_id, stream_id, slice_start, slice_end, "
                            "page_no, requested_at, duration_ms, "
                            "http_status, url, record_count, body_bytes, body_sha256, content_sha256) "
                            "VALUES (-1, {}, {}, '{}', 'infinity', 1, now(), 0, 200, '', 0, 0, sha256(''), "
                            "'') ON CONFLICT DO NOTHING",
                            run_id_, stream_.stream_id, date));
    db_.execute(
        fmt::format("INSERT INTO raw.page_body VALUES ({}, '{}', -1, NULL, '') ON CONFLICT DO NOTHING",
                    stream_.stream_id, "2026-03-01"));
    auto const key = fmt::format("00000000-0000-8000-8000-{:012}", number);
    db_.execute(fmt::format("INSERT INTO wh.fact_charge (charge_date, charge_key, content_hash, source_key, "
                            "stream_id, billing_account_key, sub_account_key, "
                            "sub_account_version_key, service_key, sku_key, sku_version_key, "
                            "charge_type_key, currency_code, charge_period_start, "
                            "charge_period_end, billing_period_start, billing_period_end, list_cost, "
                            "billed_cost, total_amount, first_run_id, last_run_id, "
                            "page_id, record_path, loaded_at) VALUES ('{0}', '{1}', 0, {2}, {3}, -1, -1, -1, "
                            "-1, -1, -1, -1, 'CNY', '{0} 00:00+08', "
                            "'{0} 00:00+08'::timestamptz + interval '1 day', date_trunc('month', date "
                            "'{0}'), '{0}'::date + 31, {4}, {4}, {4}, {5}, {5}, -1, '/content/0', '{6}')",
                            date, key, stream_.source_key, stream_.stream_id, amount, run_id_, loaded_at));
    return key;
}

void StateTest::journal(std::string_view at, std::string_view op, std::string_view date, int number,
                        std::string_view amount, int version, std::string_view line_loaded_at) {
    db_.execute(fmt::format("SELECT etl.ensure_month_partitions('wh.fact_charge_change', "
                            "'{0}'::timestamptz::date, '{0}'::timestamptz::date)",
                            at));
    db_.execute(fmt::format("INSERT INTO wh.fact_charge_change VALUES ('{0}', "
                            "'00000000-0000-8000-8000-{1:012}', '{2}', '{3}', '{4}', {5}, {6}, NULL, "
                            "{7}, -1, -1, -1, -1, -1, 'CNY', '{3}', 0, {8}, {8}, 0, {8})",
                            at, number, op, date, line_loaded_at, version, run_id_, stream_.source_key,
                            amount));
}

} // namespace billhouse
