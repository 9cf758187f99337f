#pragma once

#include <cstddef>
#include <string_view>

namespace billhouse {

/// Columns that a text takes on a terminal: 2 for a Chinese, Japanese or Korean character and most emoji, 0
/// for a combining mark, else 1. Bytes that are no UTF-8 count 1 each.
std::size_t display_width(std::string_view text);

} // namespace billhouse
