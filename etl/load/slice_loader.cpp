#include "load/slice_loader.hpp"

#include "base/failpoint.hpp"
#include "load/copy_reader.hpp"
#include "load/document_merge.hpp"
#include "load/line_merge.hpp"
#include "load/slice_diff.hpp"

#include "load_sql.hpp"

namespace billhouse {

namespace {

/// @returns how many lines the slice holds
std::int64_t meet_stored(PgSession& session, SliceId const& slice, SliceComparison& comparison) {
    session.run(load_sql::name_slice, {std::to_string(slice.source_key), std::to_string(slice.stream_id),
                                       slice.scope, to_string(slice.from), to_string(slice.to)});
    std::int64_t lines = 0;
    read_copy(session, load_sql::read_slice, [&](CopyRow& row) {
        auto const date = row.date();
        auto const key = row.uuid();
        comparison.meet({date, key}, row.bigint());
        ++lines;
    });
    return lines;
}

bool would_vanish_too_many(MergeContext const& context, SliceDiff const& diff, std::int64_t before) {
    return static_cast<std::int64_t>(diff.vanished.size()) * 1000 > before * context.max_vanish_permille;
}

} // namespace

SliceChange SliceLoader::merge(PgSession& session, MergeContext const& context, StarRows const& rows) {
    auto const& slice = context.slice;
    SliceComparison comparison(rows.lines, slice.from, slice.to);
    SliceChange change;
    change.before = meet_stored(session, slice, comparison);
    auto const diff = comparison.finish();
    change.unchanged = diff.unchanged;
    FAILPOINT("star.compared");
    auto const vanished = static_cast<std::int64_t>(diff.vanished.size());
    auto const too_many = would_vanish_too_many(context, diff, change.before);
    change.accepted = too_many && vanished <= context.accepted_vanish;
    change.held = too_many && !change.accepted;
    if (change.held) {
        change.vanished = vanished;
        return change;
    }
    if (diff.empty() && rows.documents.empty()) return change;

    auto const members = keys_.resolve(session, rows);
    FAILPOINT("dimensions.resolved");
    if (!diff.empty()) LineMerge(session, context, rows, members).apply(diff, change);
    change.documents_changed = merge_documents(session, context, rows, members);
    FAILPOINT("documents.merged");
    return change;
}

SliceChange& SliceChange::operator+=(SliceChange const& other) {
    inserted += other.inserted;
    late += other.late;
    reappeared += other.reappeared;
    restated += other.restated;
    relabelled += other.relabelled;
    vanished += other.vanished;
    unchanged += other.unchanged;
    documents_changed += other.documents_changed;
    before += other.before;
    held = held || other.held;
    accepted = accepted || other.accepted;
    return *this;
}

} // namespace billhouse
