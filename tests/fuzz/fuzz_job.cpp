#include "base/error.hpp"
#include "job/job_loader.hpp"
#include "job/yaml_reader.hpp"

#include "fuzz/input.hpp"
#include "fuzz/targets.hpp"

#include <algorithm>

namespace billhouse {
namespace {

std::size_t values_in(YamlNode const& node) {
    std::size_t count = 1;
    for (auto const& member : node.members)
        count += values_in(member.value);
    for (auto const& element : node.elements)
        count += values_in(element);
    return count;
}

void hold_tree_in_bounds(std::string const& text) {
    Diagnostics diagnostics;
    auto const tree = read_yaml(text, "job.yaml", diagnostics);
    hold(tree.has_value() == diagnostics.empty(), "a tree with problems, or neither");
    if (tree) hold(values_in(*tree) <= 10'000, "more values than allowed");
}

/// "1 job" or the message.
std::string outcome(std::optional<FileText> const& main_file, std::string const& job) {
    try {
        auto const configuration = parse_configuration(main_file, {{"jobs/job.yaml", job}});
        return std::to_string(configuration.jobs.size()) + " job";
    } catch (Error const& error) {
        hold(error.kind() == ErrorKind::config, error.what());
        return error.what();
    }
}

/// Each problem says where: "jobs/job.yaml:LINE:COLUMN: ...".
void hold_places(std::string const& message, std::string const& text) {
    auto const lines = 1 + std::ranges::count(text, '\n') + std::ranges::count(text, '\r');
    constexpr std::string_view kFile = "jobs/job.yaml:";
    for (auto at = message.find(kFile); at != message.npos; at = message.find(kFile, at + 1)) {
        auto const line = std::atol(message.c_str() + at + kFile.size());
        hold(line <= lines, "a problem beyond the file's end: " + message);
    }
}

} // namespace

/// A job file; after a line "%%%" billhouse.yaml.
void fuzz_job(std::uint8_t const* data, std::size_t size) {
    std::string text(reinterpret_cast<char const*>(data), size);
    std::optional<FileText> main_file;
    constexpr std::string_view kDivider = "\n%%%\n";
    if (auto const divider = text.find(kDivider); divider != text.npos) {
        main_file = FileText{"billhouse.yaml", text.substr(divider + kDivider.size())};
        text.erase(divider);
    }
    hold_tree_in_bounds(text);
    auto const first = outcome(main_file, text);
    hold_places(first, text);
    hold(outcome(main_file, text) == first, "read twice, with two results");
}

} // namespace billhouse
