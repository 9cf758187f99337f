#pragma once

#include <optional>
#include <string>
#include <string_view>

/// The reference for Decimal: school arithmetic on digit strings, as slow and plain as can be, sharing
/// nothing with the code under test.
namespace billhouse {

struct Plain {
    bool negative = false;
    std::string digits = "0"; ///< most significant first, no leading zeros
    int scale = 0;            ///< digits after the point
};

/// A number as JSON writes it, also with a leading '+' or zeros; nullopt where the text is none. A scale
/// below zero stands for zeros that are too many to write.
std::optional<Plain> plain_parse(std::string_view text);
void tidy(Plain& value);
std::string text_of(Plain const& value);
/// In 38 digits and 100 places.
bool fits(Plain const& value);
Plain plain_sum(Plain a, Plain b);
Plain plain_product(Plain const& a, Plain const& b);
int plain_compare(Plain a, Plain b);

} // namespace billhouse
