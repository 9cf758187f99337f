#include "run/request_windows.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace billhouse {

namespace {

using std::chrono::days;
using std::chrono::hours;

constexpr std::size_t kProofsShown = 20;

bool writes_clock_time(Template const& text) {
    return std::ranges::any_of(text.parts, [](TemplatePart const& part) {
        auto const* const placeholder = std::get_if<Placeholder>(&part);
        return placeholder && placeholder->format &&
               placeholder->format->pattern().find("%H") != std::string::npos;
    });
}

bool writes_clock_time(JsonTemplate const& value) {
    return writes_clock_time(value.text) ||
           std::ranges::any_of(value.children,
                               [](JsonTemplate const& child) { return writes_clock_time(child); });
}

bool writes_clock_time(RequestTemplate const& request) {
    auto const in_value = [](auto const& named) { return writes_clock_time(named.second); };
    return writes_clock_time(request.path) || std::ranges::any_of(request.query, in_value) ||
           std::ranges::any_of(request.headers, in_value) ||
           (request.body && writes_clock_time(*request.body)) ||
           (request.json_body && writes_clock_time(*request.json_body));
}

/// Piece starts of one day: when its clock shows 0, N, 2 N ... hours. One that is skipped, as clocks are set
/// forward, falls on the next and gives no piece.
void add_by_clock(std::vector<RequestWindow>& windows, Zone const& zone, Date day, int step) {
    for (int hour = 0; hour < 24; hour += step) {
        auto const from = zone.to_instant(day, hours(hour));
        auto const to =
            hour + step == 24 ? zone.start_of(day + days(1)) : zone.to_instant(day, hours(hour + step));
        if (from < to) windows.push_back({from, to});
    }
}

void add_by_elapsed(std::vector<RequestWindow>& windows, Instant from, Instant to, int step) {
    for (; from < to; from += hours(step))
        windows.push_back({from, std::min<Instant>(from + hours(step), to)});
}

std::vector<RequestWindow> windows_of_hours(StreamDefinition const& stream, Zone const& zone, Date from,
                                            Date to) {
    std::vector<RequestWindow> windows;
    bool const by_clock = writes_clock_time(stream.request);
    for (auto day = from; day < to; day += days(1)) {
        if (by_clock)
            add_by_clock(windows, zone, day, stream.window.request_hours);
        else
            add_by_elapsed(windows, zone.start_of(day), zone.start_of(day + days(1)),
                           stream.window.request_hours);
    }
    return windows;
}

} // namespace

std::vector<RequestWindow> request_windows(StreamDefinition const& stream, Zone const& zone, Date from,
                                           Date to) {
    if (stream.window.request_hours > 0) return windows_of_hours(stream, zone, from, to);
    auto const step = stream.window.request_days > 0 ? days(stream.window.request_days) : to - from;
    std::vector<RequestWindow> windows;
    for (; from < to; from += step)
        windows.push_back({zone.start_of(from), zone.start_of(std::min(from + step, to))});
    return windows;
}

EndProof joined_proof(std::vector<EndProof> const& proofs) {
    if (proofs.size() == 1) return proofs.front();
    std::vector<std::pair<std::string, int>> counts; // in the order of their first appearance
    for (auto const& proof : proofs) {
        auto const known = std::ranges::find(counts, proof.how, &std::pair<std::string, int>::first);
        if (known == counts.end())
            counts.emplace_back(proof.how, 1);
        else
            ++known->second;
    }
    std::string text;
    for (std::size_t i = 0; i < std::min(counts.size(), kProofsShown); ++i)
        text +=
            fmt::format("{}{}{}", i == 0 ? "" : "; ",
                        counts[i].second == 1 ? "" : fmt::format("{} x ", counts[i].second), counts[i].first);
    if (counts.size() > kProofsShown) text += fmt::format("; and {} others", counts.size() - kProofsShown);
    return {fmt::format("{} series: {}", proofs.size(), text)};
}

} // namespace billhouse
