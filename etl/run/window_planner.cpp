#include "run/window_planner.hpp"

#include <algorithm>
#include <map>

namespace billhouse {

namespace {

Date grid_start(WindowSpec const& window) {
    return window.unit == WindowSpec::Unit::month ? first_of_month(window.earliest) : window.earliest;
}

Date grid_next(WindowSpec const& window, Date from) {
    return window.unit == WindowSpec::Unit::month ? add_months(from, window.count)
                                                  : from + std::chrono::days(window.count);
}

/// Slices that end after this day are read again although they are complete.
Date reread_after(WindowSpec const& window, Date today, Date watermark) {
    auto after = watermark - std::chrono::days(window.lookback_days);
    auto const day = static_cast<unsigned>(std::chrono::year_month_day(today).day());
    if (day <= static_cast<unsigned>(window.previous_month_until_day))
        after = std::min(after, add_months(first_of_month(today), -1));
    return after;
}

bool is_settled(LedgerEntry const& entry) {
    return (entry.status == "complete" || entry.status == "empty") && !entry.held && !entry.failed;
}

} // namespace

Date due_end(WindowSpec const& window, Date today) {
    return today + std::chrono::days(1 - window.lag_days);
}

std::vector<PlannedSlice> slices_between(WindowSpec const& window, Date from, Date to, Date end) {
    std::vector<PlannedSlice> slices;
    for (auto start = grid_start(window); start < std::min(to, end);) {
        auto const next = grid_next(window, start);
        if (next > from) slices.push_back({start, next, std::min(next, end)});
        start = next;
    }
    return slices;
}

std::vector<PlannedSlice> plan_nightly(WindowSpec const& window, Date today, std::optional<Date> watermark,
                                       std::vector<LedgerEntry> const& entries) {
    auto const end = due_end(window, today);
    std::map<Date, LedgerEntry const*> known;
    for (auto const& entry : entries)
        known.emplace(entry.from, &entry);

    auto slices = slices_between(window, window.earliest, end, end);
    if (window.fetch == WindowSpec::Fetch::all)
        return slices; // all is read anyway: every slice is held against it
    auto const again_after = watermark ? reread_after(window, today, *watermark) : window.earliest;
    std::erase_if(slices, [&](PlannedSlice const& slice) {
        auto const entry = known.find(slice.from);
        auto const is_open = slice.to > end;
        return entry != known.end() && is_settled(*entry->second) && !is_open && slice.to <= again_after;
    });
    return slices;
}

std::vector<PlannedSlice> plan_backfill(WindowSpec const& window, Date today, Date from, Date to,
                                        std::vector<LedgerEntry> const& entries, bool force) {
    auto slices = slices_between(window, from, to, due_end(window, today));
    if (force) return slices;
    std::erase_if(slices, [&](PlannedSlice const& slice) {
        return std::ranges::any_of(
            entries, [&](LedgerEntry const& entry) { return entry.from == slice.from && is_settled(entry); });
    });
    return slices;
}

} // namespace billhouse
