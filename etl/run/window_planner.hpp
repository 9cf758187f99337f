#pragma once

#include "base/date_time.hpp"
#include "job/job_definition.hpp"
#include "state/ledger.hpp"

#include <optional>
#include <vector>

namespace billhouse {

/// A slice to read and load. `ask_to` is where the request's window ends: before `to` while the slice is
/// still open.
struct PlannedSlice {
    Date from, to;
    Date ask_to;
    friend bool operator==(PlannedSlice const&, PlannedSlice const&) = default;
};

/// End (exclusive) of what may be asked for today: `lag_days` before the end of `today`, a day of the billing
/// zone.
Date due_end(WindowSpec const& window, Date today);

/// The slices that touch [from, to), on the grid that starts at window.earliest; none before it, none at or
/// after `end`.
std::vector<PlannedSlice> slices_between(WindowSpec const& window, Date from, Date to, Date end);

/// What the nightly run reads: every slice that is missing, failed, held, still open, or within the lookback.
/// Pure: the same input gives the same plan.
/// @param entries  the ledger's, from window.earliest on
std::vector<PlannedSlice> plan_nightly(WindowSpec const& window, Date today, std::optional<Date> watermark,
                                       std::vector<LedgerEntry> const& entries);

/// What a backfill of [from, to) reads: the slices that are not complete, or all of them with `force`.
std::vector<PlannedSlice> plan_backfill(WindowSpec const& window, Date today, Date from, Date to,
                                        std::vector<LedgerEntry> const& entries, bool force);

} // namespace billhouse
