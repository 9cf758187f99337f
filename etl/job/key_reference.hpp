#pragma once

#include "job/schema.hpp"

#include <string>
#include <vector>

namespace billhouse {

/// A key as references show it.
struct KeyLine {
    std::string name, words; ///< words: what a value is, with its unit
    std::string fallback, meaning, example;
    bool required = false;
};
/// The keys of one mapping.
struct KeyTable {
    std::string title; ///< "job.http.retry"
    std::vector<KeyLine> keys;
    std::vector<std::string> notes; ///< sentences to stand below
};

/// All keys below `description`, a table a mapping, from the outside in. What is described under a name is
/// told once.
std::vector<KeyTable> key_tables(std::string const& title, ValueDescription const& description);

/// The same as Markdown tables (key, value, default, meaning, example), each under a heading of `level` '#'
/// characters. config/README.md holds this text, and a test compares it.
std::string key_reference(std::string const& title, ValueDescription const& description, int level);

} // namespace billhouse
