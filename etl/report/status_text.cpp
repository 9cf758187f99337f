#include "base/text.hpp"
#include "report/status.hpp"
#include "report/text_table.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace billhouse {

namespace {

constexpr std::size_t kLabelBytes = 120;

std::string label(StreamStatus const& status) {
    return printable(status.partition.empty() ? status.stream
                                              : fmt::format("{}[{}]", status.stream, status.partition),
                     kLabelBytes);
}

std::string_view word(StreamHealth health) {
    return health == StreamHealth::ok ? "ok" : health == StreamHealth::behind ? "behind" : "attention";
}

/// "2026-11-22 04:15" of an instant's text.
std::string minute(std::string const& instant) {
    auto text = instant.empty() ? "-" : instant.substr(0, 16);
    std::ranges::replace(text, 'T', ' ');
    return text;
}

std::vector<std::string> cells_of(StreamStatus const& status) {
    return {label(status),
            std::string(word(status.health())),
            status.complete_until.value_or("none"),
            status.lag_days == 0 ? "-" : fmt::format("{} d", status.lag_days),
            status.last_run.empty() ? "never" : status.last_run,
            minute(status.last_run_at),
            minute(status.next_due_at),
            std::to_string(status.gaps),
            std::to_string(status.failed),
            std::to_string(status.held),
            std::to_string(status.open_rejects),
            status.money_missing.empty() ? "-" : status.money_missing};
}

std::string waiting_text(StreamStatus const& status, WaitingSlice const& slice) {
    auto text = fmt::format("  {} {}: {}\n", slice.from, slice.kind, slice.problem);
    if (slice.kind == "held")
        text += fmt::format("    to load it all the same: billhouse run --accept {}:{} --reason TEXT\n",
                            label(status), slice.from);
    return text;
}

std::string problem_text(StreamStatus const& status) {
    auto text = fmt::format("\n{}: {}\n", label(status), problems_of(status));
    for (auto const& slice : status.waiting)
        text += waiting_text(status, slice);
    if (status.waiting.empty() && !status.last_error.empty())
        text += fmt::format("  {}\n", status.last_error);
    return text + fmt::format("  next: {}\n", next_step(status));
}

std::string verdict(std::vector<StreamStatus> const& streams) {
    auto const count = [&](StreamHealth health) {
        return std::ranges::count(streams, health, &StreamStatus::health);
    };
    auto const attention = count(StreamHealth::attention), behind = count(StreamHealth::behind);
    if (attention + behind == 0) return "\nall is well\n";
    return fmt::format("\nof {} stream{} {} need{} attention, {} {} behind\n", streams.size(),
                       streams.size() == 1 ? "" : "s", attention, attention == 1 ? "s" : "", behind,
                       behind == 1 ? "is" : "are");
}

std::string waiting_json(StreamStatus const& status) {
    std::string json = "[";
    for (auto const& slice : status.waiting)
        json += fmt::format(R"({}{{"slice":{},"kind":{},"problem":{}}})", json.size() > 1 ? "," : "",
                            json_quoted(slice.from), json_quoted(slice.kind), json_quoted(slice.problem));
    return json + "]";
}

std::string or_null(std::string const& text) {
    return text.empty() ? "null" : json_quoted(text);
}

std::string stream_json(StreamStatus const& status) {
    auto const health = status.health();
    return fmt::format(
        R"({{"stream":{},"partition":{},"scheduled":{},"healthy":{},"health":"{}","complete_until":{},)"
        R"("due_until":{},"lag_days":{},"next_due_at":{},"last_run":{},"last_run_at":{},"last_error_code":{},)"
        R"("last_error":{},"complete":{},"failed":{},"held":{},"gaps":{},"open_rejects":{},"money_missing":{},)"
        R"("waiting":{},"problems":{},"next_step":{}}})",
        json_quoted(status.stream), json_quoted(status.partition), status.is_scheduled,
        health == StreamHealth::ok, word(health), or_null(status.complete_until.value_or("")),
        or_null(status.due_until), status.lag_days, or_null(status.next_due_at), json_quoted(status.last_run),
        json_quoted(status.last_run_at), json_quoted(status.last_error_code), json_quoted(status.last_error),
        status.complete, status.failed, status.held, status.gaps, status.open_rejects,
        json_quoted(status.money_missing), waiting_json(status), json_quoted(problems_of(status)),
        json_quoted(next_step(status)));
}

} // namespace

std::string status_table(std::vector<StreamStatus> const& streams) {
    if (streams.empty()) return "no job is enabled and nothing was loaded yet\n";
    std::vector<std::vector<std::string>> lines{{"STREAM", "HEALTH", "COMPLETE UNTIL", "LAG", "LAST RUN",
                                                 "AT (UTC)", "NEXT DUE (UTC)", "GAPS", "FAILED", "HELD",
                                                 "REJECTS", "MONEY MISSING"}};
    for (auto const& status : streams)
        lines.push_back(cells_of(status));
    auto text = text_table(lines, {3, 7, 8, 9, 10});
    for (auto const& status : streams)
        if (status.health() != StreamHealth::ok) text += problem_text(status);
    return text + verdict(streams);
}

std::string status_json(std::vector<StreamStatus> const& streams) {
    std::string json = "[";
    for (auto const& status : streams)
        json += (json.size() > 1 ? "," : "") + stream_json(status);
    return json + "]\n";
}

} // namespace billhouse
