#include "run/slice_run.hpp"

#include "base/failpoint.hpp"
#include "base/sha256.hpp"
#include "run/slice_fingerprint.hpp"
#include "state/quarantine.hpp"
#include "state/raw_pages.hpp"
#include "state/watermark.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <random>

namespace billhouse {

namespace {

constexpr int kAttempts = 3;

std::string random_uuid() {
    std::random_device device;
    Uuid uuid;
    for (auto& byte : uuid.bytes)
        byte = static_cast<std::uint8_t>(device());
    uuid.bytes[6] = static_cast<std::uint8_t>((uuid.bytes[6] & 0x0f) | 0x40);
    uuid.bytes[8] = static_cast<std::uint8_t>((uuid.bytes[8] & 0x3f) | 0x80);
    return to_string(uuid);
}

/// Another run closed the slice while this one read it. Trying again with the same read cannot help.
class StaleRead : public Error {
public:
    using Error::Error;
};

/// The vendor's own numbers are others than the star's would be.
class TotalsDiffer : public Error {
public:
    TotalsDiffer(std::string const& mismatch, std::vector<ControlTotal> totals_)
        : Error(ErrorKind::data, "control totals differ, nothing was loaded: " + mismatch,
                "mart.reconciliation has all numbers. Mend the mapping; or, if they may differ: run JOB "
                "--accept-mismatch REASON"),
          totals(std::move(totals_)) {}
    std::vector<ControlTotal> totals;
};

bool worth_another_session(Error const& error) {
    return error.kind() == ErrorKind::unavailable || error.kind() == ErrorKind::try_later;
}

void require_generation(std::optional<LedgerEntry> const& entry, SliceClosing const& closing) {
    auto const now = entry ? entry->generation : 0;
    if (now == closing.read_generation) return;
    throw StaleRead(
        ErrorKind::try_later,
        fmt::format("slice {} was loaded by another run while this one read it, nothing was written",
                    to_string(closing.slice.from)),
        "The next run reads it again.");
}

/// Also where it was loaded in other steps, before the job's window.step was changed.
bool was_ever_complete(Ledger& ledger, SliceId const& slice) {
    return std::ranges::any_of(ledger.entries(slice.from, slice.to), &LedgerEntry::was_complete);
}

bool says_the_same(std::optional<LedgerEntry> const& entry, SliceClosing const& closing) {
    return entry && entry->was_complete && (!entry->held || closing.from_store) &&
           entry->to == closing.slice.to && entry->content_hash == closing.content_hash;
}

SliceChange nothing_changed(SliceClosing const& closing) {
    SliceChange change;
    change.before = change.unchanged = closing.loaded;
    return change;
}

/// The pages' own range: that of the read, which may have been cut into several slices.
SliceId range_of(ReadPages const& pages, SliceId slice) {
    slice.from = pages.from;
    slice.to = pages.to;
    return slice;
}

} // namespace

SliceRun::SliceRun(Warehouse& warehouse, Clock& clock, Log& log, std::stop_token stop, LoadTarget target)
    : warehouse_(warehouse), clock_(clock), log_(log), stop_(std::move(stop)), target_(std::move(target)),
      keys_(target_.registered.source_key) {}

SliceOutcome SliceRun::load(PlannedSlice const& slice, SliceContent const& content) {
    auto closing = closing_of(slice, content);
    for (int attempt = 1;; ++attempt) {
        closing.attempt = random_uuid();
        try {
            return load_once(slice, closing, content);
        } catch (CommitInDoubt const& doubt) {
            log_.warning("commit in doubt, asking the ledger", {{"reason", doubt.what()}});
            warehouse_.drop_session();
            keys_.forget();
            if (auto const committed = outcome_if_committed(closing)) {
                content.pages.stored = content.pages.stored || !committed->held;
                return *committed;
            }
            if (attempt >= kAttempts) throw;
        } catch (StaleRead const&) {
            warehouse_.drop_session();
            throw;
        } catch (TotalsDiffer const& difference) {
            warehouse_.drop_session();
            keys_.forget();
            keep_mismatch(closing, difference.totals);
            throw;
        } catch (Error const& error) {
            warehouse_.drop_session();
            keys_.forget();
            if (!worth_another_session(error) || attempt >= kAttempts) throw;
            pause_after(error, attempt);
        }
    }
}

SliceOutcome SliceRun::apply(PgSession& session, PlannedSlice const& slice, SliceContent const& content) {
    auto closing = closing_of(slice, content);
    closing.attempt = random_uuid();
    return apply(session, slice, closing, content);
}

SliceClosing SliceRun::closing_of(PlannedSlice const& slice, SliceContent const& content) const {
    auto const& rows = content.rows;
    check_rejects(rows);
    SliceClosing closing;
    closing.slice = {target_.registered.stream_id, target_.registered.source_key, target_.scope, slice.from,
                     slice.to};
    closing.run_id = target_.run_id;
    closing.read_generation = content.read_generation;
    closing.content_hash = fingerprint(rows);
    closing.end_proof = content.proof.how;
    closing.read = rows.read;
    closing.loaded = static_cast<std::int64_t>(rows.lines.size());
    closing.duplicates = rows.duplicates;
    closing.quarantined = static_cast<std::int64_t>(rows.rejects.size());
    closing.from_store = target_.from_store;
    return closing;
}

void SliceRun::pause_after(Error const& error, int attempt) {
    log_.warning("loading the slice once more", {{"reason", error.what()}});
    clock_.wait(attempt * std::chrono::milliseconds(500), stop_);
}

SliceOutcome SliceRun::load_once(PlannedSlice const& slice, SliceClosing& closing,
                                 SliceContent const& content) {
    auto& session = warehouse_.session();
    session.begin();
    FAILPOINT("slice.begun");
    auto const outcome = apply(session, slice, closing, content);
    session.commit();
    content.pages.stored = content.pages.stored || !outcome.held;
    return outcome;
}

/// The life of a slice's transaction, from the lock to what is committed.
SliceOutcome SliceRun::apply(PgSession& session, PlannedSlice const& slice, SliceClosing& closing,
                             SliceContent const& content) {
    Watermark watermark(session, target_.registered.stream_id, target_.scope);
    Ledger ledger(session, target_.registered.stream_id, target_.scope);
    SliceOutcome outcome{{}, closing.read, closing.duplicates, closing.quarantined, false, std::nullopt};

    auto const seen = watermark.lock();
    FAILPOINT("watermark.locked");
    auto const entry = ledger.entry(slice.from);
    require_generation(entry, closing);
    auto const same = says_the_same(entry, closing);
    if (!same || !target_.from_store) prepare_pages(session, closing, content.pages);
    FAILPOINT("pages.compared");
    closing.change = same ? nothing_changed(closing) : merge(session, closing, entry, content);
    outcome.change = closing.change;
    outcome.held = closing.change.held;
    if (outcome.held) {
        if (!target_.from_store) ledger.mark_held(closing);
        return outcome;
    }
    check_totals(session, closing, !same || entry->failed, content);
    FAILPOINT("totals.compared");
    if (same && target_.from_store) return outcome;
    record_acceptance(session, closing);
    if (!same) store_rejects(session, closing.slice, closing.run_id, content.pages.ids, content.rows.rejects);
    FAILPOINT("rejects.stored");
    if (!content.pages.stored)
        store_pages(session, range_of(content.pages, closing.slice), closing.run_id, content.pages.ids,
                    content.pages.pages);
    FAILPOINT("pages.stored");
    ledger.close(closing);
    FAILPOINT("ledger.closed");
    outcome.watermark = watermark.advance(seen, target_.today, closing.run_id);
    FAILPOINT("watermark.advanced");
    return outcome;
}

/// Pages whose content the store holds already keep their ids, and are not stored again.
void SliceRun::prepare_pages(PgSession& session, SliceClosing const& closing, ReadPages& pages) const {
    if (!pages.ids.empty()) return;
    pages.ids = find_pages(session, range_of(pages, closing.slice), pages.pages);
    pages.stored = !pages.ids.empty();
    if (!pages.stored) pages.ids = reserve_page_ids(session, pages.pages.size());
}

SliceChange SliceRun::merge(PgSession& session, SliceClosing const& closing,
                            std::optional<LedgerEntry> const& entry, SliceContent const& content) {
    Ledger ledger(session, target_.registered.stream_id, target_.scope);
    auto const is_accepted = entry && entry->held && target_.accepted.slices.contains(closing.slice.from);
    auto const accepted = target_.accepted.rebuild ? std::numeric_limits<std::int64_t>::max()
                          : is_accepted            ? entry->held_lines
                                                   : 0;
    MergeContext const context{.slice = closing.slice,
                               .run_id = closing.run_id,
                               .page_ids = content.pages.ids,
                               .seen_before = was_ever_complete(ledger, closing.slice),
                               .max_vanish_permille = target_.stream.load.max_vanish_permille,
                               .accepted_vanish = accepted};
    return SliceLoader(keys_).merge(session, context, content.rows);
}

/// @param store_all  also the numbers that agree; else only what a person accepted
void SliceRun::check_totals(PgSession& session, SliceClosing const& closing, bool store_all,
                            SliceContent const& content) const {
    if (target_.stream.checks.empty() || target_.from_store) return;
    auto totals = compare_totals(session, target_.stream, closing.slice, content.stated);
    auto const mismatch = describe_mismatch(totals);
    if (mismatch && !target_.accepted.mismatch) throw TotalsDiffer(*mismatch, std::move(totals));
    if (store_all || mismatch) store_totals(session, closing.slice, closing.run_id, totals);
    if (mismatch)
        store_acceptance(session, closing.slice, closing.run_id, "mismatch", *mismatch,
                         *target_.accepted.mismatch);
}

void SliceRun::record_acceptance(PgSession& session, SliceClosing const& closing) const {
    if (!closing.change.accepted) return;
    store_acceptance(session, closing.slice, closing.run_id, "vanish",
                     fmt::format("{} of {} lines vanished", closing.change.vanished, closing.change.before),
                     target_.accepted.rebuild ? *target_.accepted.rebuild
                                              : target_.accepted.slices.at(closing.slice.from));
}

/// The numbers that differ outlive the transaction that they stopped.
void SliceRun::keep_mismatch(SliceClosing const& closing, std::vector<ControlTotal> const& totals) {
    try {
        auto& session = warehouse_.session();
        session.begin();
        store_totals(session, closing.slice, closing.run_id, totals);
        session.commit();
    } catch (Error const& error) {
        warehouse_.drop_session();
        log_.warning("the control totals could not be stored", {{"reason", error.what()}});
    }
}

/// What the attempt came to, where it was committed although nobody said so.
std::optional<SliceOutcome> SliceRun::outcome_if_committed(SliceClosing const& closing) {
    auto& session = warehouse_.session();
    session.begin();
    // The lock waits until the session that lost its answer has ended, one way or the other.
    auto const watermark = Watermark(session, closing.slice.stream_id, closing.slice.scope).lock();
    auto const found = Ledger(session, closing.slice.stream_id, closing.slice.scope).has_attempt(closing);
    session.rollback();
    if (!found) return std::nullopt;
    return SliceOutcome{closing.change,      closing.read,        closing.duplicates,
                        closing.quarantined, closing.change.held, watermark};
}

void SliceRun::check_rejects(StarRows const& rows) const {
    auto const rejects = static_cast<std::int64_t>(rows.rejects.size());
    auto const by_share =
        std::max<std::int64_t>(1, rows.read * target_.stream.load.max_reject_permille / 1000);
    auto const allowed = std::min<std::int64_t>(by_share, target_.stream.load.max_rejects);
    if (rejects <= allowed) return;
    auto const& first = rows.rejects.front();
    throw Error(
        ErrorKind::data,
        fmt::format("{} of {} records cannot become facts, {} are allowed; the first, {}: {}", rejects,
                    rows.read, allowed, first.record_path, first.reason),
        "Mend the mapping, or raise load.max_rejects and load.max_reject_share of the stream; `billhouse "
        "preview` shows records beside star rows.");
}

} // namespace billhouse
