#pragma once

#include "decode/json_tree.hpp"
#include "run/page_reader.hpp"
#include "state/reconciliation.hpp"

#include <stop_token>
#include <vector>

/// The vendor's own numbers about a window, for the stream's checks.
namespace billhouse {

/// Those that stand in a page beside its records; a check without a number there adds none.
std::vector<StatedTotal> totals_in_page(SeriesRequest const& request, JsonTree const& envelope);

/// Takes over what a page states: the first page must have every number, a later one may not contradict it.
/// @throws Error(data)  a number is missing, or the vendor's data moved while it was read
void note_totals(std::vector<StatedTotal>& stated, SeriesRequest const& request,
                 std::vector<StatedTotal> const& in_page, std::int32_t page);

/// Asks the second endpoints that checks name, and adds what they say.
/// @throws Error, Stopped  as VendorClient::fetch does; Error(data) where the number is missing or no number
void ask_totals(SeriesRequest const& request, VendorClient& client, std::stop_token const& stop,
                std::vector<StatedTotal>& stated);

} // namespace billhouse
