#pragma once

#include "support/sample_vendor/service.hpp"

#include <string>
#include <variant>

namespace billhouse::vendor {

struct Options {
    int port = 0;
    bool with_parent = false; ///< ends when the process that started it ends
    ServiceSettings service;
};

std::string usage();
/// @returns the options, or what is wrong with the command line; "" where help was asked for
std::variant<Options, std::string> read_options(int count, char const* const* arguments);

} // namespace billhouse::vendor
