#include "report/status.hpp"

#include "report_sql.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace billhouse {

namespace {

std::string job_of(std::string const& stream) {
    return stream.substr(0, stream.find('.'));
}

StreamStatus status_of(Rows::Row const& row) {
    auto const text = [&](std::size_t i) { return row.at(i).value_or(""); };
    return {.stream = text(0),
            .partition = text(1),
            .is_scheduled = false,
            .complete_until = row.at(2),
            .due_until = text(3),
            .lag_days = integer(row.at(4)),
            .next_due_at = text(5),
            .is_overdue = text(6) == "t",
            .last_run = text(7),
            .last_run_at = text(8),
            .last_error_code = text(9),
            .last_error = text(10),
            .complete = integer(row.at(11)),
            .failed = integer(row.at(12)),
            .failed_for_now = integer(row.at(13)),
            .held = integer(row.at(14)),
            .gaps = integer(row.at(15)),
            .open_rejects = integer(row.at(17)),
            .first_gap = text(16),
            .money_missing = text(18),
            .waiting = {}};
}

StreamStatus never_run(std::string const& stream) {
    StreamStatus status;
    status.stream = stream;
    status.is_scheduled = true;
    return status;
}

bool passes_by_itself(std::string const& error_code) {
    return error_code == name_of(ErrorKind::unavailable) || error_code == name_of(ErrorKind::try_later);
}

std::string counted(std::int64_t number, std::string_view noun) {
    return fmt::format("{} {}{}", number, noun, number == 1 ? "" : "s");
}

} // namespace

StreamHealth StreamStatus::health() const {
    bool const run_failed = last_run == "failed";
    if (held > 0 || open_rejects > 0 || failed > failed_for_now ||
        (run_failed && !passes_by_itself(last_error_code)))
        return StreamHealth::attention;
    bool const lags = is_scheduled && (last_run.empty() || is_overdue || gaps > 0);
    return lags || failed > 0 || run_failed ? StreamHealth::behind : StreamHealth::ok;
}

std::vector<StreamStatus> read_status(PgSession& session, std::vector<std::string> const& expected,
                                      std::vector<std::string> const& jobs, std::optional<Date> today) {
    std::vector<StreamStatus> streams;
    auto const day = today ? SqlValue(to_string(*today)) : SqlValue(std::nullopt);
    for (auto const& row : session.run(report_sql::stream_status, {day})) {
        auto status = status_of(row);
        status.is_scheduled = std::ranges::find(expected, status.stream) != expected.end();
        if (jobs.empty() || std::ranges::find(jobs, job_of(status.stream)) != jobs.end())
            streams.push_back(std::move(status));
    }
    for (auto const& stream : expected)
        if (std::ranges::find(streams, stream, &StreamStatus::stream) == streams.end())
            streams.push_back(never_run(stream));
    for (auto const& row : session.run(report_sql::waiting_slices))
        for (auto& status : streams)
            if (status.stream == row[0] && status.partition == row[1])
                status.waiting.push_back({row[2].value(), row[3].value(), row[4].value_or("")});
    return streams;
}

int exit_code(std::vector<StreamStatus> const& streams) {
    auto const some = [&](StreamHealth health) {
        return std::ranges::find(streams, health, &StreamStatus::health) != streams.end();
    };
    if (some(StreamHealth::attention)) return static_cast<int>(ErrorKind::data);
    return some(StreamHealth::behind) ? static_cast<int>(ErrorKind::try_later) : 0;
}

std::string problems_of(StreamStatus const& status) {
    if (status.health() == StreamHealth::ok) return "";
    std::vector<std::string> problems;
    if (status.held > 0) problems.push_back(counted(status.held, "window") + " held");
    if (status.failed > 0) problems.push_back(counted(status.failed, "window") + " failed");
    if (status.failed == 0 && status.last_run == "failed") problems.emplace_back("the last run failed");
    if (status.open_rejects > 0)
        problems.push_back(counted(status.open_rejects, "record") + " rejected" +
                           (status.money_missing.empty() ? "" : ", " + status.money_missing + " missing"));
    if (status.gaps > 0)
        problems.push_back(
            fmt::format("{}, the first from {}", counted(status.gaps, "gap"), status.first_gap));
    if (status.last_run.empty()) problems.emplace_back("never loaded");
    if (status.is_overdue) problems.push_back(counted(status.lag_days, "day") + " behind");
    return fmt::format("{}", fmt::join(problems, "; "));
}

std::string next_step(StreamStatus const& status) {
    auto const job = job_of(status.stream);
    if (status.health() == StreamHealth::ok) return "";
    if (status.held > 0) return "compare what is held with the vendor's bill";
    if (status.failed > status.failed_for_now ||
        (status.last_run == "failed" && !passes_by_itself(status.last_error_code)))
        return fmt::format("mend what the error names, then: billhouse run {}", job);
    if (status.open_rejects > 0)
        return fmt::format("see etl.quarantine, mend the mapping, then: billhouse replay {} --rejects", job);
    return fmt::format("billhouse run {}{}", job,
                       status.last_run.empty() ? ""
                                               : " goes on from there; if none comes, look at the timer");
}

} // namespace billhouse
