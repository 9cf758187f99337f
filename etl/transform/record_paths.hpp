#pragma once

#include "decode/json_records.hpp"

#include <string>
#include <vector>

namespace billhouse {

/// Where a record stands in its page, as a JSON pointer (RFC 6901): "/content/17".
void write_record_pointer(RecordView const& record, RecordsSpec::Shape shape, std::string& pointer);

/// What leads from a record to its elements, level by level: "/items/".
std::vector<std::string> element_prefixes(RecordsSpec const& records);

} // namespace billhouse
