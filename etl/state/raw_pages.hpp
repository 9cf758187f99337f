#pragma once

#include "fetch/vendor_client.hpp"
#include "load/slice_loader.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace billhouse {

/// What etl.page and raw.page_body keep of a page.
struct StoredPage {
    FetchedPage page;
    std::int64_t page_number = 0;
    std::int64_t records = 0;
    std::optional<std::int64_t> declared_total;
    std::string content_hash; ///< hex
};

/// Page ids for a slice that is about to be merged.
std::vector<std::int64_t> reserve_page_ids(PgSession& session, std::size_t count);

/// Stores a slice's pages, exact bytes included, in the caller's transaction. For changed slices only: an
/// unchanged one has its bytes already.
void store_pages(PgSession& session, SliceId const& slice, std::int64_t run_id,
                 std::vector<std::int64_t> const& ids, std::vector<StoredPage> const& pages);

} // namespace billhouse
