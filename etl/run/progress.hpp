#pragma once

#include "base/clock.hpp"
#include "base/log.hpp"
#include "run/slice_run.hpp"

#include <chrono>
#include <cstddef>
#include <string>

namespace billhouse {

/// Tells how a load goes: a log line for each slice that changed something, and on a terminal a moving last
/// line (slices, rows/s, time left). Unchanged slices are told at debug level only: a quiet night stays
/// quiet.
class Progress {
public:
    Progress(Clock& clock, Log& log, std::string stream, std::size_t slices);
    ~Progress();
    Progress(Progress const&) = delete;
    Progress& operator=(Progress const&) = delete;
    /// Logged in the context of run, stream and slice.
    void loaded(SliceOutcome const& outcome);

private:
    void draw();

    Clock& clock_;
    Log& log_;
    std::string stream_;
    std::size_t slices_, done_ = 0;
    std::int64_t rows_ = 0;
    std::chrono::steady_clock::time_point begun_;
};

/// "new 120, restated 2, removed 3": what a change did, or "nothing changed".
std::string describe(SliceChange const& change);

} // namespace billhouse
