#pragma once

#include "job/schema.hpp"

#include <string>

namespace billhouse {

/// JSON Schema (draft-07) of a file whose root is described: what an editor needs to complete keys, show
/// their meaning and mark errors. Text that is a "{settings.NAME}" placeholder passes wherever a number or
/// word is expected, as it is replaced before the value is checked.
/// @param title  shown by editors: "billhouse job"
/// @param url    the schema's own identifier
std::string json_schema(std::string const& title, std::string const& url,
                        ValueDescription const& description);

} // namespace billhouse
