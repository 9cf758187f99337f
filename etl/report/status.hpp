#pragma once

#include "load/pg_session.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace billhouse {

/// A slice that is held, or whose last read failed.
struct WaitingSlice {
    std::string from, kind, problem; ///< first day; 'held' or 'failed'; in words
};

/// How a stream and partition stands: what an operator wants to know in ten seconds.
struct StreamStatus {
    std::string stream; ///< "guance.billing_detail"
    std::string partition;
    std::optional<std::string> complete_until;     ///< the watermark, exclusive
    std::string due_until;                         ///< where it would stand if all were loaded
    std::string last_run, last_run_at, last_error; ///< empty before the first run
    std::int64_t complete = 0, failed = 0, held = 0, gaps = 0, open_rejects = 0;
    std::string money_missing; ///< "12.5 CNY, 3 USD"; empty where nothing is missing or it is not known
    std::vector<WaitingSlice> waiting; ///< the first ten

    /// Nothing waits for a person: no failed or held slice, no gap, no open reject.
    bool healthy() const {
        return failed == 0 && held == 0 && gaps == 0 && open_rejects == 0 && last_run != "failed";
    }
};

/// @param jobs  names of jobs; empty = all
std::vector<StreamStatus> read_status(PgSession& session, std::vector<std::string> const& jobs);
std::string status_table(std::vector<StreamStatus> const& streams);
std::string status_json(std::vector<StreamStatus> const& streams);

} // namespace billhouse
