#pragma once

#include "report/status.hpp"
#include "run/job_load.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace billhouse {

/// One job's load, as its metrics file tells it.
struct JobMetrics {
    JobReport const& report;
    std::optional<std::vector<StreamStatus>>
        standing; ///< of this job; nullopt where the warehouse cannot be asked
    Instant ended;
    std::chrono::steady_clock::duration took{};
    std::string last_success; ///< Unix time as text; empty = never, as far as the file before tells
};

/// Prometheus' text format. Labels are bounded by the configuration: partitions are added up, and at most 20
/// currencies told.
std::string metrics_text(JobMetrics const& metrics);

/// Writes FOLDER/billhouse_JOB.prom at the end of a job. That it cannot be written is told in the log and no
/// failure of the load.
void publish_metrics(RunContext& context, std::filesystem::path const& folder, JobReport const& report,
                     std::chrono::steady_clock::time_point begun);

} // namespace billhouse
