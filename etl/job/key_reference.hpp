#pragma once

#include "job/schema.hpp"

#include <string>

namespace billhouse {

/// Reference of all keys below `description` as Markdown tables (key, value, default, meaning, example), one
/// table a mapping, each under a heading of `level` '#' characters. config/README.md holds this text, and a
/// test compares it.
std::string key_reference(std::string const& title, ValueDescription const& description, int level);

} // namespace billhouse
