#pragma once

#include "job/job_definition.hpp"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

struct pg_conn;

namespace billhouse {

/// A migrated database of a test's own, on the server that PGHOST, PGPORT and PGUSER name
/// (scripts/with_postgres sets them). Dropped with the object, unless BILLHOUSE_KEEP_TEST_DB is set. Talks
/// libpq directly: the tests do not look through the code under test.
class TestDatabase {
public:
    using Row = std::vector<std::optional<std::string>>;

    enum class Content {
        migrated, ///< a copy of a template, which is migrated once for each state of the SQL files
        empty
    };

    /// @throws std::runtime_error  no PGHOST, or no server there
    explicit TestDatabase(Content content = Content::migrated);
    ~TestDatabase();
    TestDatabase(TestDatabase const&) = delete;
    TestDatabase& operator=(TestDatabase const&) = delete;

    std::string const& name() const { return name_; }
    /// libpq text ("host=... dbname=...") for warehouse.connection and --database; a password comes from
    /// PGPASSWORD.
    std::string connection() const;
    /// Settings with that connection and a lock_timeout short enough for tests that wait for it.
    WarehouseSettings settings() const;

    /// Any statements; the rows of the last one. Outside a transaction unless the text opens one.
    /// @throws std::runtime_error  with the server's message
    std::vector<Row> query(std::string const& sql);
    /// The only field of the only row; NULL as "NULL".
    /// @throws std::runtime_error  the answer has another shape
    std::string value(std::string const& sql);
    void execute(std::string const& sql) { query(sql); }
    /// Begins anew after the server has ended the session.
    void reconnect();
    /// A database that holds what this one holds now. This one's session is closed for it, and opened anew
    /// when it is used again.
    std::unique_ptr<TestDatabase> copy();
    /// Another session on the same database, for locks and concurrent readers.
    std::unique_ptr<TestDatabase> second_session() const;

private:
    struct Attach {};
    TestDatabase(Attach, std::string name);
    pg_conn* session();

    std::string name_;
    bool owned_;
    std::unique_ptr<pg_conn, void (*)(pg_conn*)> session_;
};

/// Rules that hold after every committed transaction, whatever was loaded, killed or retried before
/// (tests/support/invariants.sql).
/// @returns "name of the rule: what breaks it" for each breach; empty = all hold
std::vector<std::string> broken_invariants(TestDatabase& database);
/// The same for the rules in another file, by its path below tests/.
std::vector<std::string> broken_rules(TestDatabase& database, std::string const& file);

struct NamedStatement {
    std::string name, text;
};
/// The statements of a file below tests/, each under a line "-- MARK: NAME".
std::vector<NamedStatement> named_statements(std::string const& file, std::string const& mark);

} // namespace billhouse
