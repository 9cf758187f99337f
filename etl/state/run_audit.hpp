#pragma once

#include "base/error.hpp"
#include "load/pg_session.hpp"
#include "load/slice_loader.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace billhouse {

/// Sums of a run, as etl.run keeps them and the summary line shows them.
struct RunTotals {
    std::int64_t slices = 0, slices_failed = 0, slices_held = 0, pages = 0, read = 0, duplicates = 0,
                 quarantined = 0;
    SliceChange change;

    RunTotals& operator+=(RunTotals const& other);
};

/// One row of etl.run: a job's stream (and scope) tried once.
class RunAudit {
public:
    /// Opens the row, and closes dead runs before.
    RunAudit(PgSession& session, std::int32_t stream_id, std::string const& scope, std::string const& trigger,
             std::optional<Date> from, std::optional<Date> to, std::string const& config_hash);
    std::int64_t id() const { return id_; }
    /// status: 'succeeded', 'partial', 'held', 'failed', 'aborted'
    void finish(PgSession& session, std::string const& status, RunTotals const& totals,
                std::optional<ErrorKind> error, std::string const& message);

private:
    std::int64_t id_ = 0;
};

/// Marks runs of this stream whose session is gone as 'aborted'.
void close_dead_runs(PgSession& session, std::int32_t stream_id, std::string const& scope);

/// Keeps two runs of the same job and kind apart for their whole time, by a session's advisory lock: a
/// courtesy that saves work; that both cannot commit is guaranteed by the watermark's row lock and the
/// ledger's generation.
/// Waits 6 s for one that is taken: its holder may be gone, and the server may not have noticed yet.
/// @throws Error(try_later)  naming who holds it: application, process, host, since when
void take_job_lock(PgSession& session, std::string const& job, std::string const& trigger);
/// Gives it back at once: a session's end the server may notice late, and the next run would meet the lock.
void give_back_job_lock(PgSession& session, std::string const& job, std::string const& trigger);

} // namespace billhouse
