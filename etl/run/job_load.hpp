#pragma once

#include "run/run_context.hpp"
#include "run/stream_load.hpp"

#include <optional>
#include <string>
#include <vector>

namespace billhouse {

/// What a job came to: its streams and partitions, in order.
struct JobReport {
    std::string job;
    std::vector<StreamReport> streams;
    std::optional<Error> failure; ///< the most serious one, also of what failed before any stream
};

/// The nightly load of one job: everything due. Never throws an Error: a job's failure must not keep the next
/// one from being tried.
/// @param until  plan as though today, in the billing zone, were this day at the latest
/// @throws Stopped
JobReport run_nightly(RunContext& context, JobDefinition const& job, std::optional<Date> until);

/// Loads [from, to) of one job, slice by slice, resumable: what is complete is passed over unless `force`.
/// @throws Stopped
JobReport run_backfill(RunContext& context, JobDefinition const& job, Date from, Date to, bool force);

/// What run_nightly would read, a list a stream; asks the database only.
std::vector<std::pair<std::string, std::vector<PlannedSlice>>>
preview_nightly(RunContext& context, JobDefinition const& job, std::optional<Date> until);

} // namespace billhouse
