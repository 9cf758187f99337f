#pragma once

#include "transform/column_value.hpp"

namespace billhouse {

/// Holds a complete line against what the warehouse's constraints accept (and what can be no bill).
/// @returns false and fills `fault` at the first that does not hold
bool passes_checks(LineValues const& values, Fault& fault);

} // namespace billhouse
