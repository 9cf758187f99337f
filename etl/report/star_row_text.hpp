#pragma once

#include "transform/star_rows.hpp"

#include <string>
#include <vector>

namespace billhouse {

/// A star row as "column: value" lines for people; columns without a value are left out.
std::vector<std::string> star_row_text(ChargeLine const& line, DimensionMembers const& members);

} // namespace billhouse
