#include "e2e/database_night.hpp"

#include <fmt/format.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <random>

namespace billhouse {
namespace {

using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::Not;

/// Rows B of tests/faults.md, by the built binary.
class DatabaseFaults : public DatabaseNight {
protected:
    static std::size_t count_of(std::string const& text, std::string const& piece) {
        std::size_t count = 0;
        for (auto at = text.find(piece); at != std::string::npos; at = text.find(piece, at + 1))
            ++count;
        return count;
    }
    /// How many seeds a test tries: few each day, many at night.
    static int seeds() {
        auto const* wanted = std::getenv("BILLHOUSE_SEEDS");
        return wanted ? std::atoi(wanted) : 3;
    }
    static std::uint64_t first_seed() {
        auto const* wanted = std::getenv("BILLHOUSE_SEED");
        return wanted ? std::strtoull(wanted, nullptr, 10) : std::random_device()();
    }
    void wait_until(std::string const& sql, ChildProcess& process) {
        while (value("SELECT (" + sql + ")::boolean") != "t")
            ASSERT_TRUE(process.running()) << process.err();
    }
    Command command_at(std::string const& connection) {
        return command({"--database", connection, "run", "guance", "--until", "2026-01-03"});
    }
};

TEST_F(DatabaseFaults, B1_a_server_that_is_away_is_tried_three_times_and_no_vendor_is_asked) {
    auto const run = night_at("host=127.0.0.1 port=1 dbname=nowhere");
    EXPECT_EQ(run.exit_code, 69) << run.err;
    EXPECT_EQ(count_of(run.err, "connecting to the warehouse once more"), 2U) << run.err;
    EXPECT_EQ(vendor_->request_count(), 0U);
}

TEST_F(DatabaseFaults, B2_a_server_that_is_starting_up_is_waited_for) {
    proxy_.refuse_connections(2);
    auto const run = night();
    EXPECT_EQ(run.exit_code, 0) << run.err;
    EXPECT_EQ(count_of(run.err, "the database system is starting up"), 2U) << run.err;
    expect_undisturbed_in_the_end();
}

TEST_F(DatabaseFaults, B3_a_wrong_role_password_or_database_is_final_at_once) {
    auto const local = "host=127.0.0.1 port=" + std::string(std::getenv("PGPORT"));
    for (auto const& [more, code] : {std::pair{database_.connection() + " user=nobody_here", 77},
                                     {database_.connection() + " dbname=not_there", 78}}) {
        auto const run = night_at(more);
        EXPECT_EQ(run.exit_code, code) << run.err;
        EXPECT_THAT(run.err, Not(HasSubstr("once more")));
    }
    auto wrong = command_at(local + " user=postgres dbname=postgres");
    wrong.environment["PGPASSWORD"] = "wrong-1f2e";
    auto const run = run_process(wrong);
    EXPECT_EQ(run.exit_code, 77) << run.err;
    EXPECT_THAT(run.err, Not(HasSubstr("1f2e")));
    EXPECT_EQ(vendor_->request_count(), 0U);
}

TEST_F(DatabaseFaults, B4_a_backend_killed_inside_the_copy_or_the_ledger_costs_one_more_attempt) {
    for (auto const& [event, row] :
         {std::pair{"BEFORE INSERT ON wh.fact_charge", 7}, {"BEFORE INSERT ON etl.slice", 2}}) {
        TestDatabase fresh;
        once(fresh, event, "PERFORM pg_terminate_backend(pg_backend_pid())", row);
        auto const run = night_at(fresh.connection());
        EXPECT_EQ(run.exit_code, 0) << run.err;
        EXPECT_THAT(run.err, HasSubstr("loading the slice once more"));
        expect_undisturbed_in_the_end(fresh);
    }
}

TEST_F(DatabaseFaults, B4_a_backend_killed_while_it_merges_a_restatement_leaves_it_to_the_next_attempt) {
    ASSERT_EQ(quiet_night().exit_code, 0);
    ASSERT_GT(vendor_->restate("guance", "2026-01-01", "2026-01-02", 20), 0U);
    once(database_, "BEFORE UPDATE ON wh.fact_charge", "PERFORM pg_terminate_backend(pg_backend_pid())", 3);
    auto const reload = [&](std::string const& connection) {
        return billhouse({"--database", connection, "backfill", "guance", "--from", "2026-01-01", "--to",
                          "2026-01-03", "--force"});
    };
    auto const run = reload(database_.connection());
    EXPECT_EQ(run.exit_code, 0) << run.err;
    EXPECT_THAT(run.err, HasSubstr("loading the slice once more"));
    TestDatabase clean;
    ASSERT_EQ(reload(clean.connection()).exit_code, 0);
    EXPECT_EQ(star_checksum(), star_checksum(clean));
    EXPECT_EQ(value("SELECT count(*) = count(DISTINCT charge_key) AND count(*) > 0 FROM "
                    "wh.fact_charge_change WHERE op = 'restate'"),
              "t");
}

TEST_F(DatabaseFaults, B4_a_link_that_breaks_between_two_statements_costs_one_more_attempt) {
    for (auto const* statement : {"COPY wh.fact_charge", "advancing the watermark"})
        proxy_.inject({.kind = Kind::cut_before, .when = When::statement, .nth = 1, .text = statement});
    auto const run = night();
    EXPECT_EQ(proxy_.struck().size(), 2U);
    EXPECT_EQ(run.exit_code, 0) << run.err << "three attempts a slice, two faults";
    expect_undisturbed_in_the_end();
}

TEST_F(DatabaseFaults, B6_a_slices_commit_cut_before_or_after_it_arrives_has_exactly_one_effect) {
    for (auto const kind : {Kind::cut_before, Kind::cut_after, Kind::drop_reply, Kind::reset})
        for (int nth = 1; nth <= 2; ++nth) {
            TestDatabase fresh;
            PostgresProxy proxy;
            proxy.inject({.kind = kind, .when = When::commit, .nth = nth, .text = "closing a slice"});
            auto const run = night_at(proxy.through(fresh.connection()));
            EXPECT_EQ(run.exit_code, 0) << run.err;
            EXPECT_EQ(proxy.struck().size(), 1U);
            EXPECT_THAT(run.err, HasSubstr("commit in doubt, asking the ledger"));
            EXPECT_THAT(run.err, HasSubstr("complete_until=2026-01-03"));
            EXPECT_EQ(fresh.value("SELECT max(generation) FROM etl.slice"), "1") << "loaded once, not twice";
            EXPECT_EQ(state_of(fresh), undisturbed());
            EXPECT_THAT(broken_invariants(fresh), testing::IsEmpty());
        }
}

TEST_F(DatabaseFaults, B6_each_commit_of_a_night_may_be_lost_on_its_way_or_on_its_way_back) {
    ASSERT_EQ(night().exit_code, 0);
    int const commits = proxy_.commits();
    ASSERT_GT(commits, 5);
    std::array const kinds{Kind::cut_before, Kind::cut_after, Kind::drop_reply};
    for (int nth = 1; nth <= commits; ++nth) {
        TestDatabase fresh;
        PostgresProxy proxy;
        proxy.inject({.kind = kinds[static_cast<std::size_t>(nth) % 3], .when = When::commit, .nth = nth});
        auto const run = night_at(proxy.through(fresh.connection()));
        EXPECT_THAT(run.exit_code, AnyOf(0, 69)) << "commit " << nth << '\n' << run.err;
        EXPECT_EQ(proxy.struck().size(), 1U) << "commit " << nth;
        expect_undisturbed_in_the_end(fresh);
    }
}

TEST_F(DatabaseFaults, B6_a_hold_whose_commit_is_in_doubt_is_still_a_hold) {
    ASSERT_EQ(quiet_night().exit_code, 0);
    ASSERT_GT(vendor_->remove("guance", "2026-01-01", "2026-01-01", 100'000), 0U);
    proxy_.inject({.kind = Kind::drop_reply, .when = When::commit, .text = "marking a slice as held"});
    auto const run = billhouse({"--database", proxy_.through(database_.connection()), "backfill", "guance",
                                "--from", "2026-01-01", "--to", "2026-01-02", "--force"});
    EXPECT_EQ(proxy_.struck().size(), 1U);
    EXPECT_EQ(run.exit_code, 65) << run.err;
    EXPECT_THAT(run.err, HasSubstr("the slice is held"));
    EXPECT_EQ(value("SELECT count(*) FROM etl.slice WHERE held_lines IS NOT NULL"), "1");
}

/// The backend is at the COMMIT for as long as the test holds a lock that a deferred trigger wants.
class SlowCommit : public DatabaseFaults {
protected:
    SlowCommit() : gate_(database_.second_session()) {
        database_.execute(
            "CREATE FUNCTION public.wait_at_gate() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN PERFORM pg_advisory_xact_lock_shared(42); RETURN NULL; END $$;"
            "CREATE CONSTRAINT TRIGGER gate AFTER INSERT ON etl.slice DEFERRABLE INITIALLY DEFERRED "
            "FOR EACH ROW WHEN (NEW.slice_start = '2026-01-02') EXECUTE FUNCTION public.wait_at_gate()");
        gate_->execute("SELECT pg_advisory_lock(42)");
        proxy_.inject({.kind = Kind::cut_after, .when = When::commit, .nth = 2, .text = "closing a slice"});
    }
    void open_gate() { gate_->execute("SELECT pg_advisory_unlock(42)"); }
    static constexpr char const* kOneWaitsForTheOther =
        "SELECT count(*) = 1 FROM pg_stat_activity a WHERE a.wait_event_type = 'Lock' AND EXISTS "
        "(SELECT FROM pg_stat_activity b WHERE b.pid = ANY (pg_blocking_pids(a.pid)) AND b.query = 'COMMIT')";

    std::unique_ptr<TestDatabase> gate_;
};

TEST_F(SlowCommit, B7_who_comes_back_waits_for_the_backend_that_is_still_committing) {
    limits("lock_timeout: 1min");
    ChildProcess run(command_at(proxy_.through(database_.connection())));
    wait_until(kOneWaitsForTheOther, run);
    open_gate();
    auto const result = run.wait();
    EXPECT_EQ(result.exit_code, 0) << result.err;
    EXPECT_EQ(value("SELECT max(generation) FROM etl.slice"), "1");
    EXPECT_EQ(state_of(database_), undisturbed());
}

TEST_F(SlowCommit, B7_the_wait_for_it_ends_at_the_lock_timeout) {
    limits("lock_timeout: 200ms");
    database_.execute(
        "ALTER FUNCTION public.wait_at_gate() SET lock_timeout = '10min'"); // not the backend's own
    auto const run = night();
    EXPECT_EQ(run.exit_code, 75) << run.err;
    EXPECT_THAT(run.err, HasSubstr("billhouse run (backend "));
    open_gate();
    while (value("SELECT count(*) FROM etl.slice WHERE slice_start = '2026-01-02' AND first_complete_at IS "
                 "NOT NULL") != "1") {
    }
    EXPECT_EQ(state_of(database_), undisturbed()) << "the lost commit stands, and nothing was done twice";
}

TEST_F(DatabaseFaults, B8_a_deadlock_or_serialization_failure_is_answered_by_the_whole_transaction_again) {
    for (auto const* state : {"40P01", "40001"}) {
        TestDatabase fresh;
        once(fresh, "BEFORE INSERT ON etl.slice",
             fmt::format("RAISE EXCEPTION 'planted' USING ERRCODE = '{}'", state), 2);
        auto const run = night_at(fresh.connection());
        EXPECT_EQ(run.exit_code, 0) << run.err;
        EXPECT_EQ(count_of(run.err, "loading the slice once more"), 1U) << run.err;
        expect_undisturbed_in_the_end(fresh);
    }
}

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
