#pragma once

#include "base/clock.hpp"
#include "base/log.hpp"
#include "job/job_definition.hpp"
#include "load/slice_loader.hpp"
#include "run/series_reader.hpp"
#include "run/warehouse.hpp"
#include "run/window_planner.hpp"
#include "state/ledger.hpp"

#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace billhouse {

/// What a stream and partition is loaded into, the same for all its slices.
struct LoadTarget {
    RegisteredStream registered;
    std::string scope;
    std::int64_t run_id = 0;
    LoadLimits limits;
    Date today; ///< in the billing zone: the watermark never passes it
};

/// The pages of one read. Slices cut from the same read share them: they are stored once, with the first
/// slice that changes.
struct ReadPages {
    std::vector<StoredPage> const& pages;
    Date from, to; ///< what was asked for
    std::vector<std::int64_t> ids;
    bool stored = false;
};

struct SliceOutcome {
    SliceChange change;
    std::int64_t read = 0, duplicates = 0, quarantined = 0;
    bool held = false;
    std::optional<Date> watermark; ///< where it moved to
};

/// Loads complete reads into the star: one transaction a slice, that carries data, rejects, pages, ledger and
/// watermark together.
class SliceRun {
public:
    SliceRun(Warehouse& warehouse, Clock& clock, Log& log, std::stop_token stop, LoadTarget target);

    /// A lost connection or a deadlock is answered by a new session and the whole transaction again, up to 3
    /// times. A commit in doubt is resolved by looking for its attempt in the ledger.
    /// @param read_generation  the ledger's generation of this slice before it was read; 0 = no entry
    /// @throws Error(data)  too many rejects; (try_later) another run closed the slice meanwhile
    SliceOutcome load(PlannedSlice const& slice, std::int64_t read_generation, StarRows const& rows,
                      ReadPages& pages, EndProof const& proof);

private:
    SliceOutcome load_once(PlannedSlice const& slice, SliceClosing& closing, StarRows const& rows,
                           ReadPages& pages);
    SliceChange merge(PgSession& session, SliceClosing const& closing, bool seen_before, StarRows const& rows,
                      ReadPages& pages);
    void pause_after(Error const& error, int attempt, Date slice);
    bool was_committed(SliceClosing const& closing);
    void check_rejects(StarRows const& rows) const;

    Warehouse& warehouse_;
    Clock& clock_;
    Log& log_;
    std::stop_token stop_;
    LoadTarget target_;
    DimensionKeys keys_;
};

/// SHA-256 (hex) over the content of a slice's rows, whatever their order and paging: equal = the vendor said
/// the same as last time.
std::string fingerprint(StarRows const& rows);

} // namespace billhouse
