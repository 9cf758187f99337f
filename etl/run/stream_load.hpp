#pragma once

#include "run/run_context.hpp"
#include "run/slice_run.hpp"
#include "state/run_audit.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace billhouse {

/// What a load of one stream and partition came to.
struct StreamReport {
    std::string stream; ///< "guance.billing_detail", with "[1001]" for a partition
    RunTotals totals;
    std::optional<Date> watermark;
    std::optional<Error> failure; ///< the most serious one
    std::int64_t run_id = 0;      ///< of etl.run; 0 = nothing was due
    std::chrono::steady_clock::duration reading{},
        loading{}; ///< from the vendor to star rows; into the warehouse
};

/// Which slices a command reads of a stream: given the ledger's entries from window.earliest on, and the
/// watermark.
using SlicePlan =
    std::function<std::vector<PlannedSlice>(std::vector<LedgerEntry> const&, std::optional<Date>)>;

/// A stream of a job and the partition that is to be loaded.
struct StreamTask {
    JobDefinition const& job;
    StreamDefinition const& stream;
    std::string partition;
    std::string trigger; ///< "run", "backfill" or "replay"
    Date today;          ///< in the billing zone
    SlicePlan plan;
    Acceptances accepted;
    bool from_store = false; ///< pages come from the store: failures are no news of the vendor
    std::int64_t run_id = 0; ///< of etl.run, once it is open: what is logged names it
};

/// Where a task's stream is read from: the vendor, or stored pages.
struct SeriesSource {
    /// Reads [from, to). Called on several threads where `at_once` > 1.
    std::function<SeriesRead(StreamTask const&, Date from, Date to, std::stop_token const&)> read;
    int at_once = 1; ///< windows that may be read at the same time
};

std::string label(StreamTask const& task);

/// Reads and loads every planned slice, oldest first, each in a transaction of its own; the next ones are
/// read meanwhile where the source can do that, which changes nothing else. A slice with wrong
/// data is marked as failed and left behind, so that a single bad day does not hold up the next ones (the
/// watermark stays before it); three of them in a row, or any other failure, end the stream.
/// @throws Stopped  closed slices stay, the run's row says 'aborted'
StreamReport load_stream(RunContext& context, SeriesSource const& source, StreamTask const& task);

/// The slices that load_stream would read now. Asks the database, not the vendor; writes nothing.
std::vector<PlannedSlice> planned_slices(RunContext& context, StreamTask const& task);

/// The ledger's entries that a plan is made from: all from window.earliest on.
std::vector<LedgerEntry> all_entries(PgSession& session, RegisteredStream const& registered,
                                     StreamTask const& task);

} // namespace billhouse
