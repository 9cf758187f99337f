#pragma once

#include "job/job_definition.hpp"
#include "job/schema.hpp"

namespace billhouse {

/// `mapping` of a stream: null tokens, identity, columns and document.
MappingShape<MappingSpec> mapping_shape();

/// One way to get a value: a path, or {constant: X}, {partition: true}, {add|subtract|multiply: [source,
/// source]}.
Shape<ValueSource> value_source();

} // namespace billhouse
