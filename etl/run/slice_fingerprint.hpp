#pragma once

#include "transform/star_rows.hpp"

#include <string>

namespace billhouse {

/// SHA-256 (hex) over the content of a slice's rows, whatever their order and paging: equal = the vendor said
/// the same as last time.
std::string fingerprint(StarRows const& rows);

} // namespace billhouse
