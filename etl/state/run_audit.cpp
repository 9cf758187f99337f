#include "state/run_audit.hpp"

#include "base/failpoint.hpp"
#include "load/session_holder.hpp"
#include "state/host_name.hpp"

#include "state_sql.hpp"

#include <fmt/format.h>
#include <unistd.h>

namespace billhouse {

namespace {

SqlValue value_of(std::optional<Date> date) {
    return date ? SqlValue(to_string(*date)) : SqlValue(std::nullopt);
}

} // namespace

RunTotals& RunTotals::operator+=(RunTotals const& other) {
    slices += other.slices;
    slices_failed += other.slices_failed;
    slices_held += other.slices_held;
    pages += other.pages;
    read += other.read;
    duplicates += other.duplicates;
    quarantined += other.quarantined;
    change += other.change;
    return *this;
}

RunAudit::RunAudit(PgSession& session, std::int32_t stream_id, std::string const& scope,
                   std::string const& trigger, std::optional<Date> from, std::optional<Date> to,
                   std::string const& config_hash) {
    close_dead_runs(session, stream_id, scope);
    auto const rows = session.run(state_sql::run_open,
                                  {stream_id, scope, trigger, value_of(from), value_of(to), config_hash,
                                   BILLHOUSE_VERSION, host_name(), static_cast<std::int32_t>(getpid())});
    id_ = integer(rows[0][0]);
    FAILPOINT("run.opened");
}

void RunAudit::finish(PgSession& session, std::string const& status, RunTotals const& totals,
                      std::optional<ErrorKind> error, std::string const& message) {
    auto const& change = totals.change;
    session.run(state_sql::run_finish,
                {id_, status, error ? SqlValue(name_of(*error)) : SqlValue(std::nullopt),
                 message.empty() ? SqlValue(std::nullopt) : SqlValue(message), totals.slices,
                 totals.slices_failed, totals.slices_held, totals.pages, totals.read, change.inserted,
                 change.late, change.reappeared, change.restated, change.relabelled, change.vanished,
                 change.unchanged, totals.duplicates, totals.quarantined});
    FAILPOINT("run.closed");
}

void close_dead_runs(PgSession& session, std::int32_t stream_id, std::string const& scope) {
    session.run(state_sql::run_abandon, {stream_id, scope});
}

namespace {

std::string lock_name(std::string const& job, std::string const& trigger) {
    return fmt::format("billhouse:{}:{}", job, trigger);
}

/// What a server may need to notice that a session has gone: it looks every 5 s (session_settings.sql).
constexpr auto kPatience = "6s";

bool is_free(PgSession& session, std::string const& name) {
    return session.run(state_sql::job_lock, {name})[0][0] == "t";
}

/// The lock belongs to the session, so it outlives the transaction.
bool becomes_free(PgSession& session, std::string const& name) {
    try {
        session.begin();
        session.run(state_sql::job_lock_patience, {kPatience});
        session.run(state_sql::job_lock_wait, {name});
        session.commit();
        return true;
    } catch (Error const& error) {
        session.rollback();
        if (error.kind() != ErrorKind::try_later) throw;
        return false;
    }
}

} // namespace

void take_job_lock(PgSession& session, std::string const& job, std::string const& trigger) {
    auto const name = lock_name(job, trigger);
    if (is_free(session, name) || becomes_free(session, name)) return;
    auto const holder = session.run(state_sql::job_lock_holder, {name});
    bool const has_just_ended = holder.empty(); // between the two questions: then the lock is free after all
    if (has_just_ended && is_free(session, name)) return;
    throw Error(
        ErrorKind::try_later,
        fmt::format("job {} is already running: {}", job,
                    has_just_ended ? std::string("a session that comes and goes") : name_holder(holder[0])),
        "Wait for it. If that process hangs, end it: its lock goes with its session.");
}

void give_back_job_lock(PgSession& session, std::string const& job, std::string const& trigger) {
    session.run(state_sql::job_unlock, {lock_name(job, trigger)});
}

} // namespace billhouse
