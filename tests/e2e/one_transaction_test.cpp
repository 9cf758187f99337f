#include "e2e/billhouse_run.hpp"

#include <gmock/gmock.h>

#include <string>
#include <vector>

namespace billhouse {
namespace {

using ::testing::IsEmpty;

/// Whichever statement of a day's transaction fails, the day leaves nothing: neither in the star nor in
/// journal, ledger, pages or watermark. The parameter is the table that refuses to be written.
class OneTransaction : public BillhouseRun, public ::testing::WithParamInterface<char const*> {
protected:
    /// What a transaction changes, but for the mark that a day has failed.
    std::vector<std::string> state() {
        return rows(
            "SELECT 'star', md5(string_agg(f::text, ';' ORDER BY charge_key)) FROM wh.fact_charge f UNION "
            "ALL "
            "SELECT 'journal', md5(string_agg(j::text, ';' ORDER BY charge_key, recorded_at)) FROM "
            "wh.fact_charge_change j UNION ALL "
            "SELECT 'ledger', string_agg(concat_ws(' ', slice_start, slice_end, loaded_rows, billed_total, "
            "first_complete_at, last_changed_at), ';' ORDER BY slice_start) FROM etl.slice WHERE "
            "first_complete_at "
            "IS NOT NULL UNION ALL "
            "SELECT 'pages', count(*)::text FROM etl.page UNION ALL "
            "SELECT 'watermark', string_agg(complete_through::text, ';') FROM etl.watermark");
    }

    void refuse_writes_to(std::string const& table) {
        database_.execute("CREATE FUNCTION public.refuse() RETURNS trigger LANGUAGE plpgsql AS "
                          "$$ BEGIN RAISE EXCEPTION 'refused by the test'; END $$; "
                          "CREATE TRIGGER refuse BEFORE INSERT OR UPDATE OR DELETE ON " +
                          table + " FOR EACH STATEMENT EXECUTE FUNCTION public.refuse()");
    }
    void accept_writes_to(std::string const& table) {
        database_.execute("DROP TRIGGER refuse ON " + table + "; DROP FUNCTION public.refuse()");
    }
};

TEST_P(OneTransaction, a_day_whose_transaction_fails_leaves_nothing_and_the_next_run_loads_it_whole) {
    ASSERT_EQ(billhouse({"run", "guance", "--until", "2026-01-05"}).exit_code, 0);
    vendor_->restate("guance", "2026-01-02", "2026-01-04", 9);
    vendor_->remove("guance", "2026-01-02", "2026-01-04", 3, 2);
    auto const before = state();

    refuse_writes_to(GetParam());
    auto const refused = billhouse({"run", "guance", "--until", "2026-01-07"});

    EXPECT_NE(refused.exit_code, 0) << refused.err;
    EXPECT_EQ(state(), before);
    EXPECT_THAT(broken_invariants(database_), IsEmpty()) << "right after the failure";

    accept_writes_to(GetParam());
    auto const mended = billhouse({"run", "guance", "--until", "2026-01-07"});
    EXPECT_EQ(mended.exit_code, 0) << mended.err;
    auto const books = vendor_->ledger("guance", "2026-01-01", "2026-01-06")["totals"].elements.at(0);
    EXPECT_EQ(value("SELECT count(*)::text FROM wh.fact_charge"), books["rows"].text);
    EXPECT_EQ(value("SELECT trim_scale(sum(billed_cost))::text FROM wh.fact_charge"), books["billed"].text);
    EXPECT_EQ(value("SELECT complete_through::text FROM etl.watermark"), "2026-01-07");
}

INSTANTIATE_TEST_SUITE_P(WritesTo, OneTransaction,
                         ::testing::Values("wh.fact_charge", "wh.fact_charge_change", "etl.page", "etl.slice",
                                           "etl.watermark"),
                         [](auto const& table) {
                             std::string name = table.param;
                             return name.substr(name.find('.') + 1);
                         });

} // namespace
} // namespace billhouse
