#pragma once

#include "job/job_definition.hpp"
#include "job/schema.hpp"

namespace billhouse {

/// `mapping` of a stream: null tokens, identity, columns and document.
MappingShape<MappingSpec> mapping_shape();

} // namespace billhouse
