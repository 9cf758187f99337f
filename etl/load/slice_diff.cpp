#include "load/slice_diff.hpp"

#include "base/error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <utility>

namespace billhouse {

namespace {

Error broken(ChargeLine const& line, char const* what) {
    return {ErrorKind::bug,
            fmt::format("line {} of {} {}", line.record_path, to_string(line.charge_date), what)};
}

} // namespace

SliceComparison::SliceComparison(ChargeLines const& lines, Date from, Date to)
    : lines_(lines), by_key_(lines.by_key()), met_(lines.size()) {
    for (std::size_t i = 0; i < lines.size(); ++i)
        if (auto const date = lines.head(i).charge_date(); date < from || date >= to)
            throw broken(lines[i], "lies outside its slice");
    auto const twin = std::ranges::adjacent_find(
        by_key_, {}, [&](std::uint32_t place) -> Uuid const& { return lines.head(place).key; });
    if (twin != by_key_.end()) throw broken(lines[*twin], "has the key of another line of its slice");
}

void SliceComparison::meet(StoredKey const& stored, std::int64_t content_hash) {
    auto const key = [&](std::uint32_t place) -> Uuid const& { return lines_.head(place).key; };
    auto const found = std::ranges::lower_bound(by_key_, stored.key, {}, key);
    if (found == by_key_.end() || key(*found) != stored.key ||
        lines_.head(*found).charge_date() != stored.charge_date) {
        diff_.vanished.push_back(stored);
        return;
    }
    met_[*found] = true;
    if (lines_.head(*found).content_hash == content_hash)
        ++diff_.unchanged;
    else
        diff_.changed.push_back(*found);
}

void SliceComparison::note_if_fresh(std::uint32_t place) {
    if (!met_[place]) diff_.fresh.push_back(place);
}

/// New lines go in the order of their keys, for then the primary key grows at its end only; but what lies in
/// a file is read from its beginning to its end.
SliceDiff SliceComparison::finish() {
    if (lines_.in_memory())
        for (auto const place : by_key_)
            note_if_fresh(place);
    else
        for (std::uint32_t place = 0; place < lines_.size(); ++place)
            note_if_fresh(place);
    std::ranges::sort(diff_.changed);
    std::ranges::sort(diff_.vanished, {}, [](StoredKey const& s) { return std::tie(s.charge_date, s.key); });
    return std::move(diff_);
}

} // namespace billhouse
