#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>

namespace billhouse {

inline std::string file_text(std::filesystem::path const& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) throw std::runtime_error("cannot read " + path.string());
    return {std::istreambuf_iterator<char>(file), {}};
}

/// A file of tests/data.
inline std::string data_file(std::string const& name) {
    return file_text(std::filesystem::path(BILLHOUSE_SOURCE_DIR) / "tests" / "data" / name);
}

/// Where a corpus that is not part of the repository would be: $BILLHOUSE_CORPORA, else ../shared/corpora
/// beside the sources. Tests that need it skip themselves where it is absent.
inline std::filesystem::path corpus_path(std::string const& name) {
    auto const* folder = std::getenv("BILLHOUSE_CORPORA");
    auto const fallback = std::filesystem::path(BILLHOUSE_SOURCE_DIR) / ".." / "shared" / "corpora";
    return (folder != nullptr ? std::filesystem::path(folder) : fallback) / name;
}

} // namespace billhouse
