#pragma once

#include "load/slice_loader.hpp"

#include <vector>

namespace billhouse {

/// Stores a slice's rejects verbatim: one seen before only counts up, one that is no longer met in a complete
/// read of its slice is closed as 'replayed'. Writes nothing where the rejects are the same as at the last
/// read. Runs in the caller's transaction.
void store_rejects(PgSession& session, SliceId const& slice, std::int64_t run_id,
                   std::vector<std::int64_t> const& page_ids, std::vector<Reject> const& rejects);

} // namespace billhouse
