#pragma once

#include "job/job_definition.hpp"
#include "job/schema.hpp"

namespace billhouse {

/// The keys of `records`, which fit each other.
MappingShape<RecordsSpec> records_shape();

/// What a format without an envelope cannot have beside it: totals, conditions, document headers.
void check_records_use(StreamDefinition const& stream, YamlNode const& node, Reading& reading);

} // namespace billhouse
