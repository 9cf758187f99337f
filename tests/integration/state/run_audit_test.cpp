#include "state/run_audit.hpp"

#include "state_test.hpp"

namespace billhouse {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;

class RunAuditTest : public StateTest {
protected:
    RunAudit open(PgSession& session, std::string const& scope = "") {
        return RunAudit(session, stream_.stream_id, scope, "run", std::nullopt, std::nullopt, "c0ffee");
    }
    std::string status(std::int64_t run) {
        return db_.value("SELECT status FROM etl.run WHERE run_id = " + std::to_string(run));
    }
};

TEST_F(RunAuditTest, a_run_is_told_from_start_to_end) {
    EXPECT_EQ(
        db_.value(
            "SELECT (scope_key, trigger, window_from, window_to, status, config_hash)::text FROM etl.run"),
        "(\"\",run,2026-03-01,2026-04-01,running,c0ffee)");
    auto run = open(*session_);
    RunTotals totals;
    totals.slices = 2, totals.slices_failed = 1, totals.pages = 3, totals.read = 20, totals.duplicates = 1,
    totals.quarantined = 2;
    totals.change.inserted = 10, totals.change.late = 1, totals.change.reappeared = 1,
    totals.change.restated = 2;
    totals.change.relabelled = 1, totals.change.vanished = 4, totals.change.unchanged = 2;
    run.finish(*session_, "partial", totals, ErrorKind::unavailable, "no answer from the vendor");
    EXPECT_EQ(db_.value("SELECT (status, finished_at IS NOT NULL, slices, slices_failed, pages, rows_in, "
                        "rows_inserted, rows_late, rows_reappeared, "
                        "rows_restated, rows_relabelled, rows_vanished, rows_unchanged, rows_duplicate, "
                        "rows_quarantined, error_code, error_message)::text "
                        "FROM etl.run WHERE run_id = " +
                        std::to_string(run.id())),
              "(partial,t,2,1,3,20,10,1,1,2,1,4,2,1,2,unavailable,\"no answer from the vendor\")");
}

TEST_F(RunAuditTest, a_run_whose_session_is_gone_is_closed_by_the_next_one) {
    auto dying = connect();
    auto const dead = open(*dying).id();
    dying.reset();
    while (db_.value("SELECT count(*) FROM pg_stat_activity a JOIN etl.run r ON r.backend_pid = a.pid AND "
                     "r.run_id = " +
                     std::to_string(dead)) != "0") {
    }
    open(*session_, "1001");
    EXPECT_EQ(status(dead), "aborted");
}

TEST_F(RunAuditTest, a_run_that_is_still_alive_is_left_alone) {
    auto const other = connect("billhouse backfill guance");
    auto const alive = open(*other).id();
    open(*session_);
    EXPECT_EQ(status(alive), "running");
}

TEST_F(RunAuditTest, a_session_has_one_run_of_a_scope_at_a_time) {
    auto const first = open(*session_, "1001").id(), second = open(*session_, "1002").id();
    open(*session_, "1001");
    EXPECT_EQ(status(first), "aborted");
    EXPECT_EQ(status(second), "running");
}

TEST_F(RunAuditTest, a_job_runs_once_and_the_second_is_told_who_is_first) {
    auto const first = connect("billhouse run guance");
    take_job_lock(*first, "guance", "run");
    auto const error = error_of([&] { take_job_lock(*session_, "guance", "run"); });
    EXPECT_EQ(error.kind(), ErrorKind::try_later);
    EXPECT_THAT(
        error.what(),
        MatchesRegex(
            "job guance is already running: billhouse run guance \\(backend [0-9]+ on .*, since 20.*\\)"));
    EXPECT_THAT(error.hint(), HasSubstr("its lock goes with its session"));
}

TEST_F(RunAuditTest, other_jobs_and_a_backfill_beside_the_run_are_free) {
    auto const first = connect();
    take_job_lock(*first, "guance", "run");
    EXPECT_NO_THROW(take_job_lock(*session_, "guance", "backfill"));
    EXPECT_NO_THROW(take_job_lock(*session_, "ocamba", "run"));
}

TEST_F(RunAuditTest, a_lock_that_was_given_back_is_free_while_the_session_lasts) {
    auto const first = connect();
    take_job_lock(*first, "guance", "run");
    give_back_job_lock(*first, "guance", "run");
    EXPECT_NO_THROW(take_job_lock(*session_, "guance", "run"));
}

TEST_F(RunAuditTest, the_lock_goes_with_its_session_and_the_next_one_waits_for_that) {
    for (int round = 0; round < 20; ++round) { // a closed session may still be ending
        auto first = connect();
        take_job_lock(*first, "guance", "run");
        first.reset();
        EXPECT_NO_THROW(take_job_lock(*session_, "guance", "run"));
        give_back_job_lock(*session_, "guance", "run");
    }
}

} // namespace
} // namespace billhouse
