#include "e2e/billhouse_run.hpp"

namespace billhouse {

BillhouseRun::BillhouseRun(TestDatabase::Content content) : database_(content) {
    start_vendor(
        {"--today", "2026-03-10", "--from", "2025-12-01", "--workspaces", "6", "--apps", "6", "--seed", "7"});
    configure({});
}

void BillhouseRun::start_vendor(std::vector<std::string> arguments) {
    vendor_.reset();
    vendor_.emplace(SAMPLE_VENDOR_BINARY, std::move(arguments));
}

void BillhouseRun::configure(std::map<std::string, std::map<std::string, std::string>> const& settings) {
    ConfigChoice choice;
    choice.connection = database_.connection();
    for (auto const* job : {"guance", "ocamba"}) {
        choice.jobs[job]["pace_per"] = "1ms";
        choice.jobs[job]["earliest"] = "2026-01-01";
    }
    choice.jobs["guance"]["base_url"] = vendor_->guance_url();
    choice.jobs["ocamba"]["base_url"] = vendor_->ocamba_url();
    for (auto const& [job, values] : settings)
        for (auto const& [name, value] : values)
            choice.jobs[job][name] = value;
    choice.credentials = {{"guance_api_key", SampleVendorProcess::kGuanceKey},
                          {"ocamba_token", SampleVendorProcess::kOcambaToken}};
    config_.reset();
    config_.emplace(BILLHOUSE_SOURCE_DIR, choice);
}

Command BillhouseRun::command(std::vector<std::string> arguments) {
    std::vector<std::string> all{"--config", config_->path().string()};
    all.insert(all.end(), arguments.begin(), arguments.end());
    return {.binary = BILLHOUSE_BINARY, .arguments = all, .environment = {}, .directory = {}};
}

ProcessResult BillhouseRun::billhouse(std::vector<std::string> arguments) {
    return run_process(command(std::move(arguments)));
}

std::string BillhouseRun::value(std::string const& sql) {
    return database_.value(sql);
}

std::vector<std::string> BillhouseRun::rows(std::string const& sql) {
    std::vector<std::string> lines;
    for (auto const& row : database_.query(sql)) {
        std::string line;
        for (auto const& field : row)
            line += (line.empty() ? "" : " | ") + field.value_or("NULL");
        lines.push_back(line);
    }
    return lines;
}

std::string BillhouseRun::row_versions() {
    return value("SELECT md5(string_agg(t, ';' ORDER BY t)) FROM ("
                 "SELECT 'f' || tableoid || ctid || xmin FROM wh.fact_charge UNION ALL "
                 "SELECT 'c' || tableoid || ctid || xmin FROM wh.fact_charge_change UNION ALL "
                 "SELECT 'd' || ctid || xmin FROM wh.fact_document UNION ALL "
                 "SELECT 'a' || ctid || xmin FROM wh.dim_billing_account UNION ALL "
                 "SELECT 's' || ctid || xmin FROM wh.dim_sub_account UNION ALL "
                 "SELECT 'v' || ctid || xmin FROM wh.dim_sub_account_version UNION ALL "
                 "SELECT 'e' || ctid || xmin FROM wh.dim_service UNION ALL "
                 "SELECT 'k' || ctid || xmin FROM wh.dim_sku UNION ALL "
                 "SELECT 'w' || ctid || xmin FROM wh.dim_sku_version UNION ALL "
                 "SELECT 't' || ctid || xmin FROM wh.dim_charge_type UNION ALL "
                 "SELECT 'o' || ctid || xmin FROM wh.dim_source) AS versions (t)");
}

std::string BillhouseRun::star_checksum() {
    return star_checksum(database_);
}

std::string BillhouseRun::star_checksum(TestDatabase& database) {
    return database.value(
        "SELECT md5(coalesce(string_agg(line, E'\\n' ORDER BY line), '')) FROM ("
        "SELECT concat_ws('|', charge_key, charge_date, source_code, sub_account_name_reported, sku_code, "
        "sku_name_reported, charge_category, currency_code, quantity, list_cost, billed_cost, total_amount, "
        "coupon_amount, cash_amount, attributes) FROM mart.charge) AS lines (line)");
}

void BillhouseRun::TearDown() {
    if (value("SELECT to_regclass('etl.migration') IS NULL") == "t") return; // a test of the unmigrated state
    for (auto const& broken : broken_invariants(database_))
        ADD_FAILURE() << "broken invariant: " << broken;
}

} // namespace billhouse
