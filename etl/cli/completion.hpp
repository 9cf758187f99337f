#pragma once

#include <string>

namespace billhouse {

/// What completes billhouse's command line in a shell: commands, options, their words, and the jobs of the
/// configuration folder.
std::string bash_completion();
std::string zsh_completion();

} // namespace billhouse
