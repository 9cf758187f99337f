#pragma once

#include "run/run_context.hpp"
#include "run/stream_load.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace billhouse {

/// What a job came to: its streams and partitions, in order.
struct JobReport {
    std::string job;
    std::vector<StreamReport> streams;
    std::optional<Error> failure; ///< the most serious one, also of what failed before any stream
    FetchCounters fetched{};      ///< of all streams together
};

/// A held slice that a person releases.
struct AcceptedSlice {
    std::string name; ///< "guance", "guance.billing_detail" or "guance.billing_detail[1001]"
    Date from;        ///< first day
    Acceptance acceptance;
};
/// What a person lets through in this run.
struct AcceptedLoads {
    std::vector<AcceptedSlice> slices;
    std::optional<Acceptance> mismatch;
};
/// @throws Error(usage)  one of them is not held; lists those that are
void require_held(RunContext& context, std::vector<AcceptedSlice> const& slices);

/// The nightly load of one job: everything due. Never throws an Error: a job's failure must not keep the next
/// one from being tried.
/// @param until  plan as though today, in the billing zone, were this day at the latest
/// @throws Stopped
JobReport run_nightly(RunContext& context, JobDefinition const& job, std::optional<Date> until,
                      AcceptedLoads const& accepted = {});

/// What a person asks a backfill for.
struct BackfillOrder {
    Date from, to;      ///< `to` exclusive
    bool force = false; ///< complete slices are read again
    std::optional<int>
        workers{}; ///< windows read at the same time; nullopt = the job's http.pace.max_in_flight
};

/// Loads a range of one job, slice by slice, resumable: what is complete is passed over unless forced.
/// @throws Stopped
JobReport run_backfill(RunContext& context, JobDefinition const& job, BackfillOrder const& order,
                       AcceptedLoads const& accepted = {});

/// What run_nightly would read, a list a stream; asks the database, and the vendor for its list of partitions
/// where the job has such a call.
std::vector<std::pair<std::string, std::vector<PlannedSlice>>>
preview_nightly(RunContext& context, JobDefinition const& job, std::optional<Date> until);

// What the ways to load a job share.

/// Today in the billing zone; `until` where that is earlier.
Date today_of(RunContext const& context, JobDefinition const& job, std::optional<Date> until = std::nullopt);

/// The streams and partitions of a job, with what is due of each.
/// @param client  asked for the partitions where the vendor lists them; null = one of its own, if needed
std::vector<StreamTask> nightly_tasks(RunContext& context, JobDefinition const& job,
                                      std::optional<Date> until, VendorClient* client = nullptr);
/// The same for [from, to), complete slices included with `force`.
std::vector<StreamTask> range_tasks(RunContext& context, JobDefinition const& job, Date from, Date to,
                                    bool force, VendorClient* client = nullptr);

/// Does `work` under the job's lock, in a warehouse of this binary's schema version. An Error becomes the
/// report's failure.
JobReport under_job_lock(RunContext& context, JobDefinition const& job, std::string const& trigger,
                         std::function<void(JobReport&)> const& work);

void keep_most_serious(std::optional<Error>& worst, std::optional<Error> const& error);

} // namespace billhouse
