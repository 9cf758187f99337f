#pragma once

#include "base/decimal.hpp"
#include "run/job_load.hpp"

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace billhouse {

/// Lines and money of one kind of effect in one currency.
struct PlannedEffect {
    std::int64_t lines = 0;
    Decimal list_cost, billed_cost, total_amount; ///< differences: after - before
};

/// One line that would come, go or change its amount.
struct PlannedDifference {
    std::string op, day, sub_account, sku, currency;
    Decimal before, after, difference; ///< of total_amount
};

/// A slice that a load would not close.
struct PlannedRefusal {
    Date slice;
    Error error;
};

/// What a load of one stream and partition would come to.
struct StreamPlan {
    std::string stream;
    std::int64_t slices = 0, unchanged_slices = 0; ///< read
    std::int64_t unchanged = 0, rejected = 0;      ///< lines
    /// By effect ('insert', 'restate', 'relabel', 'late', 'reappear', 'vanish') and currency.
    std::map<std::pair<std::string, std::string>, PlannedEffect> effects;
    std::vector<PlannedDifference> largest; ///< at most kLargestDifferences, the largest first
    std::vector<PlannedRefusal> refusals;
};
inline constexpr int kLargestDifferences = 20;

/// Fetches and transforms what the tasks would load, loads each slice in a transaction, looks at what that
/// did, and rolls it back: a load right after it does the same, by the same code. Nothing is committed.
/// @throws Error  where not one slice but the vendor or the database fails; Stopped
std::vector<StreamPlan> plan_load(RunContext& context, JobDefinition const& job,
                                  std::vector<StreamTask> const& tasks);

} // namespace billhouse
