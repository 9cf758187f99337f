#pragma once

#include "load/slice_loader.hpp"

#include "support/test_database.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace billhouse {

/// A bill line in a test's words; what is not said is the same for all.
struct BillLine {
    std::string date;
    std::string sku = "logs";
    std::string billed = "1";
    Text sku_name = "Logs";
    std::string workspace = "ws-1"; ///< '' = the vendor gave none
    Text workspace_name = "Alpha";
    std::string service_name = "Guance";
    Text quantity = std::nullopt;
    std::string currency = "CNY";
    std::string billing_cycle = "Day";
    std::string attributes = "";
    std::string document = "";
    std::string identity = ""; ///< instead of date, workspace, SKU and currency
};

/// What the transform would hand over for these lines, all from one page.
StarRows bill(std::vector<BillLine> const& lines);

/// Two texts make a row's text "a|b"; NULL is empty.
std::vector<std::string> texts(TestDatabase& database, std::string const& sql);

EmbeddedText statement(std::string_view text);

/// A warehouse with one source and stream, and a session to load it with. Each load is a run of its own (1,
/// 2, ...), in a transaction of its own.
class LoadTest : public testing::Test {
protected:
    struct Load {
        std::string from, to;
        std::vector<BillLine> lines;
        std::int64_t accepted_vanish = 0;
    };

    LoadTest();

    /// Merges and commits, writing run, page and ledger as the run stage would.
    SliceChange load(Load const& slice);
    SliceChange load_day(std::string const& day, std::vector<BillLine> const& lines) {
        return load({day, "", lines});
    }
    /// Begins a transaction, merges in it and leaves it open.
    SliceChange merge(Load const& slice, StarRows const& rows);
    /// The transaction of merge() has written nothing so far, not even a temporary table.
    bool wrote_nothing();

    /// "date workspace sku billed version first_run last_run"
    std::vector<std::string> star();
    /// "op date sku version run billed closed changed", oldest first
    std::vector<std::string> journal();
    /// Rules of the warehouse that the loads have broken. Temporary tables, which live as long as the
    /// session, are dropped first.
    std::vector<std::string> breaches();
    std::string now() { return database.value("SELECT clock_timestamp()"); }
    /// "sku billed" of the bill as known at `moment`
    std::vector<std::string> known_at(std::string const& moment);

    TestDatabase database;
    PgSession session{database.settings(), std::nullopt, "load test", {}};
    DimensionKeys keys{1};
    std::int64_t run_id = 0;

private:
    void open_run(Load const& slice);
    void close_slice(Load const& slice);
};

} // namespace billhouse
