#pragma once

#include <string>

namespace billhouse {

/// Name of this machine; empty where it has none.
std::string host_name();

} // namespace billhouse
