#pragma once

#include "support/config_folder.hpp"
#include "support/process.hpp"
#include "support/scripted_server.hpp"
#include "support/test_database.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace billhouse {

/// The parts of a small job that scenarios differ in; everything as YAML flow text.
struct ScenarioJob {
    std::string query = R"({from: "{window.start}", to: "{window.end}"})"; ///< request.query
    std::string request{}; ///< further keys of the request, each ", key: value"
    std::string window = "{earliest: 2026-01-01, step: 1 month}";
    std::string pagination = "{kind: none}";
    std::string records = "{path: data}";
    std::string timezone = "UTC";
    std::string http{}; ///< further keys of `http`, each ", key: value"
};

/// The built binary, a vendor that a test answers for, and a migrated database. The job "acme" reads records
/// such as row("a", 1) makes: {"id": "a", "day": "2026-01-01", "cost": 1}.
class ScenarioRun : public ::testing::Test {
protected:
    ScenarioRun();

    /// What the vendor says to a request ("GET /costs?page=1 HTTP/1.1...").
    using Answer = std::function<std::string(std::string const& request)>;
    void vendor(Answer answer);
    /// The vendor's answers in order; the last one is given again and again.
    void vendor_says(std::vector<std::string> answers);
    /// A complete HTTP answer with a JSON body.
    static std::string json(std::string const& body, std::string const& headers = {}, int status = 200);
    static std::string row(std::string const& id, int cost, std::string const& day = "2026-01-01");
    /// {"data": [rows], ...more}
    static std::string page(std::vector<std::string> const& rows, std::string const& more = {});

    void job(ScenarioJob const& job);
    ProcessResult billhouse(std::vector<std::string> arguments);
    /// Loads January 2026 and expects it to work.
    void load_january();
    /// Loads January 2026 and expects exit code and words, and that nothing was loaded.
    void january_fails(int exit_code, std::string const& words);
    /// The job is refused before any request.
    void job_is_refused(ScenarioJob const& refused, std::string const& words);

    /// What was asked for: "/costs?page=1".
    std::vector<std::string> targets() const;
    std::string url() const { return server_->url(); }
    std::string value(std::string const& sql) { return database_.value(sql); }
    /// Number of lines and their cost: "3 lines, 6".
    std::string star();
    std::string end_proof();
    void TearDown() override;

    TestDatabase database_;
    std::unique_ptr<ScriptedServer> server_;
    std::optional<ConfigFolder> config_;
};

} // namespace billhouse
