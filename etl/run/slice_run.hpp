#pragma once

#include "base/clock.hpp"
#include "base/log.hpp"
#include "job/job_definition.hpp"
#include "load/slice_loader.hpp"
#include "run/series_reader.hpp"
#include "run/warehouse.hpp"
#include "run/window_planner.hpp"
#include "state/acceptance.hpp"
#include "state/ledger.hpp"
#include "state/reconciliation.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace billhouse {

/// What a person lets through although a rule stops it.
struct Acceptances {
    std::map<Date, Acceptance> slices;  ///< held slices by first day: they may lose what they were held for
    std::optional<Acceptance> mismatch; ///< of any control total
    std::optional<Acceptance> rebuild;  ///< every line may go, as all come again under other keys
};

/// What a stream and partition is loaded into, the same for all its slices.
struct LoadTarget {
    StreamDefinition const& stream;
    RegisteredStream registered;
    std::string scope;
    std::int64_t run_id = 0;
    Date today; ///< in the billing zone: the watermark never passes it
    Acceptances accepted;
    bool from_store = false; ///< a replay: the vendor is not asked
};

/// The pages of one read. Slices cut from the same read share them: they are stored once, with the first
/// slice that commits, where the store does not hold the same content already.
struct ReadPages {
    std::vector<StoredPage> const& pages;
    Date from, to; ///< what was asked for
    std::vector<std::int64_t> ids;
    bool stored = false;
};

/// A complete read of one slice.
struct SliceContent {
    StarRows const& rows;
    ReadPages& pages;
    EndProof const& proof;
    std::vector<StatedTotal> const& stated;
    std::int64_t read_generation = 0; ///< the ledger's, of this slice before it was read; 0 = no entry
};

struct SliceOutcome {
    SliceChange change;
    std::int64_t read = 0, duplicates = 0, quarantined = 0;
    bool held = false;
    std::optional<Date> watermark; ///< where it moved to
};

/// Loads complete reads into the star: one transaction a slice, that carries data, rejects, pages, control
/// totals, ledger and watermark together.
class SliceRun {
public:
    SliceRun(Warehouse& warehouse, Clock& clock, Log& log, std::stop_token stop, LoadTarget target);

    /// A lost connection or a deadlock is answered by a new session and the whole transaction again, up to 3
    /// times. A commit in doubt is resolved by looking for its attempt in the ledger.
    /// @throws Error(data)  too many rejects, or a control total that does not agree (its numbers are kept);
    ///                      (try_later) another run closed the slice meanwhile
    SliceOutcome load(PlannedSlice const& slice, SliceContent const& content);
    /// All that load() does in its transaction, inside the caller's: what it would come to can be looked at
    /// there, and rolled back.
    SliceOutcome apply(PgSession& session, PlannedSlice const& slice, SliceContent const& content);

private:
    SliceClosing closing_of(PlannedSlice const& slice, SliceContent const& content) const;
    SliceOutcome load_once(PlannedSlice const& slice, SliceClosing& closing, SliceContent const& content);
    SliceOutcome apply(PgSession& session, PlannedSlice const& slice, SliceClosing& closing,
                       SliceContent const& content);
    SliceChange merge(PgSession& session, SliceClosing const& closing,
                      std::optional<LedgerEntry> const& entry, SliceContent const& content);
    void prepare_pages(PgSession& session, SliceClosing const& closing, ReadPages& pages) const;
    void check_totals(PgSession& session, SliceClosing const& closing, bool store_all,
                      SliceContent const& content) const;
    void record_acceptance(PgSession& session, SliceClosing const& closing) const;
    void keep_mismatch(SliceClosing const& closing, std::vector<ControlTotal> const& totals);
    void pause_after(Error const& error, int attempt);
    std::optional<SliceOutcome> outcome_if_committed(SliceClosing const& closing);
    void check_rejects(StarRows const& rows) const;

    Warehouse& warehouse_;
    Clock& clock_;
    Log& log_;
    std::stop_token stop_;
    LoadTarget target_;
    DimensionKeys keys_;
};

} // namespace billhouse
