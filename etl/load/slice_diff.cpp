#include "load/slice_diff.hpp"

#include "base/error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <unordered_set>

namespace billhouse {

namespace {

Error broken(ChargeLine const& line, char const* what) {
    return {ErrorKind::bug,
            fmt::format("line {} of {} {}", line.record_path, to_string(line.charge_date), what)};
}

} // namespace

SliceDiff compare(std::vector<ChargeLine> const& lines, StoredLines stored, Date from, Date to) {
    SliceDiff diff;
    std::unordered_set<Uuid> keys;
    keys.reserve(lines.size());
    for (std::size_t i = 0; i < lines.size(); ++i) {
        auto const& line = lines[i];
        if (line.charge_date < from || line.charge_date >= to) throw broken(line, "lies outside its slice");
        if (!keys.insert(line.key).second) throw broken(line, "has the key of another line of its slice");
        auto const found = stored.find(line.key);
        if (found == stored.end() || found->second.charge_date != line.charge_date) {
            diff.fresh.push_back(i);
            continue;
        }
        if (found->second.content_hash == line.content_hash)
            ++diff.unchanged;
        else
            diff.changed.push_back(i);
        stored.erase(found);
    }
    diff.vanished.reserve(stored.size());
    for (auto const& [key, line] : stored)
        diff.vanished.push_back({line.charge_date, key});
    std::ranges::sort(diff.vanished, {}, [](StoredKey const& s) { return std::tie(s.charge_date, s.key); });
    return diff;
}

} // namespace billhouse
