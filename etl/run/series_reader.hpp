#pragma once

#include "base/log.hpp"
#include "run/page_reader.hpp"
#include "state/reconciliation.hpp"
#include "transform/star_rows.hpp"

#include <stop_token>
#include <vector>

namespace billhouse {

/// One complete series of pages: everything that the vendor has for a window and partition, as star rows.
struct SeriesRead {
    StarRows rows;
    std::vector<StoredPage> pages;
    EndProof proof;
    std::vector<StatedTotal> stated;    ///< for the stream's checks
    std::vector<std::int64_t> page_ids; ///< of pages that came from the store; else empty
};

/// Reads a window from its first page to the vendor's own end mark: fetch, decode, map, page by page.
/// A series that contradicts itself (rows moved while it was read) is read once more before it fails.
/// @throws Error, Stopped  and nothing is returned: a series is complete or it does not exist
SeriesRead read_series(SeriesRequest const& request, VendorClient& client, Log& log,
                       std::stop_token const& stop);

} // namespace billhouse
