#pragma once

#include "job/job_definition.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace billhouse {

/// A number written as `style` says, as JSON would write it: "1.234,50" -> "1234.50". Groups are of three
/// digits, and all of them are there or none; no exponent.
/// @returns nullopt where the text is not written so
std::optional<std::string> plain_number(std::string_view text, NumberStyle style);

/// The text with a-z and A-Z in the case wanted; other characters stay as they are.
std::string in_case(std::string_view text, ColumnRule::Case letters);

} // namespace billhouse
