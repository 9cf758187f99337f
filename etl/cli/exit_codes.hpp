#pragma once

#include <span>
#include <string_view>

namespace billhouse {

/// An exit code as README, manual page and alert explain it.
struct ExitCode {
    std::string_view code, meaning, asks; ///< "65"; what has happened; what it asks of the operator
};

/// All that billhouse ends with, ascending.
std::span<ExitCode const> exit_codes();

} // namespace billhouse
