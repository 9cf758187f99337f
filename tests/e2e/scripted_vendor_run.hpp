#pragma once

#include "e2e/billhouse_run.hpp"
#include "support/scripted_server.hpp"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace billhouse {

/// A complete reply after which the connection ends: requests and connections go one to one.
inline ScriptedServer::Connection
answer(int status, std::string const& body,
       std::vector<std::pair<std::string, std::string>> const& headers = {}) {
    auto text = "HTTP/1.1 " + std::to_string(status) + " Scripted\r\nConnection: close\r\n";
    bool has_type = false;
    for (auto const& [name, value] : headers) {
        text += name + ": " + value + "\r\n";
        has_type = has_type || name == "Content-Type";
    }
    if (!has_type) text += "Content-Type: application/json\r\n";
    text += "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
    return {{text, ScriptedReply::Then::close}};
}

/// These bytes and then the end, as it comes.
inline ScriptedServer::Connection raw(std::string bytes,
                                      ScriptedReply::Then then = ScriptedReply::Then::close) {
    return {{std::move(bytes), then}};
}

/// A page with one line of 2026-01-01 for each product, each worth 1.25 EUR.
inline std::string page_of(std::vector<std::string> const& products, std::string const& more = {}) {
    std::string rows;
    for (auto const& product : products)
        rows += (rows.empty() ? "" : ",") +
                (R"({"day":"2026-01-01","sku":")" + product + R"(","currency":"EUR","cost":1.25})");
    return R"({"rows":[)" + rows + "]" + more + "}";
}

/// The built binary against a vendor that follows a script, through a job file of the test's own with the
/// single day 2026-01-01.
class ScriptedVendorRun : public BillhouseRun {
protected:
    static constexpr auto kKey = "canary-7f3a-key";
    static constexpr auto kClientSecret = "canary-9b1c-client";

    void follow(std::vector<ScriptedServer::Connection> script) {
        server_.reset();
        server_.emplace(std::move(script));
        write_job();
    }

    /// `backfill --force` of the one day: the same requests however often it is run.
    ProcessResult load() {
        return acme({"backfill", "acme", "--from", "2026-01-01", "--to", "2026-01-02", "--force"});
    }
    ProcessResult acme(std::vector<std::string> arguments) {
        auto run = command(std::move(arguments));
        run.environment = {{"ACME_KEY", kKey}, {"ACME_ID", "acme-client"}, {"ACME_SECRET", kClientSecret}};
        return run_process(run);
    }

    std::size_t requests() const { return server_->requests().size(); }
    /// The n-th request as it came, from 0.
    std::string request(std::size_t index) const { return server_->requests().at(index); }
    std::string loaded() { return value("SELECT count(*) FROM mart.charge WHERE source_code = 'acme'"); }
    std::string products() {
        return value(
            "SELECT coalesce(string_agg(sku_code, ' ' ORDER BY sku_code), '') FROM mart.charge WHERE "
            "source_code = 'acme'");
    }

    std::optional<ScriptedServer> server_;
    std::string auth_ = "[{kind: bearer, secret: {env: ACME_KEY}}]";
    std::string retry_ = "{attempts: 3, first_delay: 1ms, max_delay: 1ms}";
    std::string http_; ///< further keys of http, each "  key: value\n"
    std::string request_ = "{path: /usage, query: {from: \"{window.start}\"}}";
    std::string pagination_ = "{kind: none}";
    std::string response_ = "{}";
    std::string stream_; ///< further keys of the stream, each "    key: value\n"

private:
    void write_job() const {
        config_->write("jobs/acme.yaml", R"(version: 1
job: acme
description: A scripted vendor
source: {code: acme, vendor: acme, provider: Acme, invoice_issuer: Acme, publisher: Acme, currency: EUR, timezone: UTC}
http:
  base_url: )" + server_->url() + "\n  auth: " +
                                             auth_ + "\n  retry: " + retry_ + "\n" + http_ + R"(streams:
  usage:
    request: )" + request_ + R"(
    window: {earliest: 2026-01-01}
    pagination: )" + pagination_ + R"(
    response: )" + response_ + "\n" + stream_ +
                                             R"(    records: {path: rows}
    mapping:
      identity: {columns: [charge_date, sku_code, currency_code]}
      columns:
        charge_date: {from: day, format: date}
        service_code: {constant: compute}
        sku_code: sku
        currency_code: currency
        charge_category: {constant: Usage}
        charge_frequency: {constant: Usage-Based}
        list_cost: cost
        billed_cost: cost
        total_amount: cost
)");
    }
};

} // namespace billhouse
