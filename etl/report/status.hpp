#pragma once

#include "base/date_time.hpp"
#include "base/error.hpp"
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

enum class StreamHealth {
    ok,
    behind,    ///< the next run may heal it by itself
    attention, ///< a person has to do something
};

/// How a stream and partition stands: what an operator wants to know in ten seconds.
struct StreamStatus {
    std::string stream; ///< "guance.billing_detail"
    std::string partition;
    bool is_scheduled = false; ///< its job is enabled or was asked for by name: it has to keep up
    std::optional<std::string> complete_until; ///< the watermark, exclusive
    std::string due_until;                     ///< where it would stand if all were loaded
    std::int64_t lag_days = 0;                 ///< days between the two
    std::string next_due_at; ///< when the window after the watermark became or becomes due, UTC; may be empty
    bool is_overdue = false; ///< that was before today
    std::string last_run, last_run_at, last_error_code, last_error; ///< empty before the first run
    std::int64_t complete = 0, failed = 0, failed_for_now = 0, held = 0, gaps = 0, open_rejects = 0;
    std::string first_gap;
    std::string money_missing; ///< "12.5 CNY, 3 USD"; empty where nothing is missing or it is not known
    std::vector<WaitingSlice> waiting; ///< the first ten

    /// Failures that pass by themselves (vendor or database out of reach, busy) leave a stream behind; all
    /// others, rejects and held slices need a person. A window counts as overdue from the day after it became
    /// due: the night has a day's time.
    StreamHealth health() const;
};

/// @param expected  streams that have to keep up ("job.stream"), shown also where they never ran
/// @param jobs  names of jobs; empty = all
/// @param today  taken for today in every billing zone; nullopt = the real day
std::vector<StreamStatus> read_status(PgSession& session, std::vector<std::string> const& expected,
                                      std::vector<std::string> const& jobs, std::optional<Date> today);
/// 0; else 65 where a stream needs a person, or 75 where some are only behind.
int exit_code(std::vector<StreamStatus> const& streams);
/// "2 windows failed; 3 records rejected", and what to do about it; both empty for a healthy stream.
std::string problems_of(StreamStatus const& status);
std::string next_step(StreamStatus const& status);

std::string status_table(std::vector<StreamStatus> const& streams);
std::string status_json(std::vector<StreamStatus> const& streams);

} // namespace billhouse
