#include "transform/star_mapper.hpp"

#include <algorithm>
#include <iterator>
#include <string>
#include <unordered_set>
#include <utility>

namespace billhouse {

namespace {

using Ids = std::unordered_set<std::string>;

/// Moves out what `is_wanted` says, in order.
template <class Row, class Wanted>
std::vector<Row> take_if(std::vector<Row>& rows, Wanted const& is_wanted) {
    auto const middle =
        std::stable_partition(rows.begin(), rows.end(), [&](Row const& row) { return !is_wanted(row); });
    std::vector<Row> taken(std::make_move_iterator(middle), std::make_move_iterator(rows.end()));
    rows.erase(middle, rows.end());
    return taken;
}

Ids document_ids(ChargeLines const& lines) {
    Ids ids;
    ChargeLine line;
    for (std::size_t place = 0; place < lines.size(); ++place) {
        lines.read(place, line);
        if (!line.document_id.empty()) ids.insert(line.document_id);
    }
    return ids;
}

/// A document whose lines fall into two slices is known to both.
void take_documents(StarRows& rows, StarRows& taken) {
    if (rows.documents.empty()) return;
    auto const inside = document_ids(taken.lines);
    auto const outside = document_ids(rows.lines);
    for (auto const& document : rows.documents)
        if (inside.contains(document.id)) taken.documents.push_back(document);
    std::erase_if(rows.documents, [&](BillingDocument const& document) {
        return inside.contains(document.id) && !outside.contains(document.id);
    });
}

std::int64_t count(StarRows const& rows) {
    return static_cast<std::int64_t>(rows.lines.size() + rows.rejects.size()) + rows.duplicates;
}

} // namespace

StarRows take_window(StarRows& rows, Date from, Date to) {
    auto const is_inside = [&](Date date) { return date >= from && date < to; };
    StarRows taken;
    taken.members = rows.members;
    taken.lines = rows.lines.take(from, to);
    taken.rejects = take_if(rows.rejects, [&](Reject const& reject) {
        return !reject.charge_date || is_inside(*reject.charge_date);
    });
    taken.duplicates = std::exchange(rows.duplicates, 0);
    take_documents(rows, taken);
    taken.read = count(taken);
    rows.read = count(rows);
    return taken;
}

} // namespace billhouse
