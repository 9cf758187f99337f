#pragma once

#include <string>

namespace billhouse {

/// Overwrites a text, its unused room included, in a way that no optimizer leaves out, and empties it. For
/// secrets whose holder goes; copies made before are not its business.
void wipe(std::string& text) noexcept;

} // namespace billhouse
