#pragma once

#include "job/job_definition.hpp"
#include "job/schema.hpp"

namespace billhouse {

/// A rule against the type of its column: formats where and only where they mean something, constants that
/// the column can hold.
void check_column(StarColumn const& column, ColumnRule const& rule, YamlNode const& node, Reading& reading);

/// Columns that must be there, and an identity that can work.
void check_mapping(MappingSpec& mapping, YamlNode const& node, Reading& reading);

} // namespace billhouse
