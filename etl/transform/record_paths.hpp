#pragma once

#include "decode/json_records.hpp"

#include <string>
#include <vector>

namespace billhouse {

/// Where a record stands in its page, as a JSON pointer (RFC 6901): "/content/17".
std::string record_pointer(RecordView const& record, RecordsSpec::Shape shape);

/// What leads from a record to its elements, level by level: "/items/".
std::vector<std::string> element_prefixes(RecordsSpec const& records);

} // namespace billhouse
