#include "load/line_merge.hpp"

#include "base/failpoint.hpp"

#include "load_sql.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace billhouse {

namespace {

/// Keys a statement that looks for vanished lines.
constexpr std::size_t kKeysAStatement = 10'000;

Instant to_instant(std::int64_t microseconds) {
    return Instant(std::chrono::microseconds(microseconds));
}

} // namespace

void LineMerge::apply(SliceDiff const& diff, SliceChange& change) {
    recorded_at_ = to_instant(integer(session_.run(load_sql::recorded_at)[0][0]));
    ensure_journal_partition(diff);
    add_new(diff.fresh, change);
    FAILPOINT("lines.added");
    note_vanished(diff.vanished);
    merge_changed(diff.changed, change);
    FAILPOINT("lines.changed");
    record_presence();
    FAILPOINT("journal.written");
    remove_vanished(diff.vanished.size(), change);
    FAILPOINT("lines.removed");
}

std::vector<SqlValue> LineMerge::moment_and_slice() const {
    return {to_string(recorded_at_), to_string(context_.slice.from), to_string(context_.slice.to)};
}

void LineMerge::ensure_partitions(char const* table, Date first, Date last) {
    session_.run(load_sql::ensure_partitions, {table, to_string(first), to_string(last)});
}

void LineMerge::ensure_journal_partition(SliceDiff const& diff) {
    if (!context_.seen_before && diff.changed.empty() && diff.vanished.empty()) return;
    auto const today = std::chrono::floor<std::chrono::days>(recorded_at_);
    ensure_partitions("wh.fact_charge_change", today, today);
}

void LineMerge::ensure_fact_partitions(Places const& fresh) {
    auto const date = [this](std::uint32_t place) { return rows_.lines.head(place).charge_date(); };
    auto const [first, last] = std::ranges::minmax(fresh, {}, date);
    ensure_partitions("wh.fact_charge", date(first), date(last));
}

void LineMerge::add_new(Places const& fresh, SliceChange& change) {
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

LineWriter::Origin LineMerge::first_sight() const {
    return {1, recorded_at_};
}

void LineMerge::take_up_vanished(std::span<std::uint32_t const> fresh,
                                 std::span<LineWriter::Origin> origins) {
    for (std::size_t begin = 0; begin < fresh.size(); begin += kKeysAStatement) {
        auto const count = std::min(kKeysAStatement, fresh.size() - begin);
        for (auto const& row :
             session_.run(load_sql::read_vanished, {key_array(fresh.subspan(begin, count))}))
            origins[begin + static_cast<std::size_t>(integer(row[0])) - 1] = {
                static_cast<std::int32_t>(integer(row[1])) + 1, to_instant(integer(row[2]))};
    }
}

std::string LineMerge::key_array(std::span<std::uint32_t const> lines) const {
    std::string array = "{";
    for (auto const place : lines)
        array.append(array.size() > 1 ? "," : "").append(to_string(rows_.lines.head(place).key));
    return array + "}";
}

void LineMerge::note_new(Places const& fresh, Origins const& origins, SliceChange& change) {
    for (std::size_t i = 0; i < fresh.size(); ++i) {
        auto const& line = rows_.lines.head(fresh[i]);
        bool const back = origins[i].version > 1;
        presence_.push_back({{line.charge_date(), line.key}, back ? "reappear" : "late", 1});
        ++(back ? change.reappeared : change.late);
    }
}

void LineMerge::note_vanished(std::vector<StoredKey> const& vanished) {
    for (auto const& line : vanished)
        presence_.push_back({line, "vanish", -1});
}

void LineMerge::copy_lines(EmbeddedText const& statement, Places const& places, Origins const& origins) {
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

void LineMerge::merge_changed(Places const& changed, SliceChange& change) {
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

void LineMerge::refuse_moved() {
    auto const moved = session_.run(load_sql::find_moved, moment_and_slice());
    if (moved.empty()) return;
    auto const& line = moved[0];
    throw Error(
        ErrorKind::data,
        fmt::format("line {} of {} changed its {} under an unchanged identity", *line[1], *line[0], *line[2]),
        "Add the field to mapping.identity.columns and raise mapping.identity.version.");
}

void LineMerge::record_presence() {
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

void LineMerge::remove_vanished(std::size_t vanished, SliceChange& change) {
    if (vanished == 0) return;
    session_.run(load_sql::nested_loops, {"off"});
    change.vanished = session_.run(load_sql::delete_vanished, moment_and_slice()).affected;
    session_.run(load_sql::nested_loops, {"on"});
    expect(change.vanished, vanished, "removed");
}

void LineMerge::expect(std::int64_t actual, std::size_t expected, char const* what) const {
    if (actual != static_cast<std::int64_t>(expected))
        throw Error(ErrorKind::bug,
                    fmt::format("{} lines were to be {} in the slice from {}, but {} were", expected, what,
                                to_string(context_.slice.from), actual),
                    "Something else writes to wh.fact_charge while a load holds its lock.");
}

} // namespace billhouse
