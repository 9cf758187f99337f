#include "support/test_database.hpp"

#include "base/sha256.hpp"
#include "load/pg_session.hpp"
#include "state/migrator.hpp"

#include <libpq-fe.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace billhouse {

namespace {

using Session = std::unique_ptr<pg_conn, void (*)(pg_conn*)>;
using Result = std::unique_ptr<PGresult, void (*)(PGresult*)>;

std::string environment(char const* name) {
    auto const* value = std::getenv(name);
    return value ? value : "";
}

std::string connection_text(std::string const& database) {
    std::string text = "host='" + environment("PGHOST") + "'";
    for (auto const& [key, name] : {std::pair{"port", "PGPORT"}, {"user", "PGUSER"}})
        if (auto const value = environment(name); !value.empty())
            text += std::string(" ") + key + "='" + value + "'";
    return text + " dbname='" + database + "'";
}

Session connect(std::string const& database) {
    if (environment("PGHOST").empty())
        throw std::runtime_error(
            "PGHOST is not set: this test needs a PostgreSQL; run it by scripts/test, or as\n"
            "    scripts/with_postgres ctest --test-dir build/dev -L db");
    Session session(PQconnectdb((connection_text(database) + " application_name='billhouse test'").c_str()),
                    &PQfinish);
    if (PQstatus(session.get()) != CONNECTION_OK) throw std::runtime_error(PQerrorMessage(session.get()));
    PQsetNoticeProcessor(
        session.get(), [](void*, char const*) {}, nullptr);
    return session;
}

std::vector<TestDatabase::Row> run(pg_conn* session, std::string const& sql) {
    Result const result(PQexec(session, sql.c_str()), &PQclear);
    auto const status = PQresultStatus(result.get());
    if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK)
        throw std::runtime_error(std::string(PQerrorMessage(session)) + "in: " + sql);
    std::vector<TestDatabase::Row> rows;
    for (int i = 0; i < PQntuples(result.get()); ++i) {
        auto& row = rows.emplace_back();
        for (int j = 0; j < PQnfields(result.get()); ++j) {
            if (PQgetisnull(result.get(), i, j))
                row.emplace_back(std::nullopt);
            else
                row.emplace_back(std::string(PQgetvalue(result.get(), i, j)));
        }
    }
    return rows;
}

/// Names the state of all SQL files, so that an edited one gets a template of its own.
std::string template_name() {
    std::string checksums;
    for (auto const& migration : embedded_migrations())
        checksums += migration.checksum;
    return "bh_template_" + to_hex(sha256(checksums)).substr(0, 16);
}

bool exists(pg_conn* session, std::string const& database) {
    return !run(session, "SELECT FROM pg_database WHERE datname = '" + database + "'").empty();
}

/// Built under another name and renamed when done: a builder that dies leaves nothing that looks whole.
void build_template(pg_conn* session, std::string const& name) {
    auto const unfinished = name + "_unfinished";
    run(session, "DROP DATABASE IF EXISTS " + unfinished + " WITH (FORCE)");
    run(session, "CREATE DATABASE " + unfinished + " TEMPLATE template0 ENCODING 'UTF8'");
    {
        WarehouseSettings settings;
        settings.connection = connection_text(unfinished);
        PgSession warehouse(settings, std::nullopt, "billhouse test", {});
        Migrator(warehouse, embedded_migrations()).migrate();
    }
    run(session, "ALTER DATABASE " + unfinished + " RENAME TO " + name);
}

/// Test processes run side by side: the first one builds, the others wait.
void ensure_template(pg_conn* session, std::string const& name) {
    if (exists(session, name)) return;
    run(session, "SELECT pg_advisory_lock(hashtextextended('" + name + "', 0))");
    if (!exists(session, name)) build_template(session, name);
    run(session, "SELECT pg_advisory_unlock_all()");
}

std::string create_from(pg_conn* session, std::string const& source) {
    static std::atomic<int> count{0};
    auto const name = "bh_test_" + std::to_string(getpid()) + "_" + std::to_string(++count);
    run(session,
        "DROP DATABASE IF EXISTS " + name + " WITH (FORCE)"); // of an earlier process with this number
    run(session, "CREATE DATABASE " + name + " TEMPLATE " + source + " ENCODING 'UTF8'");
    return name;
}

std::string create_database(TestDatabase::Content content) {
    auto const session = connect("postgres");
    auto source = std::string("template0");
    if (content == TestDatabase::Content::migrated) {
        source = template_name();
        ensure_template(session.get(), source);
    }
    return create_from(session.get(), source);
}

std::string text_of(std::string const& file) {
    std::ifstream stream(std::string(BILLHOUSE_SOURCE_DIR "/tests/") + file);
    std::ostringstream text;
    text << stream.rdbuf();
    if (text.str().empty()) throw std::runtime_error("tests/" + file + " cannot be read");
    return text.str();
}

} // namespace

TestDatabase::TestDatabase(Content content)
    : name_(create_database(content)), owned_(true), session_(connect(name_)) {}

TestDatabase::TestDatabase(Attach, std::string name)
    : name_(std::move(name)), owned_(false), session_(connect(name_)) {}

TestDatabase::~TestDatabase() {
    session_.reset();
    if (!owned_ || std::getenv("BILLHOUSE_KEEP_TEST_DB")) return;
    try {
        run(connect("postgres").get(), "DROP DATABASE IF EXISTS " + name_ + " WITH (FORCE)");
    } catch (std::exception const&) { // a server that is gone takes its databases along
    }
}

std::string TestDatabase::connection() const {
    return connection_text(name_);
}

WarehouseSettings TestDatabase::settings() const {
    WarehouseSettings settings;
    settings.connection = connection();
    settings.lock_timeout = std::chrono::milliseconds(300);
    return settings;
}

pg_conn* TestDatabase::session() {
    if (!session_) session_ = connect(name_);
    return session_.get();
}

std::vector<TestDatabase::Row> TestDatabase::query(std::string const& sql) {
    return run(session(), sql);
}

std::unique_ptr<TestDatabase> TestDatabase::copy() {
    session_.reset();
    std::unique_ptr<TestDatabase> copy(
        new TestDatabase(Attach{}, create_from(connect("postgres").get(), name_)));
    copy->owned_ = true;
    return copy;
}

std::string TestDatabase::value(std::string const& sql) {
    auto const rows = query(sql);
    if (rows.size() != 1 || rows[0].size() != 1)
        throw std::runtime_error("expected one row of one field, got " + std::to_string(rows.size()) +
                                 " rows from: " + sql);
    return rows[0][0].value_or("NULL");
}

void TestDatabase::reconnect() {
    session_ = connect(name_);
}

std::unique_ptr<TestDatabase> TestDatabase::second_session() const {
    return std::unique_ptr<TestDatabase>(new TestDatabase(Attach{}, name_));
}

std::vector<NamedStatement> named_statements(std::string const& file, std::string const& mark_word) {
    auto const mark = "\n-- " + mark_word + ": ";
    auto const text = text_of(file);
    std::vector<NamedStatement> statements;
    for (auto at = text.find(mark); at != std::string::npos;) {
        auto const line_end = text.find('\n', at + 1);
        auto const next = text.find(mark, line_end);
        statements.push_back({text.substr(at + mark.size(), line_end - at - mark.size()),
                              text.substr(line_end, next - line_end)});
        at = next;
    }
    return statements;
}

std::vector<std::string> broken_rules(TestDatabase& database, std::string const& file) {
    std::vector<std::string> broken;
    for (auto const& rule : named_statements(file, "rule"))
        for (auto const& row : database.query(rule.text))
            broken.push_back(rule.name + ": " + row.at(0).value_or("NULL"));
    return broken;
}

std::vector<std::string> broken_invariants(TestDatabase& database) {
    return broken_rules(database, "support/invariants.sql");
}

} // namespace billhouse
