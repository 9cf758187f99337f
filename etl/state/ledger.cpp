#include "state/ledger.hpp"

#include "state_sql.hpp"

#include <fmt/format.h>

namespace billhouse {

namespace {

LedgerEntry entry_in(Rows::Row const& row) {
    return {.from = calendar_date(row[0]),
            .to = calendar_date(row[1]),
            .status = row[2].value(),
            .was_complete = row[3] == "t",
            .generation = integer(row[4]),
            .content_hash = row[5].value_or(""),
            .held = row[6] == "t",
            .held_lines = integer(row[7]),
            .failed = row[8] == "t"};
}

std::string name_of(SliceId const& slice) {
    return fmt::format("slice {}..{}", to_string(slice.from), to_string(slice.to));
}

Error stale(SliceId const& slice) {
    return {ErrorKind::try_later,
            fmt::format("{} was closed by another run since this one began to read it", name_of(slice)),
            "Nothing was changed. The next run reads it again."};
}

void require_read_equation(SliceClosing const& closing) {
    if (closing.read == closing.loaded + closing.duplicates + closing.quarantined) return;
    throw Error(ErrorKind::bug, fmt::format("{}: read {} is not loaded {} + duplicate {} + quarantined {}",
                                            name_of(closing.slice), closing.read, closing.loaded,
                                            closing.duplicates, closing.quarantined));
}

std::vector<SqlValue> closing_values(SliceClosing const& closing) {
    return {closing.slice.stream_id,
            closing.slice.scope,
            to_string(closing.slice.from),
            to_string(closing.slice.to),
            closing.read_generation,
            closing.attempt,
            closing.end_proof,
            closing.content_hash,
            closing.read,
            closing.loaded,
            closing.duplicates,
            closing.quarantined,
            closing.run_id};
}

/// @returns false where the row does not stand as the caller read it, or the totals must be computed anew
bool close_unchanged(PgSession& session, SliceClosing const& closing) {
    if (closing.change.changed() > 0 || closing.read_generation == 0) return false;
    auto values = closing_values(closing);
    values.emplace_back(closing.from_store);
    return session.run(state_sql::ledger_verify, values).affected == 1;
}

} // namespace

Ledger::Ledger(PgSession& session, std::int32_t stream_id, std::string scope)
    : session_(session), stream_id_(stream_id), scope_(std::move(scope)) {}

std::vector<LedgerEntry> Ledger::entries(Date from, Date to) {
    std::vector<LedgerEntry> entries;
    for (auto const& row :
         session_.run(state_sql::ledger_entries, {stream_id_, scope_, to_string(from), to_string(to)}))
        entries.push_back(entry_in(row));
    return entries;
}

std::optional<LedgerEntry> Ledger::entry(Date from) {
    for (auto const& entry : entries(from, from + std::chrono::days(1)))
        if (entry.from == from) return entry;
    return std::nullopt;
}

void Ledger::make_room(SliceClosing const& closing) {
    std::vector<SqlValue> values{stream_id_, scope_, to_string(closing.slice.from),
                                 to_string(closing.slice.to)};
    auto const others = session_.run(state_sql::ledger_overlaps, values);
    if (others.empty()) return;
    if (others[0][2] != "t") // those that stick out sort first
        throw Error(ErrorKind::config,
                    fmt::format("{} overlaps slice {}..{} of the ledger, which was cut otherwise",
                                name_of(closing.slice), others[0][0].value(), others[0][1].value()),
                    "The job's window.step or window.earliest has changed: choose a step that covers the old "
                    "slices whole.");
    values.emplace_back(closing.run_id);
    session_.run(state_sql::ledger_supersede, values);
}

void Ledger::close(SliceClosing const& closing) {
    require_read_equation(closing);
    make_room(closing);
    if (close_unchanged(session_, closing)) return;
    auto values = closing_values(closing);
    values.emplace_back(closing.change.changed() > 0);
    values.emplace_back(closing.from_store);
    auto const rows = session_.run(state_sql::ledger_close, values);
    if (!rows[0][1]) throw stale(closing.slice);
    if (integer(rows[0][0]) != closing.loaded)
        throw Error(ErrorKind::bug, fmt::format("{}: {} lines were loaded, but the star holds {}",
                                                name_of(closing.slice), closing.loaded, rows[0][0].value()));
}

void Ledger::mark_failed(Date from, Date to, std::int64_t run_id, std::string const& reason) {
    session_.run(state_sql::ledger_fail,
                 {stream_id_, scope_, to_string(from), to_string(to), run_id, reason});
}

void Ledger::mark_held(SliceClosing const& closing) {
    auto const problem =
        fmt::format("{} of {} lines would vanish", closing.change.vanished, closing.change.before);
    auto const written =
        session_.run(state_sql::ledger_hold,
                     {stream_id_, scope_, to_string(closing.slice.from), to_string(closing.slice.to),
                      closing.read_generation, closing.run_id, problem, closing.change.vanished});
    if (written.affected == 0) throw stale(closing.slice);
}

bool Ledger::has_attempt(SliceClosing const& closing) {
    return session_.run(state_sql::ledger_has_attempt,
                        {stream_id_, scope_, to_string(closing.slice.from), closing.attempt, closing.run_id,
                         closing.read_generation})[0][0] == "t";
}

} // namespace billhouse
