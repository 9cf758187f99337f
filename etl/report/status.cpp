#include "report/status.hpp"

#include "base/text.hpp"
#include "report/text_table.hpp"

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
            .complete_until = row.at(2),
            .due_until = text(5),
            .last_run = text(6),
            .last_run_at = text(7),
            .last_error = text(8),
            .complete = integer(row.at(9)),
            .failed = integer(row.at(10)),
            .held = integer(row.at(11)),
            .gaps = integer(row.at(12)),
            .open_rejects = integer(row.at(13)),
            .money_missing = text(14),
            .waiting = {}};
}

std::string label(StreamStatus const& status) {
    return status.partition.empty() ? status.stream : fmt::format("{}[{}]", status.stream, status.partition);
}

std::vector<std::string> cells_of(StreamStatus const& status) {
    return {label(status),
            status.complete_until.value_or("none"),
            status.due_until,
            status.last_run.empty() ? "never" : status.last_run,
            status.last_run_at.substr(0, 16),
            std::to_string(status.gaps),
            std::to_string(status.failed),
            std::to_string(status.held),
            std::to_string(status.open_rejects),
            status.money_missing.empty() ? "-" : status.money_missing};
}

std::string waiting_json(StreamStatus const& status) {
    std::string json = "[";
    for (auto const& slice : status.waiting)
        json += fmt::format(R"({}{{"slice":{},"kind":{},"problem":{}}})", json.size() > 1 ? "," : "",
                            json_quoted(slice.from), json_quoted(slice.kind), json_quoted(slice.problem));
    return json + "]";
}

} // namespace

std::vector<StreamStatus> read_status(PgSession& session, std::vector<std::string> const& jobs) {
    std::vector<StreamStatus> streams;
    for (auto const& row : session.run(report_sql::stream_status)) {
        auto status = status_of(row);
        if (jobs.empty() || std::ranges::find(jobs, job_of(status.stream)) != jobs.end())
            streams.push_back(std::move(status));
    }
    for (auto const& row : session.run(report_sql::waiting_slices))
        for (auto& status : streams)
            if (status.stream == row[0] && status.partition == row[1])
                status.waiting.push_back({row[2].value(), row[3].value(), row[4].value_or("")});
    return streams;
}

std::string status_table(std::vector<StreamStatus> const& streams) {
    if (streams.empty()) return "nothing was loaded yet\n";
    std::vector<std::vector<std::string>> lines{{"STREAM", "COMPLETE UNTIL", "DUE UNTIL", "LAST RUN",
                                                 "AT (UTC)", "GAPS", "FAILED", "HELD", "REJECTS",
                                                 "MONEY MISSING"}};
    for (auto const& status : streams)
        lines.push_back(cells_of(status));
    auto table = text_table(lines);
    for (auto const& status : streams)
        if (!status.healthy() && !status.last_error.empty())
            table += fmt::format("\n{}{}\n",
                                 status.last_error.starts_with(status.stream) ? "" : status.stream + ": ",
                                 status.last_error);
    for (auto const& status : streams)
        for (auto const& slice : status.waiting)
            table +=
                fmt::format("\n{} {} from {}: {}\n", label(status), slice.kind, slice.from, slice.problem) +
                (slice.kind == "held" ? fmt::format("  to load it all the same: billhouse run --accept "
                                                    "{}:{} --reason TEXT\n",
                                                    label(status), slice.from)
                                      : "");
    return table;
}

std::string status_json(std::vector<StreamStatus> const& streams) {
    std::string json = "[";
    for (auto const& status : streams) {
        json += fmt::format(
            R"({}{{"stream":{},"partition":{},"complete_until":{},"due_until":{},"last_run":{},"last_run_at":{},)"
            R"("last_error":{},"complete":{},"failed":{},"held":{},"gaps":{},"open_rejects":{},"money_missing":{},"waiting":{},"healthy":{}}})",
            json.size() > 1 ? "," : "", json_quoted(status.stream), json_quoted(status.partition),
            status.complete_until ? json_quoted(*status.complete_until) : "null",
            json_quoted(status.due_until), json_quoted(status.last_run), json_quoted(status.last_run_at),
            json_quoted(status.last_error), status.complete, status.failed, status.held, status.gaps,
            status.open_rejects, json_quoted(status.money_missing), waiting_json(status), status.healthy());
    }
    return json + "]\n";
}

} // namespace billhouse
