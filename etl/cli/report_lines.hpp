#pragma once

#include "base/clock.hpp"
#include "base/log.hpp"
#include "run/job_load.hpp"

#include <chrono>
#include <optional>

namespace billhouse {

/// The lines at the end of a run: one a stream (one a job where nothing changed), and where something failed
/// a last one that says what to do.
class RunSummary {
public:
    RunSummary(Clock& clock, Log& log);
    void add(JobReport const& report);
    /// @returns the exit code: that of the most serious failure, or 0
    int finish();

private:
    void tell(std::string const& name, StreamReport const& stream);

    Clock& clock_;
    Log& log_;
    std::chrono::steady_clock::time_point job_begun_;
    std::optional<Error> worst_;
};

} // namespace billhouse
