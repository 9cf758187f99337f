#include "e2e/billhouse_run.hpp"
#include "support/postgres_proxy.hpp"

#include <gmock/gmock.h>

namespace billhouse {
namespace {

using ::testing::HasSubstr;

/// The link breaks around the COMMIT of the second of three days: whether it happened, only the ledger knows.
class CommitInDoubt : public BillhouseRun {
protected:
    ProcessResult run_with(PostgresFault::Kind kind) {
        proxy_.inject(
            {.kind = kind, .when = PostgresFault::When::commit, .nth = 2, .text = "INSERT INTO etl.slice"});
        return billhouse(
            {"--database", proxy_.through(database_.connection()), "run", "guance", "--until", "2026-01-04"});
    }

    void expect_three_days_loaded_once(ProcessResult const& run) {
        EXPECT_EQ(run.exit_code, 0) << run.err;
        EXPECT_THAT(run.err, HasSubstr("commit in doubt, asking the ledger"));
        EXPECT_EQ(proxy_.struck().size(), 1U);
        EXPECT_EQ(rows("SELECT generation, verify_count FROM etl.slice"),
                  std::vector<std::string>(3, "1 | 1"));
        EXPECT_EQ(value("SELECT complete_through::text FROM etl.watermark"), "2026-01-04");
        auto const books = vendor_->ledger("guance", "2026-01-01", "2026-01-03")["totals"].elements.at(0);
        EXPECT_EQ(value("SELECT count(*)::text FROM wh.fact_charge"), books["rows"].text);
        EXPECT_EQ(value("SELECT count(*)::text FROM wh.fact_charge_change"), "0");
    }

    PostgresProxy proxy_;
};

TEST_F(CommitInDoubt, that_happened_is_not_done_again) {
    expect_three_days_loaded_once(run_with(PostgresFault::Kind::drop_reply));
}

TEST_F(CommitInDoubt, that_did_not_happen_is_done_again) {
    expect_three_days_loaded_once(run_with(PostgresFault::Kind::cut_before));
}

} // namespace
} // namespace billhouse
