#include "fetch/series_guard.hpp"

#include "base/error.hpp"
#include "base/sha256.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

namespace billhouse {

void SeriesGuard::take(PageFacts const& page) {
    ++pages_;
    refuse_repetition(page);
    check_total(page);
    seen_ += static_cast<std::int64_t>(page.records);
    if (total_ && seen_ > *total_) refuse_total();
}

void SeriesGuard::refuse_repetition(PageFacts const& page) {
    if (page.records > 0 && page.content_hash == last_hash_)
        throw Error(
            ErrorKind::data, fmt::format("the vendor sent page {} again as page {}", pages_ - 1, pages_),
            "Check that the request carries the page's number, offset or cursor as the vendor expects "
            "it.");
    last_hash_.reset();
    if (page.records > 0) last_hash_ = page.content_hash;
}

void SeriesGuard::check_total(PageFacts const& page) {
    if (total_ && page.total && *total_ != *page.total)
        throw Error(ErrorKind::data,
                    fmt::format("the total changed from {} to {} at page {}", *total_, *page.total, pages_),
                    kMovedHint);
    if (page.total) total_ = page.total;
    bool const is_needed = settings_.total && settings_.kind != Pagination::Kind::none && !page.empty_by_rule;
    if (is_needed && !total_)
        throw Error(ErrorKind::data, fmt::format("{} is missing", to_string(*settings_.total)),
                    "Correct `pagination.total` in the job file, or ask the vendor.");
}

void SeriesGuard::require_room() const {
    if (pages_ < settings_.max_pages) return;
    throw Error(ErrorKind::data, fmt::format("no end after {} pages with {} records", pages_, seen_),
                "If there can be so many, raise pagination.max_pages or make the windows smaller.");
}

void SeriesGuard::require_new(std::string const& next, char const* what) {
    if (followed_.insert(to_hex(sha256(next))).second) return;
    throw Error(ErrorKind::data,
                fmt::format("a loop: page {} gives the {} '{}' again", pages_, what, printable(next, 200)),
                "Check that the request carries it as the vendor expects; else ask the vendor.");
}

EndProof SeriesGuard::end(std::string how) const {
    if (!total_) return {std::move(how)};
    if (seen_ != *total_) refuse_total();
    auto const reached = fmt::format("total {} reached", *total_);
    return {how.empty() ? reached : how + ", " + reached};
}

void SeriesGuard::refuse_total() const {
    throw Error(ErrorKind::data, fmt::format("the vendor says {} records in all but sent {}", *total_, seen_),
                settings_.kind == Pagination::Kind::none
                    ? "Give the stream a pagination, or ask for smaller windows."
                    : kMovedHint);
}

} // namespace billhouse
