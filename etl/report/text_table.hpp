#pragma once

#include <set>
#include <string>
#include <vector>

namespace billhouse {

/// Lines of cells as columns of equal width, two spaces apart, without spaces at the ends of lines.
/// @param right  columns whose cells stand to the right: numbers
std::string text_table(std::vector<std::vector<std::string>> const& lines,
                       std::set<std::size_t> const& right = {});

} // namespace billhouse
