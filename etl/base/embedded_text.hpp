#pragma once

#include <string_view>

namespace billhouse {

/// A file that was compiled into the binary (an SQL statement, a migration, a schema), with its file name.
struct EmbeddedText {
    std::string_view name;
    std::string_view text;
};

} // namespace billhouse
