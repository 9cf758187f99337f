#pragma once

#include "job/job_definition.hpp"
#include "job/schema.hpp"

namespace billhouse {

/// streams.NAME.pagination
MappingShape<Pagination> pagination_shape();

} // namespace billhouse
