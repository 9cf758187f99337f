#include "load/slice_loader.hpp"

#include "base/failpoint.hpp"
#include "load/copy_reader.hpp"
#include "load/json_rows.hpp"
#include "load/line_writer.hpp"
#include "load/slice_diff.hpp"

#include "load_sql.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <span>

namespace billhouse {

namespace {

/// Keys a statement that looks for vanished lines.
constexpr std::size_t kKeysAStatement = 10'000;

Instant to_instant(std::int64_t microseconds) {
    return Instant(std::chrono::microseconds(microseconds));
}

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

/// Writes one slice's differences. All that it writes shows the same moment.
class Merge {
public:
    Merge(PgSession& session, MergeContext const& context, StarRows const& rows,
          ResolvedMembers const& members)
        : session_(session), context_(context), rows_(rows), members_(members) {}

    void apply(SliceDiff const& diff, SliceChange& change) {
        recorded_at_ = to_instant(integer(session_.run(load_sql::recorded_at)[0][0]));
        ensure_journal_partition(diff);
        add_new(diff.fresh, change);
        FAILPOINT("lines.added");
        note_vanished(diff.vanished);
        bool const joins = !diff.changed.empty() || !presence_.empty();
        if (joins) session_.run(load_sql::nested_loops, {"off"});
        merge_changed(diff.changed, change);
        FAILPOINT("lines.changed");
        record_presence();
        FAILPOINT("journal.written");
        remove_vanished(diff.vanished.size(), change);
        FAILPOINT("lines.removed");
        if (joins) session_.run(load_sql::nested_loops, {"on"});
    }

private:
    using Places = std::vector<std::uint32_t>; ///< of lines
    using Origins = std::vector<LineWriter::Origin>;

    struct Presence {
        StoredKey line;
        std::string_view op;
        std::int32_t sign;
    };

    std::vector<SqlValue> moment_and_slice() const {
        return {to_string(recorded_at_), to_string(context_.slice.from), to_string(context_.slice.to)};
    }

    void ensure_partitions(char const* table, Date first, Date last) {
        session_.run(load_sql::ensure_partitions, {table, to_string(first), to_string(last)});
    }

    void ensure_journal_partition(SliceDiff const& diff) {
        if (!context_.seen_before && diff.changed.empty() && diff.vanished.empty()) return;
        auto const today = std::chrono::floor<std::chrono::days>(recorded_at_);
        ensure_partitions("wh.fact_charge_change", today, today);
    }

    void ensure_fact_partitions(Places const& fresh) {
        auto const date = [this](std::uint32_t place) { return rows_.lines.head(place).charge_date(); };
        auto const [first, last] = std::ranges::minmax(fresh, {}, date);
        ensure_partitions("wh.fact_charge", date(first), date(last));
    }

    void add_new(Places const& fresh, SliceChange& change) {
        if (fresh.empty()) return;
        ensure_fact_partitions(fresh);
        if (!context_.seen_before) {
            copy_lines(load_sql::copy_new_lines, fresh, {});
            change.inserted = static_cast<std::int64_t>(fresh.size());
            return;
        }
        Origins origins(fresh.size(), first_sight());
        take_up_vanished(fresh, origins);
        copy_lines(load_sql::copy_new_lines, fresh, origins);
        note_new(fresh, origins, change);
    }

    LineWriter::Origin first_sight() const { return {1, recorded_at_}; }

    /// A line that comes back goes on where it vanished: its version continues, and it was first known when
    /// it was first loaded.
    void take_up_vanished(std::span<std::uint32_t const> fresh, std::span<LineWriter::Origin> origins) {
        for (std::size_t begin = 0; begin < fresh.size(); begin += kKeysAStatement) {
            auto const count = std::min(kKeysAStatement, fresh.size() - begin);
            for (auto const& row :
                 session_.run(load_sql::read_vanished, {key_array(fresh.subspan(begin, count))}))
                origins[begin + static_cast<std::size_t>(integer(row[0])) - 1] = {
                    static_cast<std::int32_t>(integer(row[1])) + 1, to_instant(integer(row[2]))};
        }
    }

    std::string key_array(std::span<std::uint32_t const> lines) const {
        std::string array = "{";
        for (auto const place : lines)
            array.append(array.size() > 1 ? "," : "").append(to_string(rows_.lines.head(place).key));
        return array + "}";
    }

    void note_new(Places const& fresh, Origins const& origins, SliceChange& change) {
        for (std::size_t i = 0; i < fresh.size(); ++i) {
            auto const& line = rows_.lines.head(fresh[i]);
            bool const back = origins[i].version > 1;
            presence_.push_back({{line.charge_date(), line.key}, back ? "reappear" : "late", 1});
            ++(back ? change.reappeared : change.late);
        }
    }

    void note_vanished(std::vector<StoredKey> const& vanished) {
        for (auto const& line : vanished)
            presence_.push_back({line, "vanish", -1});
    }

    /// @param origins  of each line; empty where all are seen for the first time
    void copy_lines(EmbeddedText const& statement, Places const& places, Origins const& origins) {
        LineWriter writer(session_, statement, context_, rows_, members_, recorded_at_);
        FAILPOINT("copy.begun");
        ChargeLine line;
        for (std::size_t i = 0; i < places.size(); ++i) {
            if (i == places.size() / 2) FAILPOINT("copy.middle");
            rows_.lines.read(places[i], line);
            writer.write(line, origins.empty() ? first_sight() : origins[i]);
        }
        writer.finish();
        FAILPOINT("copy.ended");
    }

    void merge_changed(Places const& changed, SliceChange& change) {
        if (changed.empty()) return;
        session_.run(load_sql::create_staged_lines);
        copy_lines(load_sql::copy_changed_lines, changed, {});
        refuse_moved();
        auto const counts = session_.run(load_sql::merge_changed, moment_and_slice());
        change.restated = integer(counts[0][0]);
        change.relabelled = integer(counts[0][1]);
        auto const same = integer(counts[0][2]);
        change.unchanged += same;
        expect(change.restated + change.relabelled + same, changed.size(), "changed");
    }

    void refuse_moved() {
        auto const moved = session_.run(load_sql::find_moved, moment_and_slice());
        if (moved.empty()) return;
        auto const& line = moved[0];
        throw Error(ErrorKind::data,
                    fmt::format("line {} of {} changed its {} under an unchanged identity", *line[1],
                                *line[0], *line[2]),
                    "Add the field to mapping.identity.columns and raise mapping.identity.version.");
    }

    /// The journal takes what it says of a line from the fact: after new ones are there, before vanished ones
    /// are gone.
    void record_presence() {
        if (presence_.empty()) return;
        session_.run(load_sql::create_staged_presence);
        CopyWriter copy(session_, load_sql::copy_presence, 5);
        for (auto const& [line, op, sign] : presence_) {
            copy.begin_row();
            copy.timestamp(recorded_at_);
            copy.date(line.charge_date);
            copy.uuid(line.key);
            copy.text(op);
            copy.integer(sign);
        }
        copy.finish();
        auto values = moment_and_slice();
        values.emplace_back(context_.run_id);
        expect(session_.run(load_sql::journal_presence, values).affected, presence_.size(), "recorded");
    }

    void remove_vanished(std::size_t vanished, SliceChange& change) {
        if (vanished == 0) return;
        change.vanished = session_.run(load_sql::delete_vanished, moment_and_slice()).affected;
        expect(change.vanished, vanished, "removed");
    }

    /// The caller's lock keeps other loads out of the slice, so every line that was read must still be there.
    void expect(std::int64_t actual, std::size_t expected, char const* what) const {
        if (actual != static_cast<std::int64_t>(expected))
            throw Error(ErrorKind::bug,
                        fmt::format("{} lines were to be {} in the slice from {}, but {} were", expected,
                                    what, to_string(context_.slice.from), actual),
                        "Something else writes to wh.fact_charge while a load holds its lock.");
    }

    PgSession& session_;
    MergeContext const& context_;
    StarRows const& rows_;
    ResolvedMembers const& members_;
    Instant recorded_at_;
    std::vector<Presence> presence_; ///< lines that came late or back, or went
};

void describe(JsonRows& json, BillingDocument const& document, MergeContext const& context,
              StarRows const& rows, ResolvedMembers const& members) {
    auto const amount = [&](char const* name, std::optional<Decimal> const& value) {
        json.raw(name, value ? json_quoted(value->to_string()) : "null");
    };
    auto const instant = [&](char const* name, std::optional<Instant> const& value) {
        json.raw(name, value ? json_quoted(to_string(*value)) : "null");
    };
    json.text("document_id", document.id);
    json.integer("billing_account_key", key_of(members.billing_accounts, document.billing_account));
    json.integer("sub_account_key", key_of(members.sub_accounts, document.sub_account, kNoSubAccount));
    json.text("currency_code", rows.members.currencies.at(static_cast<std::size_t>(document.currency)));
    json.text("period_start", to_string(document.period_start));
    json.text("period_end", to_string(document.period_end));
    amount("price", document.price);
    amount("discount", document.discount);
    amount("amount", document.amount);
    amount("usage_percent", document.usage_percent);
    json.text("limit_status", document.limit_status);
    instant("vendor_created_at", document.vendor_created_at);
    instant("vendor_updated_at", document.vendor_updated_at);
    json.raw("attributes", document.attributes.empty() ? "null" : document.attributes);
    json.integer("line_count", document.line_count);
    json.integer("page_id", context.page_ids.at(static_cast<std::size_t>(document.page)));
}

std::int64_t merge_documents(PgSession& session, MergeContext const& context, StarRows const& rows,
                             ResolvedMembers const& members) {
    if (rows.documents.empty()) return 0;
    JsonRows json;
    for (auto const& document : rows.documents) {
        json.begin_row();
        describe(json, document, context, rows, members);
    }
    return session.run(load_sql::merge_documents, {context.slice.source_key, json.finish(), context.run_id})
        .affected;
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
    if (!diff.empty()) Merge(session, context, rows, members).apply(diff, change);
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
