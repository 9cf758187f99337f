#include "base/error.hpp"
#include "job/job_loader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iterator>

/// The thin layer between the configuration folder and texts in memory.
namespace billhouse {

namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t kMaxRead = 1
                                    << 20; ///< above the reader's own limit, so that it can say what is wrong

std::string read_file(fs::path const& path) {
    std::error_code problem;
    auto const size = fs::file_size(path, problem);
    std::ifstream stream(path, std::ios::binary);
    if (problem || !stream)
        throw Error(ErrorKind::local_io, fmt::format("cannot read {}", path.string()),
                    "Check its permissions.");
    std::string text(std::min(size, kMaxRead), '\0');
    stream.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(stream.gcount()));
    return text;
}

/// jobs/*.yaml, sorted. Hidden and editors' backup files are left alone; ".yml" would be missed silently, so
/// it is an error.
std::vector<fs::path> job_paths(fs::path const& folder) {
    std::vector<fs::path> paths;
    std::error_code problem;
    for (fs::directory_iterator each(folder / "jobs", problem), end; !problem && each != end;
         each.increment(problem)) {
        auto const name = each->path().filename().string();
        if (name.starts_with('.')) continue;
        if (name.ends_with(".yml"))
            throw Error(ErrorKind::config, fmt::format("{} does not end in .yaml", each->path().string()),
                        "Rename it.");
        if (name.ends_with(".yaml")) paths.push_back(each->path());
    }
    if (problem || paths.empty())
        throw Error(ErrorKind::config, fmt::format("no job files in {}", (folder / "jobs").string()),
                    "Point --config at the folder that holds billhouse.yaml and jobs/*.yaml.");
    std::sort(paths.begin(), paths.end());
    return paths;
}

} // namespace

Configuration load_configuration(fs::path const& folder) {
    std::optional<FileText> main_file;
    if (auto const path = folder / "billhouse.yaml"; fs::exists(path))
        main_file = FileText{path.string(), read_file(path)};
    std::vector<FileText> jobs;
    for (auto const& path : job_paths(folder))
        jobs.push_back({path.string(), read_file(path)});
    auto configuration = parse_configuration(main_file, jobs);
    configuration.folder = folder;
    return configuration;
}

} // namespace billhouse
