#pragma once

#include "e2e/billhouse_run.hpp"
#include "support/postgres_proxy.hpp"

#include <gmock/gmock.h>

namespace billhouse {

/// Two days of Guance, loaded over a link that a test breaks. What must come out of it is what an undisturbed
/// load of the same vendor leaves.
class DatabaseNight : public BillhouseRun {
protected:
    using Kind = PostgresFault::Kind;
    using When = PostgresFault::When;

    explicit DatabaseNight(TestDatabase::Content content = TestDatabase::Content::migrated)
        : BillhouseRun(content) {
        limits("lock_timeout: 10s");
    }

    /// Keys of `warehouse` in billhouse.yaml, one a line.
    void limits(std::string const& lines) {
        auto text = config_->read("billhouse.yaml");
        if (main_file_.empty()) main_file_ = text;
        text = main_file_;
        auto const at = text.find("warehouse:\n") + 11;
        config_->write("billhouse.yaml", text.insert(at, "  " + lines + "\n"));
    }
    ProcessResult night_at(std::string const& connection) {
        return billhouse({"--database", connection, "run", "guance", "--until", "2026-01-03"});
    }
    /// Through the proxy, whatever is in wait there.
    ProcessResult night() { return night_at(proxy_.through(database_.connection())); }
    ProcessResult quiet_night() { return night_at(database_.connection()); }

    /// What an undisturbed load leaves, without the number of attempts and moments.
    static std::string state_of(TestDatabase& database) {
        return star_checksum(database) + " journal " +
               database.value("SELECT count(*) FROM wh.fact_charge_change") + " watermark " +
               database.value("SELECT coalesce(max(complete_through)::text, '-') FROM etl.watermark") +
               " ledger " +
               database.value("SELECT string_agg(concat_ws(',', slice_start, status, read_rows, loaded_rows, "
                              "billed_total), ';' ORDER BY slice_start) FROM etl.slice");
    }
    std::string const& undisturbed() {
        if (undisturbed_.empty()) {
            TestDatabase database;
            auto const run = night_at(database.connection());
            if (run.exit_code != 0) throw std::runtime_error(run.err);
            undisturbed_ = state_of(database);
        }
        return undisturbed_;
    }
    /// A killed client's session ends when the server notices.
    static void wait_for_the_last_session(TestDatabase& database) {
        while (database.value(
                   "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
                   "AND application_name LIKE 'billhouse%' AND application_name <> 'billhouse test'") !=
               "0") {
        }
    }
    /// Right after the fault, and after a next night.
    void expect_undisturbed_in_the_end(TestDatabase& database) {
        wait_for_the_last_session(database);
        EXPECT_THAT(broken_invariants(database), testing::IsEmpty());
        auto const next = night_at(database.connection());
        EXPECT_EQ(next.exit_code, 0) << next.err;
        EXPECT_EQ(state_of(database), undisturbed());
        EXPECT_THAT(broken_invariants(database), testing::IsEmpty());
    }
    void expect_undisturbed_in_the_end() { expect_undisturbed_in_the_end(database_); }

    /// Makes the server itself do something, once, when a row passes: for example "RAISE EXCEPTION 'x'".
    /// @param event  "BEFORE INSERT ON wh.fact_charge"; @param nth  the row at which it happens
    static void once(TestDatabase& database, std::string const& event, std::string const& action,
                     int nth = 1) {
        database.execute("CREATE SEQUENCE public.passed; GRANT USAGE ON SEQUENCE public.passed TO PUBLIC;"
                         "CREATE FUNCTION public.act() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF "
                         "nextval('public.passed') = " +
                         std::to_string(nth) + " THEN " + action + "; END IF; RETURN NEW; END $$");
        database.execute("CREATE TRIGGER act " + event + " FOR EACH ROW EXECUTE FUNCTION public.act()");
    }

    PostgresProxy proxy_;

private:
    std::string undisturbed_, main_file_;
};

} // namespace billhouse
