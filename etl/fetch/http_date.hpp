#pragma once

#include "base/clock.hpp"

#include <optional>
#include <string_view>

namespace billhouse {

/// Reads a date as HTTP headers write it, in one of the three forms of RFC 9110 5.6.7:
/// "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT" and "Sun Nov  6 08:49:37 1994".
/// Strict: case, spaces and digits as written there, and the day must exist. The weekday must be a weekday's
/// name but is not held against the date.
/// @param now  decides the century of a two-digit year: one that would lie more than 50 years ahead is a past
/// one
/// @returns nullopt for everything else
std::optional<Instant> parse_http_date(std::string_view text, Instant now);

} // namespace billhouse
