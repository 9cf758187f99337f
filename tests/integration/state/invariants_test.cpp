#include "state_test.hpp"

#include <utility>

namespace billhouse {
namespace {

using testing::Contains;
using testing::StartsWith;

/// The checker is itself checked: each rule finds the breach that it is there for.
class InvariantsTest : public StateTest {
protected:
    void SetUp() override {
        add_line("2026-03-01", 1, "10");
        add_line("2026-03-02", 2, "5", "2026-04-05 02:00+00");
        journal("2026-04-05 02:00+00", "late", "2026-03-02", 2, "5", 1, "2026-04-05 02:00+00");
        close("2026-03-01", "2026-03-02", 1);
        close("2026-03-02", "2026-03-03", 1);
        db_.execute("INSERT INTO etl.watermark SELECT stream_id, '', '2026-03-03' FROM etl.stream");
    }
    void TearDown() override {} // these tests leave breaches behind
};

TEST_F(InvariantsTest, hold_for_a_sound_warehouse) {
    EXPECT_THAT(broken_invariants(db_), testing::IsEmpty());
}

/// A change that no load makes, and the rule that must tell of it.
struct RuleBreak {
    RuleBreak(std::pair<char const*, char const*> const& both) : rule(both.first), sql(both.second) {}
    char const *rule, *sql;
    friend void PrintTo(RuleBreak const& broken, std::ostream* out) { *out << broken.rule; }
};

class Breach : public InvariantsTest, public testing::WithParamInterface<RuleBreak> {};

TEST_P(Breach, is_found_by_its_rule) {
    db_.execute(GetParam().sql);
    EXPECT_THAT(broken_invariants(db_), Contains(StartsWith(std::string(GetParam().rule) + ": ")));
}

INSTANTIATE_TEST_SUITE_P(
    Invariants, Breach,
    testing::Values<RuleBreak>(
        std::pair{"a line's newest change tells whether and in which version it is live",
                  "UPDATE wh.fact_charge SET version = 2 WHERE charge_date = '2026-03-02'"},
        std::pair{"a line's newest change tells whether and in which version it is live",
                  "DELETE FROM wh.fact_charge WHERE charge_date = '2026-03-02'"},
        std::pair{"a line's version counts its restatements and reappearances",
                  "UPDATE wh.fact_charge SET version = 2 WHERE charge_date = '2026-03-01'"},
        std::pair{"a line vanishes and reappears in turn, and keeps the time of its first load",
                  "UPDATE wh.fact_charge_change SET op = 'reappear'"},
        std::pair{"the changes of a line known from its first sight on add up to what is live",
                  "UPDATE wh.fact_charge_change SET d_billed_cost = 4"},
        std::pair{"the bill as known now is the star", "UPDATE wh.fact_charge SET loaded_at = now() + "
                                                       "interval '2 days' WHERE charge_date = '2026-03-01'"},
        std::pair{"nothing was known before the first load",
                  "UPDATE wh.fact_charge SET loaded_at = '2026-01-01' WHERE charge_date = '2026-03-01'"},
        std::pair{"a line's key is unique across partitions",
                  "SELECT etl.ensure_month_partitions('wh.fact_charge', '2026-05-01', '2026-05-01'); CREATE "
                  "TABLE twin AS SELECT * FROM wh.fact_charge LIMIT 1; "
                  "UPDATE twin SET charge_date = '2026-05-01', charge_period_start = '2026-05-01', "
                  "charge_period_end = '2026-05-02'; "
                  "INSERT INTO wh.fact_charge SELECT * FROM twin"},
        std::pair{"the ledger counts and sums what the star holds",
                  "UPDATE etl.slice SET loaded_rows = 2, read_rows = 2 WHERE slice_start = '2026-03-01'"},
        std::pair{"the ledger counts and sums what the star holds",
                  "UPDATE wh.fact_charge SET total_amount = 10.000001 WHERE charge_date = '2026-03-01'"},
        std::pair{"every line lies in a slice that was complete",
                  "DELETE FROM etl.slice WHERE slice_start = '2026-03-02'"},
        std::pair{
            "read = loaded + duplicate + quarantined",
            "UPDATE etl.run SET status = 'succeeded', finished_at = now(), rows_in = 3, rows_inserted = 2"},
        std::pair{"slices of a stream do not overlap",
                  "UPDATE etl.slice SET slice_end = '2026-03-03' WHERE slice_start = '2026-03-01'"},
        std::pair{"the watermark is the end of the unbroken run of complete slices",
                  "UPDATE etl.watermark SET complete_through = '2026-03-04'"},
        std::pair{"the watermark is the end of the unbroken run of complete slices",
                  "UPDATE etl.watermark SET complete_through = NULL"},
        std::pair{"the watermark is the end of the unbroken run of complete slices",
                  "DELETE FROM etl.slice WHERE slice_start = '2026-03-01'"},
        std::pair{"no key of a fact is an orphan",
                  "UPDATE wh.fact_charge SET sku_key = 99 WHERE charge_date = '2026-03-01'"},
        std::pair{"no key of a fact is an orphan", "UPDATE wh.fact_charge_change SET service_key = 99"},
        std::pair{"no key of a fact is an orphan", "UPDATE wh.fact_charge SET currency_code = 'ZZZ'"},
        std::pair{"a line's members belong to its source and to each other",
                  "UPDATE wh.fact_charge SET sub_account_version_key = -2 WHERE charge_date = '2026-03-01'"},
        std::pair{"a member's version was seen on every charge date that uses it",
                  "UPDATE wh.dim_sku_version SET last_charge_date = '2026-03-01'"},
        std::pair{"a member's current name is the one it had on the latest charge date on which it had one",
                  "INSERT INTO wh.dim_sub_account (sub_account_key, source_key, sub_account_type, "
                  "sub_account_id, sub_account_name) VALUES (7, -1, 'App', '7', 'old'); "
                  "INSERT INTO wh.dim_sub_account_version VALUES (70, 7, 'old', etl.identity_key('old'), "
                  "'2026-01-01', '2026-01-01'), "
                  "(71, 7, 'new', etl.identity_key('new'), '2026-02-01', '2026-02-01')"},
        std::pair{"every line can be traced to its runs and page",
                  "UPDATE wh.fact_charge SET last_run_id = 99 WHERE charge_date = '2026-03-01'"},
        std::pair{"every line can be traced to its runs and page",
                  "UPDATE wh.fact_charge SET page_id = 99 WHERE charge_date = '2026-03-01'"},
        std::pair{"a stored page is whole", "UPDATE raw.page_body SET body = 'x'"},
        std::pair{"the ledger counts the rejects that it left behind",
                  "UPDATE etl.slice SET quarantined_rows = 1, read_rows = read_rows + 1 WHERE slice_start = "
                  "'2026-03-01'"},
        std::pair{"amounts are numbers",
                  "UPDATE wh.fact_charge SET unit_price = 'NaN' WHERE charge_date = '2026-03-01'"},
        std::pair{"spreading charges over days loses nothing",
                  "UPDATE wh.fact_charge SET source_key = 99 WHERE charge_date = '2026-03-01'"},
        std::pair{"FOCUS shows every charge and its tax once",
                  "DO $$ BEGIN EXECUTE 'CREATE OR REPLACE VIEW wh.charge_line AS ' || "
                  "rtrim(pg_get_viewdef('wh.charge_line'), ';') || "
                  "' WHERE f.charge_date <> ''2026-03-01'' '; END $$"},
        std::pair{
            "FOCUS rows hold what every version asks for, where the vendor does not bill in FOCUS itself",
            "ALTER TABLE wh.dim_sku ALTER pricing_unit DROP NOT NULL; UPDATE wh.dim_sku SET pricing_unit "
            "= NULL; UPDATE wh.fact_charge SET quantity = 1 WHERE charge_date = '2026-03-01'"},
        std::pair{"analysts see each line once", "ALTER TABLE wh.map_cost_center DISABLE TRIGGER USER; "
                                                 "INSERT INTO wh.map_cost_center VALUES (-1, '2026-01-01', "
                                                 "'infinity', 'A'), (-1, '2026-02-01', 'infinity', 'B')"},
        std::pair{
            "no slice stands on control totals that differ, unless a person accepted them",
            "INSERT INTO etl.reconciliation (run_id, stream_id, slice_start, check_name, expected, actual) "
            "SELECT last_run_id, stream_id, slice_start, 'total', 1, 2 FROM etl.slice WHERE slice_start = "
            "'2026-03-01'"},
        std::pair{"what a held read would have removed is known while it is held",
                  "UPDATE etl.slice SET held_lines = 3 WHERE slice_start = '2026-03-01'"},
        std::pair{"no temporary table is left", "CREATE TEMP TABLE left_over (a integer)"}));

} // namespace
} // namespace billhouse
