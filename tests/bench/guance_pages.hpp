#pragma once

#include <string>

/// Guance-like billing lines of some 650 bytes, a function of day and number alone. The first day is
/// 2026-01-01.
namespace billhouse::bench {

inline constexpr int kPageSize = 1000;

/// "2026-01-01" for 0.
std::string date_of(int day);

/// @param page        1 is the first
/// @param lines       of the whole day
/// @param is_restated  2 % of the lines have other amounts
std::string page_of(int day, int page, int lines, bool is_restated);

} // namespace billhouse::bench
