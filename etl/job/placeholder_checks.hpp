#pragma once

#include "job/job_definition.hpp"
#include "job/schema.hpp"

namespace billhouse {

/// Placeholders of a stream's request against its window and pagination.
void check_placeholders(StreamDefinition const& stream, YamlNode const& node, Reading& reading);

} // namespace billhouse
