#include "base/error.hpp"
#include "load/link_watch.hpp"

#include "load_fixture.hpp"

#include <chrono>
#include <functional>
#include <future>

namespace billhouse {

namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::StartsWith;

struct Failure {
    ErrorKind kind;
    std::string message, hint;
};

Failure failure_of(std::function<void()> const& act) {
    try {
        act();
    } catch (Error const& error) {
        return {error.kind(), error.what(), error.hint()};
    }
    throw std::logic_error("no Error was thrown");
}

class PgSessionTest : public testing::Test {
protected:
    WarehouseSettings with(std::string const& key_value) const {
        auto settings = database.settings();
        settings.connection += " " + key_value;
        return settings;
    }
    std::unique_ptr<PgSession> connect(WarehouseSettings const& settings, std::stop_token stop = {}) const {
        return std::make_unique<PgSession>(settings, std::nullopt, "billhouse test", stop);
    }
    Failure connect_failure(std::string const& key_value,
                            std::optional<std::string> const& password = {}) const {
        return failure_of([&] { PgSession(with(key_value), password, "billhouse test", {}); });
    }
    std::string backend_of(PgSession& session) const {
        return *session.run(statement("SELECT pg_backend_pid()::text"))[0][0];
    }
    void kill(PgSession& session) {
        auto const pid = backend_of(session);
        database.execute("SELECT pg_terminate_backend(" + pid + ")");
        while (database.value("SELECT count(*) FROM pg_stat_activity WHERE pid = " + pid) != "0") {
        }
    }

    TestDatabase database{TestDatabase::Content::empty};
};

} // namespace

TEST_F(PgSessionTest, sets_the_session_up_whatever_role_and_database_say) {
    database.execute(
        "ALTER DATABASE " + database.name() + " SET search_path = public; ALTER DATABASE " + database.name() +
        " SET timezone = 'Asia/Shanghai';"
        "ALTER DATABASE " +
        database.name() + " SET default_transaction_isolation = 'serializable'; ALTER DATABASE " +
        database.name() + " SET jit = on");
    auto settings = database.settings();
    settings.statement_timeout = 90s;
    auto const session = connect(settings);
    auto const row = session->run(statement(
        "SELECT current_setting('search_path'), current_setting('TimeZone'), "
        "current_setting('transaction_isolation'),"
        " current_setting('jit'), current_setting('statement_timeout'), current_setting('lock_timeout'),"
        " current_setting('application_name'), current_setting('client_connection_check_interval'), "
        "current_setting('client_encoding')"))[0];
    EXPECT_THAT(row, testing::ElementsAre("pg_catalog, pg_temp", "UTC", "read committed", "off", "90s",
                                          "300ms", "billhouse test", "5s", "UTF8"));
}

TEST_F(PgSessionTest, values_go_and_come_unchanged) {
    auto const session = connect(database.settings());
    std::string const text = "O'Reilly \"x\" \\ $1 工作空间 \x01";
    auto const rows = session->run(statement("SELECT $1::text, $2::bigint, $3::boolean, $4::text, ''"),
                                   {text, std::int64_t{-9007199254740993}, true, std::nullopt});
    EXPECT_THAT(rows[0], testing::ElementsAre(text, "-9007199254740993", "t", std::nullopt, ""));
    EXPECT_EQ(integer(rows[0][1]), -9007199254740993);
    EXPECT_EQ(failure_of([&] { integer(rows[0][3]); }).message,
              "the database returned NULL where an integer was expected");
    EXPECT_EQ(failure_of([&] { integer("1.5"); }).message,
              "the database returned \"1.5\" where an integer was expected");
}

TEST_F(PgSessionTest, a_nul_byte_is_refused_before_it_could_cut_a_text_short) {
    auto const failure = failure_of([] { SqlValue(std::string("a\0b", 3)); });
    EXPECT_EQ(failure.kind, ErrorKind::data);
    EXPECT_EQ(failure.message,
              "a text has a NUL byte at position 1, which PostgreSQL cannot hold: \"a\\x00b\"");
}

TEST_F(PgSessionTest, run_outside_a_transaction_commits_and_inside_one_waits_for_commit) {
    auto const session = connect(database.settings());
    session->run(statement("CREATE TABLE public.t (i integer)"));
    EXPECT_EQ(session->run(statement("INSERT INTO public.t VALUES (1), (2)")).affected, 2);
    EXPECT_EQ(database.value("SELECT count(*) FROM t"), "2");
    session->begin();
    session->run(statement("INSERT INTO public.t VALUES (3)"));
    EXPECT_TRUE(session->in_transaction());
    EXPECT_EQ(database.value("SELECT count(*) FROM t"), "2");
    session->rollback();
    EXPECT_FALSE(session->in_transaction());
    session->begin();
    session->run(statement("INSERT INTO public.t VALUES (3)"));
    session->commit();
    EXPECT_EQ(database.value("SELECT count(*) FROM t"), "3");
}

TEST_F(PgSessionTest, a_connection_that_cannot_be_made_says_whose_turn_it_is) {
    auto const role = connect_failure("user=nobody_here");
    EXPECT_EQ(role.kind, ErrorKind::refused);
    EXPECT_EQ(role.message, "connecting to the warehouse: role \"nobody_here\" does not exist");
    auto const missing = connect_failure("dbname=not_there");
    EXPECT_EQ(missing.kind, ErrorKind::config);
    EXPECT_EQ(missing.message, "connecting to the warehouse: database \"not_there\" does not exist");
    auto const closed = connect_failure("host=127.0.0.1 port=1");
    EXPECT_EQ(closed.kind, ErrorKind::unavailable);
    EXPECT_THAT(closed.message, HasSubstr("Connection refused"));
    EXPECT_EQ(connect_failure("host=host.invalid").kind, ErrorKind::unavailable);
    EXPECT_EQ(connect_failure("sslmode=perhaps").kind, ErrorKind::config);
}

TEST_F(PgSessionTest, a_wrong_password_is_refused_and_never_shown) {
    auto const* port = std::getenv("PGPORT");
    ASSERT_TRUE(std::getenv("PGPASSWORD"))
        << "this test needs a server that asks for a password on TCP: scripts/with_postgres makes one";
    auto const failure =
        connect_failure("host=127.0.0.1 port=" + std::string(port ? port : "5432"), "not-the-password-1f2e");
    EXPECT_EQ(failure.kind, ErrorKind::refused);
    EXPECT_THAT(failure.message, HasSubstr("password authentication failed"));
    EXPECT_THAT(failure.message + failure.hint, testing::Not(HasSubstr("1f2e")));
}

TEST_F(PgSessionTest, connection_texts_that_cannot_be_right_are_configuration_errors) {
    auto const text = [&](std::string const& connection) {
        WarehouseSettings settings;
        settings.connection = connection;
        return failure_of([&] { PgSession(settings, std::nullopt, "billhouse test", {}); });
    };
    EXPECT_EQ(text("hots=127.0.0.1").message,
              "warehouse.connection cannot be read: invalid connection option \"hots\"");
    auto const with_password = text("postgresql://me:secret-1f2e@127.0.0.1/x");
    EXPECT_EQ(with_password.kind, ErrorKind::config);
    EXPECT_EQ(with_password.message, "warehouse.connection holds a password");
    EXPECT_THAT(text("password=secret-1f2e oops").message, testing::Not(HasSubstr("1f2e")))
        << "libpq quotes what it stumbles over";
}

TEST_F(PgSessionTest, a_server_on_another_machine_is_verified_unless_the_text_says_otherwise) {
    // Nobody listens there, but libpq looks for the root certificate before it connects.
    auto const failure =
        connect_failure("host=db.example.test hostaddr=127.0.0.1 port=1 sslrootcert=/nonexistent/root.crt");
    EXPECT_THAT(failure.message,
                testing::AnyOf(HasSubstr("root certificate"), HasSubstr("Connection refused")));
    auto const* port = std::getenv("PGPORT");
    auto const real =
        connect_failure("host=db.example.test hostaddr=127.0.0.1 sslrootcert=/nonexistent/root.crt port=" +
                        std::string(port ? port : "5432"));
    EXPECT_NE(real.kind, ErrorKind::refused)
        << "a password was tried over a link that was not verified: " << real.message;
}

TEST_F(PgSessionTest, a_failed_statement_is_named_by_what_it_does) {
    auto const session = connect(database.settings());
    auto const failure = failure_of([&] {
        session->run({"count_lines.sql", "-- counting lines\nSELECT count(*) FROM public.missing"});
    });
    EXPECT_EQ(failure.kind, ErrorKind::bug);
    EXPECT_EQ(failure.message,
              "counting lines (count_lines.sql): relation \"public.missing\" does not exist");
}

TEST_F(PgSessionTest, a_broken_constraint_is_a_data_error_with_the_servers_detail) {
    database.execute("CREATE TABLE t (i integer PRIMARY KEY)");
    auto const session = connect(database.settings());
    auto const failure = failure_of([&] { session->run(statement("INSERT INTO public.t VALUES (1), (1)")); });
    EXPECT_EQ(failure.kind, ErrorKind::data);
    EXPECT_EQ(failure.message, "running test.sql: duplicate key value violates unique constraint \"t_pkey\" "
                               "(Key (i)=(1) already exists.)");
}

TEST_F(PgSessionTest, a_missing_privilege_is_refused) {
    database.execute(
        "CREATE TABLE t (i integer); DROP ROLE IF EXISTS bh_reader_test; CREATE ROLE bh_reader_test");
    auto const session = connect(database.settings());
    session->begin();
    session->run(statement("SET LOCAL ROLE bh_reader_test"));
    EXPECT_EQ(failure_of([&] { session->run(statement("SELECT * FROM public.t")); }).kind,
              ErrorKind::refused);
    session->rollback();
    database.execute("DROP ROLE bh_reader_test");
}

TEST_F(PgSessionTest, a_read_only_server_is_refused) {
    auto const session = connect(database.settings());
    session->begin();
    session->run(statement("SET LOCAL transaction_read_only = on"));
    EXPECT_EQ(failure_of([&] { session->run(statement("CREATE TABLE public.t (i integer)")); }).kind,
              ErrorKind::refused);
}

TEST_F(PgSessionTest, locks_timeouts_and_deadlocks_are_for_later) {
    database.execute("CREATE TABLE t (i integer)");
    auto const session = connect(database.settings());
    database.execute("BEGIN");
    database.execute("LOCK TABLE t");
    auto const locked = failure_of([&] { session->run(statement("SELECT * FROM public.t")); });
    database.execute("ROLLBACK");
    EXPECT_EQ(locked.kind, ErrorKind::try_later);
    EXPECT_THAT(locked.message, HasSubstr("lock timeout"));

    auto settings = database.settings();
    settings.statement_timeout = 50ms;
    auto const slow = failure_of([&] { connect(settings)->run(statement("SELECT pg_sleep(30)")); });
    EXPECT_EQ(slow.kind, ErrorKind::try_later);
    EXPECT_THAT(slow.message, HasSubstr("statement timeout"));
    EXPECT_THAT(slow.hint, HasSubstr("warehouse.statement_timeout"));

    // libpqxx 6.4 reports this one without its SQLSTATE
    auto const deadlock = failure_of([&] {
        session->run(statement("DO $$ BEGIN RAISE EXCEPTION 'deadlock' USING ERRCODE = '40P01'; END $$"));
    });
    EXPECT_EQ(deadlock.kind, ErrorKind::try_later);
    auto const full = failure_of([&] {
        session->run(statement("DO $$ BEGIN RAISE EXCEPTION 'full' USING ERRCODE = '53100'; END $$"));
    });
    EXPECT_EQ(full.kind, ErrorKind::try_later);
}

TEST_F(PgSessionTest, a_killed_session_is_unavailable_and_never_comes_back_as_another) {
    auto const session = connect(database.settings());
    kill(*session);
    for (int attempt = 0; attempt < 4; ++attempt) {
        auto const failure = failure_of([&] { session->run(statement("SELECT 1")); });
        EXPECT_EQ(failure.kind, ErrorKind::unavailable) << failure.message;
    }
}

TEST_F(PgSessionTest, a_session_killed_inside_its_transaction_leaves_nothing) {
    database.execute("CREATE TABLE t (i integer)");
    auto const session = connect(database.settings());
    session->begin();
    session->run(statement("INSERT INTO public.t VALUES (1)"));
    kill(*session);
    EXPECT_EQ(failure_of([&] { session->run(statement("INSERT INTO public.t VALUES (2)")); }).kind,
              ErrorKind::unavailable);
    auto const lost = failure_of([&] { session->commit(); });
    EXPECT_EQ(lost.kind, ErrorKind::unavailable) << "nothing was sent, so nothing is in doubt";
    EXPECT_THAT(lost.message, StartsWith("committing: "));
    session->rollback();
    EXPECT_EQ(database.value("SELECT count(*) FROM t"), "0");
}

TEST_F(PgSessionTest, a_commit_whose_answer_is_lost_is_in_doubt) {
    database.execute("CREATE TABLE t (i integer); CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS"
                     " $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$;"
                     "CREATE CONSTRAINT TRIGGER die AFTER INSERT ON t DEFERRABLE INITIALLY DEFERRED FOR EACH "
                     "ROW EXECUTE FUNCTION die()");
    auto const session = connect(database.settings());
    session->begin();
    session->run(statement("INSERT INTO public.t VALUES (1)"));
    EXPECT_THROW(session->commit(), CommitInDoubt);
    session->rollback();
}

TEST_F(PgSessionTest, a_commit_that_the_server_refuses_is_an_error_like_any_other) {
    database.execute("CREATE TABLE t (i integer UNIQUE DEFERRABLE INITIALLY DEFERRED)");
    auto const session = connect(database.settings());
    session->begin();
    session->run(statement("INSERT INTO public.t VALUES (1), (1)"));
    try {
        session->commit();
        FAIL() << "committed";
    } catch (CommitInDoubt const&) {
        FAIL() << "in doubt";
    } catch (Error const& error) {
        EXPECT_EQ(error.kind(), ErrorKind::data);
    }
}

TEST_F(PgSessionTest, a_transaction_with_a_failed_statement_cannot_be_committed) {
    auto const session = connect(database.settings());
    session->begin();
    EXPECT_THROW(session->run(statement("SELECT 1/0")), Error);
    EXPECT_THROW(session->commit(), Error) << "the server would answer ROLLBACK without an error";
}

TEST_F(PgSessionTest, transactions_and_scripts_out_of_turn_are_bugs) {
    auto const session = connect(database.settings());
    EXPECT_EQ(failure_of([&] { session->commit(); }).message, "there is no transaction to commit");
    EXPECT_EQ(failure_of([&] { session->run_script("0001_first.sql", "SELECT 1"); }).message,
              "0001_first.sql: a script needs an open transaction");
    session->begin();
    EXPECT_EQ(failure_of([&] { session->begin(); }).message, "a transaction is open already");
    auto const nul = failure_of([&] { session->run_script("0001_first.sql", {"SELECT 1\0", 9}); });
    EXPECT_EQ(nul.kind, ErrorKind::bug);
    EXPECT_EQ(nul.message, "running 0001_first.sql: the script holds a NUL byte");
}

TEST_F(PgSessionTest, memory_that_runs_out_is_told_as_such) {
    auto const session = connect(database.settings());
    session->begin();
    EXPECT_THROW(session->exchange("asking", "", []() -> bool { throw std::bad_alloc(); }), std::bad_alloc);
    EXPECT_EQ(session->run(statement("SELECT 1"))[0][0], "1") << "nothing was sent";
}

TEST_F(PgSessionTest, a_snapshot_sees_nothing_of_what_is_committed_later) {
    database.execute("CREATE TABLE t (i integer)");
    auto const session = connect(database.settings());
    session->begin_snapshot();
    EXPECT_EQ(session->run(statement("SELECT count(*) FROM public.t"))[0][0], "0");
    database.execute("INSERT INTO t VALUES (1)");
    EXPECT_EQ(session->run(statement("SELECT count(*) FROM public.t"))[0][0], "0");
}

TEST_F(PgSessionTest, a_stop_ends_a_statement_within_a_second) {
    std::stop_source source;
    auto const session = connect(database.settings(), source.get_token());
    session->begin();
    auto const pid = backend_of(*session);
    auto stopper = std::async(std::launch::async, [&] {
        while (database.value(
                   "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND pid = " + pid) ==
               "0") {
        }
        source.request_stop();
        return std::chrono::steady_clock::now();
    });
    EXPECT_THROW(session->run(statement("SELECT pg_sleep(60)")), Stopped);
    EXPECT_LT(std::chrono::steady_clock::now() - stopper.get(), 1s);
    EXPECT_THROW(session->run(statement("SELECT 1")), Stopped) << "once stopped, nothing new begins";
}

TEST_F(PgSessionTest, a_server_that_does_not_answer_in_time_is_given_up) {
    auto const session = connect(database.settings());
    session->begin();
    auto const before = std::chrono::steady_clock::now();
    LinkWatch impatient(session->raw(), {}, 100ms); // beside the session's own, which waits for half a minute
    LinkWatch::Exchange const under_way(impatient, LinkWatch::OnStop::finish);
    auto const failure = failure_of([&] { session->run(statement("SELECT pg_sleep(60)")); });
    EXPECT_EQ(failure.kind, ErrorKind::unavailable) << failure.message;
    EXPECT_LT(std::chrono::steady_clock::now() - before, 10s);
}

TEST_F(PgSessionTest, a_script_s_error_names_line_and_column) {
    auto const session = connect(database.settings());
    session->begin();
    session->run_script("0001_first.sql",
                        "CREATE TABLE public.a (i integer);\nCREATE TABLE public.b (i integer);");
    auto const failure = failure_of([&] {
        session->run_script("0002_second.sql", "SELECT 1;\n-- 注释\nSELECT 'é', colum FROM public.a");
    });
    EXPECT_THAT(failure.message,
                StartsWith("running 0002_second.sql: 0002_second.sql:3:13: column \"colum\" does not exist"));
    session->rollback();
    EXPECT_EQ(database.value("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"), "0");
}

} // namespace billhouse
