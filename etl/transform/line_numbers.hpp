#pragma once

#include "transform/star_rows.hpp"

namespace billhouse {

/// Numbers lines of equal identity 1..n and derives every line's key from identity and number. Vendors
/// without line ids do bill the same thing twice. By content the numbers do not depend on the order of pages
/// and records; by position they follow the order in the document.
/// @param lines  in order of arrival
void number_lines(std::vector<ChargeLine>& lines, bool by_position);

} // namespace billhouse
