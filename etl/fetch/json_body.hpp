#pragma once

#include "fetch/request_template.hpp"

#include <string>

namespace billhouse {

/// The body as JSON. A text that is nothing but {page.number}, {page.size}, {page.offset}, a window as unix
/// or unix_ms, or a cursor that came as a number, becomes a number. A text of nothing but a placeholder that
/// stands for nothing (the cursor of the first page) is left out with its key.
std::string json_body(JsonTemplate const& body, RequestValues const& values);

} // namespace billhouse
