#pragma once

#include "support/config_folder.hpp"
#include "support/data_files.hpp"
#include "support/process.hpp"
#include "support/scripted_server.hpp"
#include "support/test_database.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

namespace billhouse {

/// One job file of a test against a server that answers with the test's own bodies: the built binary, and a
/// database of its own. Every test ends with the warehouse's invariants holding.
class ScriptedJob : public ::testing::Test {
protected:
    /// The next run's answers, one a connection.
    void serve(std::vector<std::string> const& bodies, std::string const& content_type = "application/json") {
        std::vector<ScriptedServer::Connection> script;
        for (auto const& body : bodies)
            script.push_back({{"HTTP/1.1 200 OK\r\nContent-Type: " + content_type + "\r\nContent-Length: " +
                                   std::to_string(body.size()) + "\r\nConnection: close\r\n\r\n" + body,
                               ScriptedReply::Then::close}});
        server_.emplace(std::move(script));
    }

    /// Loads [from, to) by the job file, whose setting `base_url` becomes the server's address.
    ProcessResult load(std::string const& job, std::string const& text, std::string const& from,
                       std::string const& to) {
        ConfigChoice choice;
        choice.connection = database_.connection();
        choice.jobs[job]["base_url"] = server_->url();
        ConfigFolder const config(BILLHOUSE_SOURCE_DIR, choice);
        config.write("jobs/" + job + ".yaml", text);
        return run_process(
            {.binary = BILLHOUSE_BINARY,
             .arguments = {"--config", config.path().string(), "backfill", job, "--from", from, "--to", to},
             .environment = {},
             .directory = {}});
    }

    std::string value(std::string const& sql) { return database_.value(sql); }

    /// Rows as text, columns joined by " | ".
    std::vector<std::string> rows(std::string const& sql) {
        std::vector<std::string> lines;
        for (auto const& row : database_.query(sql)) {
            std::string line;
            for (auto const& field : row)
                line += (line.empty() ? "" : " | ") + field.value_or("NULL");
            lines.push_back(line);
        }
        return lines;
    }

    void TearDown() override {
        for (auto const& broken : broken_invariants(database_))
            ADD_FAILURE() << "broken invariant: " << broken;
    }

    TestDatabase database_;
    std::optional<ScriptedServer> server_;
};

} // namespace billhouse
