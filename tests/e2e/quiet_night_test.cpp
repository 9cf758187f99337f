#include "e2e/billhouse_run.hpp"

#include <cstdlib>

namespace billhouse {
namespace {

/// WAL is counted for the whole server, so this runs while no other test does.
class QuietNight : public BillhouseRun {
protected:
    std::int64_t wal_of(std::vector<std::string> arguments) {
        auto const before = value("SELECT pg_current_wal_insert_lsn()");
        auto const run = billhouse(std::move(arguments));
        EXPECT_EQ(run.exit_code, 0) << run.err;
        return std::atoll(
            value("SELECT (pg_current_wal_insert_lsn() - '" + before + "'::pg_lsn)::bigint").c_str());
    }
};

TEST_F(QuietNight, an_unchanged_month_costs_no_tuple_and_less_than_a_hundredth_of_the_first_loads_wal) {
    start_vendor({"--today", "2026-03-10", "--from", "2025-12-01", "--workspaces", "60", "--seed", "7"});
    configure({});
    auto const first = wal_of({"backfill", "guance", "--from", "2026-02-01", "--to", "2026-03-01"});
    auto const versions = row_versions();

    auto const again =
        wal_of({"backfill", "guance", "--from", "2026-02-01", "--to", "2026-03-01", "--force"});

    EXPECT_EQ(row_versions(), versions);
    EXPECT_LT(again * 100, first) << "first " << first << " bytes, again " << again;
    EXPECT_EQ(value("SELECT count(*) FROM etl.slice WHERE verify_count = 2"), "28") << "a ledger row a slice";
}

} // namespace
} // namespace billhouse
