#pragma once

#include <string>

namespace billhouse {

/// The manual pages, in man(7)'s macros, from what help, parser and configuration reader know themselves.

/// billhouse(1): commands, options, exit codes.
std::string program_manual();
/// billhouse-job(5): every key of a job file.
std::string job_manual();
/// billhouse.yaml(5): every key of the main file.
std::string main_file_manual();

} // namespace billhouse
