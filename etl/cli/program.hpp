#pragma once

#include "cli/stop_on_signal.hpp"

#include <string>
#include <vector>

namespace billhouse {

/// The whole program: reads the arguments, runs the command, and turns whatever it ends with into an exit
/// code and a last line.
int run_program(std::vector<std::string> const& arguments, StopOnSignal const& signals);

} // namespace billhouse
