#include "e2e/database_faults.hpp"

#include <fmt/format.h>

#include <array>

namespace billhouse {
namespace {

using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::Not;

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

} // namespace
} // namespace billhouse
