#include "transform/star_mapper.hpp"

#include <algorithm>
#include <iterator>
#include <string_view>
#include <unordered_set>
#include <utility>

namespace billhouse {

namespace {

using Ids = std::unordered_set<std::string_view>;

/// Moves out what `is_wanted` says, in order.
template <class Row, class Wanted>
std::vector<Row> take_if(std::vector<Row>& rows, Wanted const& is_wanted) {
    auto const middle =
        std::stable_partition(rows.begin(), rows.end(), [&](Row const& row) { return !is_wanted(row); });
    std::vector<Row> taken(std::make_move_iterator(middle), std::make_move_iterator(rows.end()));
    rows.erase(middle, rows.end());
    return taken;
}

Ids document_ids(std::vector<ChargeLine> const& lines) {
    Ids ids;
    for (auto const& line : lines)
        if (!line.document_id.empty()) ids.insert(line.document_id);
    return ids;
}

std::int64_t count(StarRows const& rows) {
    return static_cast<std::int64_t>(rows.lines.size() + rows.rejects.size()) + rows.duplicates;
}

} // namespace

StarRows take_window(StarRows& rows, Date from, Date to) {
    auto const is_inside = [&](Date date) { return date >= from && date < to; };
    StarRows taken;
    taken.members = rows.members;
    taken.lines = take_if(rows.lines, [&](ChargeLine const& line) { return is_inside(line.charge_date); });
    taken.rejects = take_if(rows.rejects, [&](Reject const& reject) {
        return !reject.charge_date || is_inside(*reject.charge_date);
    });
    taken.duplicates = std::exchange(rows.duplicates, 0);

    auto const inside = document_ids(taken.lines);
    auto const outside = document_ids(rows.lines);
    for (auto const& document : rows.documents)
        if (inside.contains(document.id)) taken.documents.push_back(document);
    // A document whose lines fall into two slices is known to both.
    std::erase_if(rows.documents, [&](BillingDocument const& document) {
        return inside.contains(document.id) && !outside.contains(document.id);
    });
    taken.read = count(taken);
    rows.read = count(rows);
    return taken;
}

} // namespace billhouse
