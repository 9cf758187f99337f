#pragma once

#include "base/decimal.hpp"
#include "decode/json_tree.hpp"

#include <string>

namespace billhouse {

/// What the elements of an array come to.
struct ArraySum {
    Decimal value;
    std::string problem; ///< empty = none: an element without a number, or digits beyond Decimal's
};

/// Adds the numbers at `of` in each element (empty = the elements themselves); 0 for an empty array.
ArraySum sum_of(JsonTree const& tree, JsonNode const& array, Path const& of);

} // namespace billhouse
