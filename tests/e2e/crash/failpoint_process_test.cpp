#include "e2e/billhouse_run.hpp"

#include <gmock/gmock.h>

namespace billhouse {
namespace {

using ::testing::HasSubstr;

class FailpointProcess : public BillhouseRun {
protected:
    ProcessResult run_with(std::string const& rules) {
        auto run = command({"run", "--until", "2026-01-03"});
        run.environment["BILLHOUSE_FAILPOINT"] = rules;
        return run_process(run);
    }
};

TEST_F(FailpointProcess, a_rule_that_cannot_be_read_is_refused_before_anything_is_done) {
    auto const run = run_with("ledger.clsoed=kill@1");
    EXPECT_EQ(run.exit_code, 78);
    EXPECT_THAT(run.err, HasSubstr("'ledger.clsoed=kill@1': no such failpoint"));
    EXPECT_EQ(value("SELECT count(*) FROM etl.run"), "0");
}

TEST_F(FailpointProcess, an_exception_that_is_no_exception_ends_as_a_bug_with_a_last_line) {
    auto const run = run_with("page.decoded=throw-int@1");
    EXPECT_EQ(run.exit_code, 70) << run.err;
    EXPECT_THAT(run.err, HasSubstr("exit 70 (bug)"));
}

TEST_F(FailpointProcess, a_fault_of_ours_in_one_job_leaves_the_next_one_its_turn) {
    auto const run = run_with("series.read=throw@1");
    EXPECT_EQ(run.exit_code, 70) << run.err;
    EXPECT_THAT(run.err, HasSubstr("guance: failpoint series.read"));
    EXPECT_EQ(rows("SELECT DISTINCT source_code FROM mart.charge"), std::vector<std::string>{"ocamba"});
}

TEST_F(FailpointProcess, no_memory_for_a_page_is_told_as_such) {
    auto const run = run_with("http.body=bad-alloc@1+");
    EXPECT_EQ(run.exit_code, 70) << run.err;
    EXPECT_THAT(run.err, HasSubstr("out of memory"));
}

TEST_F(FailpointProcess, a_session_that_the_server_ends_in_the_middle_of_a_window_is_replaced) {
    auto const run = run_with("copy.middle=kill-backend@1;ledger.closed=drop-link@2");
    EXPECT_EQ(run.exit_code, 0) << run.err;
    EXPECT_THAT(run.err, HasSubstr("loading the slice once more"));
}

} // namespace
} // namespace billhouse
