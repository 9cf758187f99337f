#include "e2e/scenario_run.hpp"

#include <gmock/gmock.h>

#include <algorithm>

namespace billhouse {

namespace {

constexpr auto kMapping = R"(
    load: {max_vanish: 100%}
    mapping:
      identity: {columns: [charge_date, sku_code, currency_code]}
      columns:
        charge_date: {from: day, format: date, required: true}
        sku_code: id
        currency_code: {constant: USD}
        charge_category: {constant: Usage}
        charge_frequency: {constant: Usage-Based}
        list_cost: {from: cost, required: true}
        billed_cost: {from: cost, required: true}
        total_amount: {from: cost, required: true}
)";

} // namespace

ScenarioRun::ScenarioRun() : database_(TestDatabase::Content::migrated) {
    vendor_says({json(page({}))});
}

void ScenarioRun::vendor(Answer answer) {
    server_ = std::make_unique<ScriptedServer>(
        [answer = std::move(answer)](std::string const& request) -> ScriptedReply {
            return {answer(request), ScriptedReply::Then::close};
        });
}

void ScenarioRun::vendor_says(std::vector<std::string> answers) {
    std::reverse(answers.begin(), answers.end());
    vendor([answers = std::move(answers)](std::string const&) mutable {
        auto answer = answers.back();
        if (answers.size() > 1) answers.pop_back();
        return answer;
    });
}

std::string ScenarioRun::json(std::string const& body, std::string const& headers, int status) {
    return "HTTP/1.1 " + std::to_string(status) +
           " Said\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: " +
           std::to_string(body.size()) + "\r\n" + headers + "\r\n" + body;
}

std::string ScenarioRun::row(std::string const& id, int cost, std::string const& day) {
    return R"({"id":")" + id + R"(","day":")" + day + R"(","cost":)" + std::to_string(cost) + "}";
}

std::string ScenarioRun::page(std::vector<std::string> const& rows, std::string const& more) {
    std::string body = R"({"data":[)";
    for (auto const& each : rows)
        body += (&each == rows.data() ? "" : ",") + each;
    return body + "]" + (more.empty() ? "" : "," + more) + "}";
}

void ScenarioRun::job(ScenarioJob const& job) {
    ConfigChoice choice;
    choice.connection = database_.connection();
    choice.credentials = {{"acme_key", "canary-key"}};
    config_.reset();
    config_.emplace(BILLHOUSE_SOURCE_DIR, choice);
    config_->write(
        "jobs/acme.yaml",
        "version: 1\njob: acme\ndescription: A scenario\n"
        "source: {code: acme, vendor: acme, provider: Acme, invoice_issuer: Acme, publisher: Acme, "
        "currency: USD, timezone: " +
            job.timezone + "}\nhttp: {base_url: \"" + url() + "\", retry: {attempts: 1}" + job.http +
            "}\nstreams:\n  costs:\n    request: {path: /costs, query: " + job.query + job.request +
            "}\n    window: " + job.window + "\n    pagination: " + job.pagination +
            "\n    records: " + job.records + kMapping);
}

ProcessResult ScenarioRun::billhouse(std::vector<std::string> arguments) {
    std::vector<std::string> all{"--config", config_->path().string()};
    all.insert(all.end(), arguments.begin(), arguments.end());
    return run_process({.binary = BILLHOUSE_BINARY, .arguments = all, .environment = {}, .directory = {}});
}

void ScenarioRun::load_january() {
    auto const run = billhouse({"backfill", "acme", "--from", "2026-01-01", "--to", "2026-02-01", "--force"});
    EXPECT_EQ(run.exit_code, 0) << run.err;
}

void ScenarioRun::january_fails(int exit_code, std::string const& words) {
    auto const run = billhouse({"backfill", "acme", "--from", "2026-01-01", "--to", "2026-02-01", "--force"});
    EXPECT_EQ(run.exit_code, exit_code) << run.err;
    EXPECT_THAT(run.err, ::testing::HasSubstr(words));
    EXPECT_EQ(value("SELECT count(*) FROM wh.fact_charge"), "0") << "a read that has no end loads nothing";
}

void ScenarioRun::job_is_refused(ScenarioJob const& refused, std::string const& words) {
    job(refused);
    auto const run = billhouse({"run", "acme"});
    EXPECT_EQ(run.exit_code, 78) << run.err;
    EXPECT_THAT(run.err, ::testing::HasSubstr(words));
    EXPECT_EQ(server_->connections(), 0);
}

std::vector<std::string> ScenarioRun::targets() const {
    std::vector<std::string> targets;
    for (auto const& request : server_->requests()) {
        auto const from = request.find(' ') + 1;
        targets.push_back(request.substr(from, request.find(' ', from) - from));
    }
    return targets;
}

std::string ScenarioRun::star() {
    return value(
        "SELECT count(*) || ' lines, ' || coalesce(trim_scale(sum(billed_cost)), 0) FROM mart.charge");
}

std::string ScenarioRun::end_proof() {
    return value("SELECT string_agg(DISTINCT end_proof, ' | ') FROM etl.slice");
}

void ScenarioRun::TearDown() {
    for (auto const& broken : broken_invariants(database_))
        ADD_FAILURE() << "broken invariant: " << broken;
}

} // namespace billhouse
