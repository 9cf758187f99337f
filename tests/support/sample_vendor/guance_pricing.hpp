#pragma once

#include "support/sample_vendor/guance_model.hpp"

namespace billhouse::vendor {

/// What a workspace uses of an item in a day: its size, growth over the years, weekdays, noise, a rare burst
/// of logs, and now and then nothing at all.
Amount daily_count(std::uint64_t seed, Workspace const& workspace, std::uint32_t item, Date day);
/// The count after `revisions` restatements; each version differs from all before it, short of a count that
/// sank to 0.
Amount restated_count(std::uint64_t seed, GuanceRow const& row, int revisions);
/// Sets list and billed amount and how the bill was settled, from the count and the row's pricing.
void price(GuanceRow& row);

} // namespace billhouse::vendor
