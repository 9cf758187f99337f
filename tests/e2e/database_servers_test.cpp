#include "e2e/database_faults.hpp"

#include <fmt/format.h>

#include <csignal>

namespace billhouse {
namespace {

using ::testing::AnyOf;
using ::testing::HasSubstr;

TEST_F(DatabaseFaults, B9_a_locked_table_ends_the_run_with_75_naming_table_and_backend) {
    limits("lock_timeout: 100ms");
    auto const other = database_.second_session();
    auto const pid = other->value("SELECT pg_backend_pid()");
    other->execute(
        "SET application_name = 'reindex by hand'; BEGIN; LOCK TABLE wh.fact_charge IN SHARE MODE");
    auto const run = night();
    EXPECT_EQ(run.exit_code, 75) << run.err;
    EXPECT_THAT(run.err, HasSubstr("wh.fact_charge is held by reindex by hand (backend " + pid));
    other->execute("ROLLBACK");
    expect_undisturbed_in_the_end();
}

TEST_F(DatabaseFaults, B9_a_statement_that_takes_too_long_ends_the_run_with_75) {
    limits("statement_timeout: 1s");
    database_.execute(
        "CREATE FUNCTION public.act() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(60); "
        "RETURN NEW; END $$;"
        "CREATE TRIGGER act BEFORE INSERT ON etl.slice FOR EACH ROW EXECUTE FUNCTION public.act()");
    auto const run = night();
    EXPECT_EQ(run.exit_code, 75) << run.err;
    EXPECT_THAT(run.err, HasSubstr("warehouse.statement_timeout"));
    database_.execute("DROP FUNCTION public.act CASCADE");
    expect_undisturbed_in_the_end();
}

TEST_F(DatabaseFaults, B12_a_server_that_only_reads_is_found_by_check_and_ends_a_run_with_77) {
    database_.execute("ALTER DATABASE " + database_.name() + " SET default_transaction_read_only = on");
    auto const check = billhouse({"check", "guance", "--connect"});
    EXPECT_EQ(check.exit_code, 77) << check.out;
    EXPECT_THAT(check.out, HasSubstr("the database role lacks leave to write: the server is a standby"));
    vendor_->forget_requests();
    auto const run = quiet_night();
    EXPECT_EQ(run.exit_code, 77) << run.err;
    EXPECT_EQ(vendor_->request_count(), 0U);
    database_.execute("SET default_transaction_read_only = off; ALTER DATABASE " + database_.name() +
                      " RESET default_transaction_read_only");
    expect_undisturbed_in_the_end();
}

TEST_F(DatabaseFaults, B14_two_runs_and_a_backfill_at_once_leave_what_one_run_leaves) {
    auto seed = first_seed();
    for (int i = 0; i < seeds(); ++i, ++seed) {
        SCOPED_TRACE(fmt::format("seed {}: BILLHOUSE_SEED={} replays it", seed, seed));
        TestDatabase fresh;
        PostgresProxy first, second, third;
        std::mt19937_64 random(seed);
        for (auto* proxy : {&first, &second, &third})
            proxy->inject_at_random(random(), 200, {Kind::delay});
        ChildProcess run(command_at(first.through(fresh.connection())));
        ChildProcess twin(command_at(second.through(fresh.connection())));
        ChildProcess backfill(command({"--database", third.through(fresh.connection()), "backfill", "guance",
                                       "--from", "2026-01-01", "--to", "2026-01-03"}));
        for (auto* process : {&run, &twin, &backfill}) {
            auto const result = process->wait();
            EXPECT_THAT(result.exit_code, AnyOf(0, 75)) << result.err;
        }
        expect_undisturbed_in_the_end(fresh);
        EXPECT_EQ(fresh.value("SELECT count(*) FROM wh.fact_charge_change"), "0")
            << "a line was loaded twice";
    }
}

TEST_F(DatabaseFaults, B15_what_a_killed_run_left_running_is_ended_by_the_server_itself) {
    once(database_, "BEFORE INSERT ON etl.slice", "PERFORM pg_sleep(500)", 2);
    constexpr char const* kAsleep = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'";
    ChildProcess run(command_at(database_.connection()));
    wait_until("SELECT count(*) = 1 FROM pg_stat_activity WHERE wait_event = 'PgSleep'", run);
    run.signal(SIGKILL);
    run.wait();
    while (value(kAsleep) != "0") {
    } // it would sleep for minutes, holding the job's lock and the watermark's row
    expect_undisturbed_in_the_end();
}

TEST_F(DatabaseFaults,
       B16_a_black_hole_without_answers_is_given_up_and_the_slice_is_loaded_by_a_new_session) {
    limits("statement_timeout: 3s\n  lock_timeout: 500ms");
    proxy_.inject({.kind = Kind::swallow_replies, .when = When::statement, .text = "COPY wh.fact_charge"});
    proxy_.inject({.kind = Kind::swallow_replies, .when = When::commit, .text = "closing a slice"});
    auto const run = night_at(proxy_.through(database_.connection()) + " tcp_user_timeout=500");
    EXPECT_EQ(proxy_.struck().size(), 2U);
    EXPECT_EQ(run.exit_code, 0) << run.err;
    EXPECT_THAT(run.err, HasSubstr("commit in doubt, asking the ledger"));
    EXPECT_EQ(value("SELECT max(generation) FROM etl.slice"), "1");
    expect_undisturbed_in_the_end();
}

TEST_F(DatabaseFaults,
       B16_a_black_hole_that_swallows_requests_ends_the_run_with_75_and_the_next_one_goes_on) {
    limits("statement_timeout: 3s\n  lock_timeout: 200ms");
    {
        PostgresProxy hole;
        hole.inject(
            {.kind = Kind::swallow_requests, .when = When::statement, .nth = 2, .text = "closing a slice"});
        auto const run = night_at(hole.through(database_.connection()) + " tcp_user_timeout=500");
        EXPECT_EQ(hole.struck().size(), 1U);
        EXPECT_EQ(run.exit_code, 75) << run.err << "the server knows nothing of it, and keeps the lock";
        EXPECT_THAT(run.err, HasSubstr("billhouse run (backend "));
        EXPECT_THAT(broken_invariants(database_), testing::IsEmpty());
    }
    while (value("SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'billhouse run%' AND "
                 "datname = current_database()") != "0") {
    }
    expect_undisturbed_in_the_end();
}

TEST_F(DatabaseFaults, B16_a_signal_ends_a_run_in_a_black_hole) {
    proxy_.inject({.kind = Kind::swallow_replies, .when = When::statement, .text = "closing a slice"});
    ChildProcess run(command_at(proxy_.through(database_.connection())));
    proxy_.wait_until_struck();
    proxy_.swallow_connections(true);
    run.signal(SIGTERM);
    auto const result =
        run.wait(std::chrono::minutes(2)); // without the watch it would be 10 minutes and a half
    EXPECT_EQ(result.exit_code, 143) << result.err;
    expect_undisturbed_in_the_end();
}

TEST_F(DatabaseFaults, B17_the_environment_and_the_roles_defaults_change_neither_the_place_nor_the_meaning) {
    database_.execute("CREATE SCHEMA evil; CREATE TABLE evil.now (i integer); CREATE FUNCTION evil.now() "
                      "RETURNS timestamptz "
                      "LANGUAGE sql AS $$ SELECT timestamptz '1999-01-01' $$;"
                      "ALTER DATABASE " +
                      database_.name() + " SET search_path = evil, public");
    auto poisoned = command_at(database_.connection());
    poisoned.environment = {
        {"PGHOST", "192.0.2.1"},
        {"PGPORT", "1"},
        {"PGDATABASE", "elsewhere"},
        {"PGUSER", "nobody_here"},
        {"PGSSLMODE", "verify-full"},
        {"PGTZ", "Asia/Kathmandu"},
        {"PGDATESTYLE", "German"},
        {"PGOPTIONS",
         "-c search_path=evil,pg_catalog -c TimeZone=Asia/Kathmandu -c DateStyle=SQL,DMY "
         "-c IntervalStyle=sql_standard -c standard_conforming_strings=off -c bytea_output=escape "
         "-c default_transaction_isolation=serializable -c synchronous_commit=off -c jit=on"}};
    auto const run = run_process(poisoned);
    EXPECT_EQ(run.exit_code, 0) << run.err;
    EXPECT_EQ(state_of(database_), undisturbed());
    EXPECT_EQ(value("SELECT count(*) FROM etl.run WHERE started_at < '2000-01-01'"), "0");
}

TEST_F(DatabaseFaults, B17_behind_a_pooler_no_lock_is_left_in_its_sessions_and_the_load_is_the_same) {
    proxy_.pose_as_pooler();
    proxy_.inject({.kind = Kind::delay, .when = When::statement, .text = "closing a slice"});
    database_.execute("CREATE TABLE public.seen (locks bigint)");
    once(database_, "BEFORE INSERT ON etl.slice",
         "INSERT INTO public.seen SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND "
         "pid = pg_backend_pid() AND mode = 'ExclusiveLock' AND objsubid = 1 AND classid = "
         "((hashtextextended('billhouse:guance:run', 0) >> 32) & 4294967295)::oid");
    auto const run = night();
    EXPECT_EQ(run.exit_code, 0) << run.err;
    EXPECT_EQ(value("SELECT string_agg(locks::text, ',') FROM public.seen"), "0");
    EXPECT_EQ(state_of(database_), undisturbed());
}

TEST_F(DatabaseFaults, B18_a_server_that_does_not_wait_for_its_disk_is_warned_of_once) {
    if (value("SHOW fsync") == "on")
        GTEST_SKIP() << "this server keeps what it commits (B5 looks at such a one)";
    auto const run = billhouse({"run", "--until", "2026-01-03"});
    EXPECT_EQ(run.exit_code, 0) << run.err;
    EXPECT_EQ(count_of(run.err, "setting=\"fsync = off\""), 1U) << run.err << "two jobs, one warning";
    EXPECT_THAT(billhouse({"check", "guance", "--connect"}).out, HasSubstr("fsync is off"));
}

/// What a migrated database consists of.
class Migrating : public DatabaseFaults {
protected:
    static std::string catalog_of(TestDatabase& database) {
        return database.value("SELECT md5(string_agg(t, E'\\n' ORDER BY t)) FROM ("
                              "SELECT format('%s.%s %s', relnamespace::regnamespace, relname, relkind) FROM "
                              "pg_class WHERE relnamespace::regnamespace::text IN "
                              "('etl', 'raw', 'wh', 'mart', 'focus') UNION ALL "
                              "SELECT format('%s.%s %s %s', attrelid::regclass, attname, atttypid::regtype, "
                              "attnotnull) FROM pg_attribute a JOIN pg_class c ON "
                              "c.oid = attrelid WHERE attnum > 0 AND relnamespace::regnamespace::text IN "
                              "('etl', 'raw', 'wh', 'mart', 'focus') UNION ALL "
                              "SELECT pg_get_functiondef(oid) FROM pg_proc WHERE "
                              "pronamespace::regnamespace::text IN ('etl', 'wh', 'mart', 'focus') UNION ALL "
                              "SELECT file_name || checksum FROM etl.migration) AS things (t)");
    }
};

TEST_F(Migrating, B13_a_migrate_killed_anywhere_leaves_whole_files_only_and_the_next_one_finishes) {
    auto const seed = first_seed();
    SCOPED_TRACE(fmt::format("seed {}", seed));
    std::mt19937_64 random(seed);
    auto const whole = catalog_of(database_);
    TestDatabase first(TestDatabase::Content::empty);
    ASSERT_EQ(billhouse({"--database", proxy_.through(first.connection()), "migrate"}).exit_code, 0);
    std::vector<PostgresFault> faults;
    for (int nth = 1; nth <= proxy_.commits(); ++nth)
        faults.push_back({.kind = nth % 2 == 0 ? Kind::swallow_replies : Kind::swallow_requests,
                          .when = When::commit,
                          .nth = nth});
    for (int i = 0; i < seeds(); ++i)
        faults.push_back(
            {.kind = Kind::swallow_replies,
             .nth = 1 + static_cast<int>(random() % static_cast<std::uint64_t>(proxy_.messages()))});
    for (auto const& fault : faults) {
        TestDatabase fresh(TestDatabase::Content::empty);
        {
            PostgresProxy proxy; // its end lets the server see that the client is gone
            proxy.inject(fault);
            ChildProcess migrate(command({"--database", proxy.through(fresh.connection()), "migrate"}));
            proxy.wait_until_struck();
            migrate.signal(SIGKILL);
            migrate.wait();
        }
        wait_for_the_last_session(fresh);
        auto const again = billhouse({"--database", fresh.connection(), "migrate"});
        EXPECT_EQ(again.exit_code, 0) << fault.nth << ": " << again.err;
        EXPECT_EQ(catalog_of(fresh), whole) << fault.nth;
    }
}

} // namespace
} // namespace billhouse
