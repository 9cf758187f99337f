#pragma once

#include "support/config_folder.hpp"
#include "support/process.hpp"
#include "support/scripted_server.hpp"
#include "support/test_database.hpp"

#include <gmock/gmock.h>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace billhouse {

/// The built binary against a vendor that misbehaves as a test says, with one job ("acme", a line of 1.25 EUR
/// for each product) and a database of its own. Rows of the fault catalogue, tests/faults.md, that need the
/// whole program. Every test ends with the warehouse's invariants holding.
class FaultRun : public ::testing::Test {
protected:
    /// Characters that URL-encoding and base64 change.
    static constexpr auto kKey = "CANARY-7f3a/b+c=d&e f?0123456789";

    FaultRun();

    /// What the vendor says to each request, on another thread; the request is its head and body.
    void vendor(std::function<ScriptedReply(std::string const& request)> answer);
    /// The vendor's answers in order; the last one again and again.
    void vendor_says(std::vector<ScriptedReply> answers);
    static ScriptedReply answer(int status, std::string const& body, std::string const& headers = {},
                                std::string const& type = "application/json");
    /// A good page of 2026-01-01.
    static ScriptedReply page(std::vector<std::string> const& products, std::string const& more = {});

    /// Writes the job file; called by load() and the like.
    void write_job() const;
    /// Pages 1, 2, ... until `total`.
    void ask_for_pages();
    Command command(std::vector<std::string> arguments) const;
    ProcessResult billhouse(std::vector<std::string> arguments);
    /// `backfill --force` of 2026-01-01.
    ProcessResult load();
    std::vector<std::string> load_arguments() const;
    /// Runs the binary by a shell, which replaces itself by it: "ulimit -n 16; exec \"$@\"".
    ProcessResult by_shell(std::string const& script, std::vector<std::string> arguments);

    /// Preloads a library of support/preload. @returns false where there is none
    bool preload(std::string const& name);
    static constexpr auto kNoPreload = "nothing is preloaded beside a sanitizer";
    std::size_t requests() const { return server_->requests().size(); }
    std::string value(std::string const& sql) { return database_.value(sql); }
    std::string loaded() { return value("SELECT count(*) FROM mart.charge"); }
    std::string products();
    static std::string last_line(ProcessResult const& result);
    void TearDown() override;

    TestDatabase database_;
    std::unique_ptr<ScriptedServer> server_;
    std::optional<ConfigFolder> config_;
    std::map<std::string, std::optional<std::string>> environment_;

    std::string base_url_; ///< empty = the scripted vendor's
    std::string auth_ = "[{kind: header, name: X-Api-Key, secret: {credential: acme_key}}]";
    std::string retry_ = "{attempts: 3, first_delay: 1ms, max_delay: 1ms}";
    std::string http_; ///< further keys of http, each "  key: value\n"
    std::string query_ = R"({from: "{window.start}"})";
    std::string window_ = "{earliest: 2026-01-01}";
    std::string pagination_ = "{kind: none}";
    std::string response_ = "{}";
    std::string stream_; ///< further keys of the stream, each "    key: value\n"
};

} // namespace billhouse
