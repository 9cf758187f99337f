#pragma once

#include "base/text.hpp"

#include <fmt/format.h>

#include <string>
#include <string_view>

namespace billhouse {

/// trimmed() for text that seldom has spaces around it.
inline std::string_view bare_text(std::string_view text) {
    // Bytes of characters beyond ASCII are below the space where char is signed; trimmed() leaves them alone.
    bool const may_have_spaces = !text.empty() && (text.front() <= ' ' || text.back() <= ' ');
    return may_have_spaces ? trimmed(text) : text;
}

/// A vendor's text as messages show it.
inline std::string in_quotes(std::string_view text) {
    constexpr std::size_t kShownBytes = 80;
    return fmt::format("'{}'", printable(text, kShownBytes));
}

} // namespace billhouse
