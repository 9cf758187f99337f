#pragma once

#include "fetch/paginator.hpp"

#include <optional>
#include <set>
#include <string>

namespace billhouse {

/// What holds for a series of pages whatever their kind: counts agree, nothing repeats, there is an end.
class SeriesGuard {
public:
    explicit SeriesGuard(Pagination const& pagination) : settings_(pagination) {}

    /// Takes a page into the count.
    /// @throws Error(data)  it repeats the page before, the total is missing, changed or exceeded
    void take(PageFacts const& page);
    /// Before another page is asked for. @throws Error(data)  there were max_pages
    void require_room() const;
    /// Before a cursor or link is followed.
    /// @throws Error(data)  the vendor gave it before: the series would never end
    void require_new(std::string const& next, char const* what);
    /// The series ends here. @param how  the vendor's end mark; empty where it is the total
    /// @throws Error(data)  the total is not met
    EndProof end(std::string how) const;

    std::int64_t pages() const { return pages_; } ///< taken so far
    std::int64_t seen() const { return seen_; }   ///< records
    std::optional<std::int64_t> const& total() const { return total_; }

private:
    void refuse_repetition(PageFacts const& page);
    void check_total(PageFacts const& page);
    [[noreturn]] void refuse_total() const;

    Pagination settings_;
    std::int64_t pages_ = 0;
    std::int64_t seen_ = 0;
    std::optional<std::int64_t> total_;
    std::optional<std::string> last_hash_; ///< of a page with records
    std::set<std::string> followed_;       ///< SHA-256 of cursors and links
};

/// What to do when pages contradict each other.
inline constexpr auto const* kMovedHint =
    "The vendor's data moved while it was read; the next run reads this window again.";

} // namespace billhouse
