#pragma once

#include "job/job_definition.hpp"
#include "job/schema.hpp"

namespace billhouse {

/// streams.NAME.response
MappingShape<ResponseSpec> response_shape();

} // namespace billhouse
