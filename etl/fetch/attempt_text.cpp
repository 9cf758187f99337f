#include "fetch/attempt_text.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace billhouse {

namespace {

constexpr std::size_t kExcerptBytes = 512;

} // namespace

std::string_view without_query(std::string_view url) {
    return url.substr(0, url.find_first_of("?#"));
}

std::string status_text(HttpResponse const& response, std::string_view details) {
    auto excerpt = printable(details, kExcerptBytes);
    if (excerpt.starts_with("HTTP ")) return excerpt;
    return excerpt.empty() ? fmt::format("HTTP {}", response.status)
                           : fmt::format("HTTP {}: {}", response.status, excerpt);
}

std::string trace_text(std::string_view trace_id) {
    return trace_id.empty() ? std::string() : fmt::format(" (trace id {})", printable(trace_id, 128));
}

std::string final_text(HttpResponse const& response, std::string_view details, std::string_view trace_id) {
    auto text = status_text(response, details);
    auto const location = response.header("location");
    if (response.status / 100 == 3 && location) {
        text += fmt::format(", a redirect to {}, which is not followed",
                            printable(without_query(*location), 200));
    }
    return text + trace_text(trace_id);
}

std::string credential_hint(std::vector<AuthRule> const& auth) {
    if (auth.empty()) return "The job sends no credential: its http.auth is empty.";
    std::string names;
    for (auto const& rule : auth)
        names += (names.empty() ? "" : ", ") + rule.secret.name;
    return fmt::format("Check the secret ({}): wrong, expired, or without the right to read billing data.",
                       names);
}

std::string hint_when_exhausted(ErrorKind kind) {
    if (kind == ErrorKind::try_later)
        return "The next run goes on from here; if this is usual, lower the job's http.pace.";
    if (kind == ErrorKind::data)
        return "The vendor's answers break the contract; look at one with 'billhouse preview'.";
    return "The vendor or the way to it is down; the next run goes on from here.";
}

void ReasonTally::add(std::string const& reason) {
    auto const known = std::ranges::find(counts_, reason, &std::pair<std::string, int>::first);
    if (known != counts_.end()) {
        ++known->second;
    } else {
        counts_.emplace_back(reason, 1);
    }
}

std::string ReasonTally::text(int attempts) const {
    if (attempts == 1) return counts_.front().first;
    std::string list;
    for (auto const& [reason, count] : counts_) {
        list += fmt::format("{}{} x {}", list.empty() ? "" : ", ", count, reason);
    }
    return fmt::format("{} attempts: {}", attempts, list);
}

} // namespace billhouse
