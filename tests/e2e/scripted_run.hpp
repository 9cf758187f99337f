#pragma once

#include "e2e/billhouse_run.hpp"
#include "support/scripted_server.hpp"

#include <gmock/gmock.h>

namespace billhouse {

/// A day of a vendor that says exactly what the test scripts, read by a job that the test writes.
class ScriptedRun : public BillhouseRun {
protected:
    /// 2026-03-01 by the request's `day`; rows of {day, sku, name, cost}.
    static constexpr char const* kJob = R"(version: 1
job: acme
description: A scripted vendor
source: {code: acme, vendor: acme, provider: Acme, invoice_issuer: Acme, publisher: Acme, currency: EUR, timezone: UTC}
http: {base_url: "http://vendor", retry: {attempts: 1}}
streams:
  usage:
    request: {path: /usage, query: {day: "{window.start}", until: "{window.end}"}}
    window: {earliest: 2026-03-01}
    pagination: {kind: none}
    records: {path: rows}
    mapping:
      identity: {columns: [charge_date, sku_code, currency_code]}
      columns:
        charge_date: {from: day, format: date, required: true}
        service_code: {constant: acme}
        service_name: {constant: Acme}
        sku_code: {from: sku, required: true}
        sku_name: name
        currency_code: {constant: EUR}
        charge_category: {constant: Usage}
        charge_frequency: {constant: Usage-Based}
        list_cost: {from: cost, required: true}
        billed_cost: {from: cost, required: true}
        total_amount: {from: cost, required: true}
)";
    using Changes = std::vector<std::pair<std::string, std::string>>;

    ScriptedRun() { job({}); }

    /// The job with pieces of text replaced; each piece must be there once.
    void job(Changes const& changes) {
        job_ = kJob;
        for (auto const& [piece, replacement] : changes) {
            auto const at = job_.find(piece);
            ASSERT_NE(at, std::string::npos) << piece;
            ASSERT_EQ(job_.find(piece, at + 1), std::string::npos) << piece;
            job_.replace(at, piece.size(), replacement);
        }
        config_->write("jobs/acme.yaml", job_);
    }
    static std::pair<std::string, std::string> paged(std::string const& more = "") {
        return {"}}\n    window: {earliest: 2026-03-01}\n    pagination: {kind: none}",
                ", page: \"{page.number}\"}}\n    window: {earliest: 2026-03-01}\n"
                "    pagination: {kind: page_number, size: 2" +
                    more + "}"};
    }
    static std::pair<std::string, std::string> with_id() { return {"path: rows", "path: rows, id: id"}; }
    static std::pair<std::string, std::string> with_limits(std::string const& limits) {
        return {"    mapping:\n", "    load: {" + limits + "}\n    mapping:\n"};
    }

    static std::string row(std::string const& sku, std::string const& cost, std::string const& more = "") {
        return R"({"day":"2026-03-01","sku":")" + sku + R"(","cost":)" + cost +
               (more.empty() ? "" : "," + more) + "}";
    }
    static std::string page(std::vector<std::string> const& rows, std::string const& more = "") {
        std::string body = R"({"rows":[)";
        for (auto const& each : rows)
            body += (body.back() == '[' ? "" : ",") + each;
        return body + "]" + (more.empty() ? "" : "," + more) + "}";
    }
    static ScriptedReply reply(std::string const& body) {
        return {"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: " +
                    std::to_string(body.size()) + "\r\n\r\n" + body,
                ScriptedReply::Then::close};
    }
    /// The vendor's next answers, in the order of the requests; further requests get none.
    void vendor_says(std::vector<std::string> const& bodies) {
        std::vector<ScriptedServer::Connection> script;
        for (auto const& body : bodies)
            script.push_back({reply(body)});
        follow(std::move(script));
    }
    void follow(std::vector<ScriptedServer::Connection> script) {
        server_.reset();
        server_ = std::make_unique<ScriptedServer>(std::move(script));
        auto text = job_;
        config_->write("jobs/acme.yaml", text.replace(text.find("http://vendor"), 13, server_->url()));
    }
    std::size_t requests() const { return server_->requests().size(); }

    ProcessResult load() { return billhouse(kLoad); }
    /// Loads the day from these answers, all of which must be asked for.
    void load_from(std::vector<std::string> const& bodies) {
        vendor_says(bodies);
        auto const run = load();
        ASSERT_EQ(run.exit_code, 0) << run.err;
        ASSERT_EQ(requests(), bodies.size());
    }
    /// Every stored version of every line, change and member: as row_versions(), but without the source,
    /// whose row tells that the scripted vendor listens elsewhere each time.
    std::string line_versions() {
        return value("SELECT md5(string_agg(t, ';' ORDER BY t)) FROM ("
                     "SELECT 'f' || tableoid || ctid || xmin FROM wh.fact_charge UNION ALL "
                     "SELECT 'c' || tableoid || ctid || xmin FROM wh.fact_charge_change UNION ALL "
                     "SELECT 'e' || ctid || xmin FROM wh.dim_service UNION ALL "
                     "SELECT 'k' || ctid || xmin FROM wh.dim_sku UNION ALL "
                     "SELECT 'w' || ctid || xmin FROM wh.dim_sku_version UNION ALL "
                     "SELECT 't' || ctid || xmin FROM wh.dim_charge_type) AS versions (t)");
    }
    std::vector<std::string> star() {
        return rows(
            "SELECT coalesce(sku_code, '-'), line_no, trim_scale(billed_cost), version FROM mart.charge "
            "ORDER BY sku_code, line_no");
    }
    std::vector<std::string> journal() {
        return rows("SELECT op, count(*), trim_scale(sum(d_billed_cost)) FROM wh.fact_charge_change GROUP BY "
                    "1 ORDER BY 1");
    }
    std::vector<std::string> open_rejects() {
        return rows("SELECT reason_code, field, record_path FROM etl.quarantine WHERE status = 'open' ORDER "
                    "BY record_path");
    }

    std::vector<std::string> const kLoad{"backfill", "acme",       "--from", "2026-03-01",
                                         "--to",     "2026-03-02", "--force"};
    std::unique_ptr<ScriptedServer> server_;

private:
    std::string job_;
};

using Lines = std::vector<std::string>;

} // namespace billhouse
