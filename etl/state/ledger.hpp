#pragma once

#include "job/job_definition.hpp"
#include "load/pg_session.hpp"
#include "load/slice_loader.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace billhouse {

/// The rows that a source and its streams have in the warehouse; written from configuration, only where they
/// differ.
struct RegisteredStream {
    std::int64_t source_key = 0;
    std::int32_t stream_id = 0;
};
/// @param rebuild  all lines are about to get new keys
/// @throws Error(config)  the identity or the source changed while lines of the old one are loaded: the
/// keys of
///     all lines would change, which is a planned rebuild and not a load. Or another job, as this one was
///     once called, has loaded lines of the source
RegisteredStream register_stream(PgSession& session, JobDefinition const& job, StreamDefinition const& stream,
                                 bool rebuild = false);

/// The rows of a stream that was loaded before; nullopt where the warehouse does not know it yet. Writes
/// nothing.
std::optional<RegisteredStream> find_stream(PgSession& session, JobDefinition const& job,
                                            StreamDefinition const& stream);

/// What the ledger knows of a slice.
struct LedgerEntry {
    Date from, to;
    std::string status; ///< 'complete', 'empty', 'held', 'failed'
    bool was_complete = false;
    std::int64_t generation = 0; ///< +1 at every change of the row: a load that read at an older one is stale
    std::string content_hash;    ///< hex, of the last complete read
    bool held = false;
    std::int64_t held_lines = 0; ///< lines that the held read would have removed
    bool failed = false;         ///< the last read failed; what was complete before stays so
};

/// Result of a complete read, as it goes into etl.slice.
struct SliceClosing {
    SliceId slice;
    std::int64_t run_id = 0;
    std::string attempt; ///< UUID of this attempt: tells after a commit in doubt whether it happened
    std::int64_t read_generation = 0; ///< generation seen before the read; 0 = no row
    std::string content_hash;
    std::string end_proof;
    std::int64_t read = 0, loaded = 0, duplicates = 0,
                 quarantined = 0; ///< read = loaded + duplicates + quarantined
    SliceChange change;
    bool from_store = false; ///< read from stored pages: nothing is said of what the vendor has today
};

/// etl.slice: one row a unit of completeness. Everything runs in the caller's transaction.
class Ledger {
public:
    Ledger(PgSession& session, std::int32_t stream_id, std::string scope);
    /// Entries that touch [from, to), by start.
    std::vector<LedgerEntry> entries(Date from, Date to);
    std::optional<LedgerEntry> entry(Date from);
    /// Writes the closing, with totals per currency computed from the star itself where the slice changed;
    /// there the star must hold as many lines as were loaded. Slices that the new one covers whole (of a
    /// shorter step) leave the ledger.
    /// @throws Error(config)  the slice overlaps another in part: the job's step changed
    /// @throws Error(try_later)  another run closed the slice since it was read (generation moved): nothing
    /// may be committed
    /// @throws Error(bug)        the star's count differs from `loaded`, or the read equation does not hold
    void close(SliceClosing const& closing);
    /// Marks a slice whose read failed, without touching what describes the data in the star.
    void mark_failed(Date from, Date to, std::int64_t run_id, std::string const& reason);
    /// The same for a read that would lose too many lines. Needs slice, run_id, read_generation and change.
    /// @throws Error(try_later)  as close()
    void mark_held(SliceClosing const& closing);
    /// After a commit in doubt: whether that attempt's closing, or its hold, stands.
    bool has_attempt(SliceClosing const& closing);

private:
    void make_room(SliceClosing const& closing);

    PgSession& session_;
    std::int32_t stream_id_;
    std::string scope_;
};

} // namespace billhouse
