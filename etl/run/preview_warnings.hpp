#pragma once

#include "transform/star_rows.hpp"

#include <string>
#include <vector>

namespace billhouse {

/// What the author of a job file should look at, of a page that was mapped: records that are rejected, fields
/// that no column uses, lines that their identity cannot tell apart, currencies that ISO 4217 does not know.
std::vector<std::string> preview_warnings(StarRows const& rows);

} // namespace billhouse
