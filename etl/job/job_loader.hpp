#pragma once

#include "job/job_definition.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace billhouse {

/// A file's name as diagnostics show it ("jobs/guance.yaml"), and its bytes.
struct FileText {
    std::string name;
    std::string text;
};

/// Reads billhouse.yaml (may be absent) and jobs/*.yaml of a folder.
/// @throws Error(config)    with every problem of every file, one a line, "HINT:" lines below
/// @throws Error(local_io)  a file cannot be read
Configuration load_configuration(std::filesystem::path const& folder);

/// The same from texts in memory.
Configuration parse_configuration(std::optional<FileText> const& main_file,
                                  std::vector<FileText> const& job_files);

/// The jobs of these names, or all enabled ones where none is named. A disabled job runs when named.
/// @throws Error(usage)  no such job: names the nearest
std::vector<JobDefinition const*> select_jobs(Configuration const& configuration,
                                              std::vector<std::string> const& names);

} // namespace billhouse
