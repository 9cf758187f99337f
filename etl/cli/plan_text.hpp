#pragma once

#include "run/load_plan.hpp"

#include <string>
#include <vector>

namespace billhouse {

/// What a load would do, for people.
std::string plan_table(std::vector<StreamPlan> const& plans);
/// The same for programs. Amounts are strings: exact decimals.
std::string plan_json(std::vector<StreamPlan> const& plans);

} // namespace billhouse
