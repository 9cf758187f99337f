#pragma once

#include <string>
#include <string_view>

namespace billhouse {

/// Everything but RFC 3986's unreserved characters (letters, digits, "-._~") as %XX: safe in a query value
/// and in one path segment.
std::string percent_encoded(std::string_view text);

} // namespace billhouse
