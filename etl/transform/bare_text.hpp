#pragma once

#include "base/text.hpp"

#include <string_view>

namespace billhouse {

/// trimmed() for text that seldom has spaces around it.
inline std::string_view bare_text(std::string_view text) {
    // Bytes of characters beyond ASCII are below the space where char is signed; trimmed() leaves them alone.
    bool const may_have_spaces = !text.empty() && (text.front() <= ' ' || text.back() <= ' ');
    return may_have_spaces ? trimmed(text) : text;
}

} // namespace billhouse
