#pragma once

#include "job/job_definition.hpp"
#include "job/schema.hpp"

#include <vector>

namespace billhouse {

/// `checks` of a stream: control totals by name.
Shape<std::vector<ControlCheck>> control_checks();

/// What a stream's checks mean together with its window and mapping.
/// @param node  the stream's
void check_control_checks(StreamDefinition const& stream, YamlNode const& node, Reading& reading);

} // namespace billhouse
