#include "e2e/fault_run.hpp"

#include "support/job_text.hpp"

#include <algorithm>

namespace billhouse {

FaultRun::FaultRun() {
    ConfigChoice choice;
    choice.connection = database_.connection();
    choice.credentials = {{"acme_key", kKey}};
    config_.emplace(BILLHOUSE_SOURCE_DIR, choice);
    for (auto const& file : std::filesystem::directory_iterator(config_->path() / "jobs"))
        std::filesystem::remove(file.path());
    vendor_says({page({"a"})});
}

void FaultRun::vendor(std::function<ScriptedReply(std::string const&)> answer) {
    server_.reset();
    server_ = std::make_unique<ScriptedServer>(std::move(answer));
}

void FaultRun::vendor_says(std::vector<ScriptedReply> answers) {
    std::reverse(answers.begin(), answers.end());
    vendor([answers = std::move(answers)](std::string const&) mutable {
        auto next = answers.back();
        if (answers.size() > 1) answers.pop_back();
        return next;
    });
}

ScriptedReply FaultRun::answer(int status, std::string const& body, std::string const& headers,
                               std::string const& type) {
    return {"HTTP/1.1 " + std::to_string(status) + " Said\r\nContent-Type: " + type +
                "\r\nConnection: close\r\n" + headers + "Content-Length: " + std::to_string(body.size()) +
                "\r\n\r\n" + body,
            ScriptedReply::Then::close};
}

ScriptedReply FaultRun::page(std::vector<std::string> const& products, std::string const& more) {
    std::string rows;
    for (auto const& product : products)
        rows +=
            (rows.empty() ? "" : ",") + (R"({"day":"2026-01-01","sku":")" + product + R"(","cost":1.25})");
    return answer(200, R"({"rows":[)" + rows + "]" + more + "}");
}

void FaultRun::ask_for_pages() {
    query_ = R"({from: "{window.start}", page: "{page.number}"})";
    pagination_ = "{kind: page_number, total: total}";
}

void FaultRun::write_job() const {
    config_->write("jobs/acme.yaml",
                   JobText{.description = "A vendor that misbehaves",
                           .http = "\n  base_url: " + (base_url_.empty() ? server_->url() : base_url_) +
                                   "\n  auth: " + auth_ + "\n  retry: " + retry_ + "\n" + http_,
                           .request = "{path: /usage, query: " + query_ + "}",
                           .window = window_,
                           .pagination = pagination_,
                           .response = response_,
                           .stream = stream_,
                           .currency = "{constant: EUR}"}
                       .str());
}

Command FaultRun::command(std::vector<std::string> arguments) const {
    std::vector<std::string> all{"--config", config_->path().string()};
    all.insert(all.end(), arguments.begin(), arguments.end());
    return {.binary = BILLHOUSE_BINARY, .arguments = all, .environment = environment_, .directory = {}};
}

ProcessResult FaultRun::billhouse(std::vector<std::string> arguments) {
    return run_process(command(std::move(arguments)));
}

std::vector<std::string> FaultRun::load_arguments() const {
    return {"backfill", "acme", "--from", "2026-01-01", "--to", "2026-01-02", "--force"};
}

ProcessResult FaultRun::load() {
    write_job();
    return billhouse(load_arguments());
}

ProcessResult FaultRun::by_shell(std::string const& script, std::vector<std::string> arguments) {
    auto run = command(std::move(arguments));
    run.arguments.insert(run.arguments.begin(), {"-c", script, "sh", run.binary.string()});
    run.binary = "/bin/sh";
    return run_process(run);
}

bool FaultRun::preload(std::string const& name) {
    auto const library = std::filesystem::path(PRELOAD_FOLDER) / ("libpreload_" + name + ".so");
    environment_["LD_PRELOAD"] = library.string();
    return std::filesystem::exists(library);
}

std::string FaultRun::products() {
    return value("SELECT coalesce(string_agg(sku_code, ' ' ORDER BY sku_code), '') FROM mart.charge");
}

std::string FaultRun::last_line(ProcessResult const& result) {
    auto text = result.err;
    while (!text.empty() && text.back() == '\n')
        text.pop_back();
    return text.substr(text.rfind('\n') + 1); // npos + 1 = 0
}

void FaultRun::TearDown() {
    for (auto const& broken : broken_invariants(database_))
        ADD_FAILURE() << "broken invariant: " << broken;
}

} // namespace billhouse
