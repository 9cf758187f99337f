#pragma once

#include "job/job_definition.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace billhouse {

/// What a paginator needs to know of a decoded page.
struct PageFacts {
    std::size_t records = 0;           ///< received, before any are rejected
    std::optional<std::int64_t> total; ///< what the vendor says there is in all
    std::string content_hash; ///< hex, of the records only: the same twice in a row means that the vendor
                              ///< stands still
    std::optional<std::int64_t> pages{};     ///< what the vendor says there are
    std::optional<std::int64_t> page_size{}; ///< that the vendor says it used
    std::optional<bool> has_more{};          ///< nullopt where the job names no place for it
    std::optional<Scalar> next{}; ///< cursor or link as the vendor wrote it; nullopt: null, absent or empty
    std::string url{};            ///< that the page was asked for with: what a relative link starts from
    bool empty_by_rule = false;   ///< a response rule says so: the marks above were not looked for
};

/// Where to ask next.
struct PageRequest {
    std::int64_t number = 0;
    std::int64_t size = 0;
    std::int64_t offset = 0;
    Scalar cursor{};   ///< null = none
    std::string url{}; ///< instead of the job's own path and query; empty = none
};

/// How it is known that the last page was the last: the ground on which vanished lines may be removed.
struct EndProof {
    std::string how; ///< "total 61 reached", "empty page 4", "single page by contract"
};

/// Walks one series of pages. One object a series: it starts anew for every window.
class Paginator {
public:
    virtual ~Paginator() = default;
    virtual PageRequest first() = 0;
    /// @returns the next request, or nullopt at the end, when proof() tells why it is one
    /// @throws Error(data)  a repeated page, cursor or link, a link to another host, marks that contradict
    ///                      each other, a total that changed or is not met, or more than max_pages
    virtual std::optional<PageRequest> next(PageFacts const& page) = 0;
    virtual EndProof proof() const = 0;
};

std::unique_ptr<Paginator> make_paginator(Pagination const& pagination);

} // namespace billhouse
