#include "report/metrics_file.hpp"

#include "base/error.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>

namespace billhouse {

namespace {

std::string escaped(std::string_view value) {
    std::string out;
    for (char const c : value) {
        if (c == '\\' || c == '"') out += '\\';
        out += c == '\n' ? std::string("\\n") : std::string(1, c);
    }
    return out;
}

} // namespace

void MetricsText::family(std::string_view name, std::string_view help) {
    name_ = name;
    text_ += fmt::format("# HELP {0} {1}\n# TYPE {0} gauge\n", name, help);
}

void MetricsText::sample(std::initializer_list<Label> labels, std::string_view value) {
    std::string list;
    for (auto const& [name, text] : labels)
        list += fmt::format("{}{}=\"{}\"", list.empty() ? "" : ",", name, escaped(text));
    text_ += fmt::format("{}{{{}}} {}\n", name_, list, value);
}

std::filesystem::path metrics_path(std::filesystem::path const& folder, std::string const& job) {
    return folder / fmt::format("billhouse_{}.prom", job);
}

std::optional<std::string> sample_in(std::filesystem::path const& file, std::string_view family) {
    std::ifstream stream(file);
    for (std::string line; std::getline(stream, line);)
        if (line.starts_with(fmt::format("{}{{", family))) return line.substr(line.rfind(' ') + 1);
    return std::nullopt;
}

void replace_metrics(std::filesystem::path const& file, std::string const& text) {
    auto const fail = [&](std::filesystem::path const& path) {
        throw Error(
            ErrorKind::local_io, fmt::format("cannot write {}: {}", path.string(), std::strerror(errno)),
            "metrics.folder must exist, and the user that billhouse runs as must be allowed to write there.");
    };
    // collectors read *.prom only, so nobody takes the unfinished one
    std::filesystem::path const unfinished = file.string() + ".new";
    std::ofstream stream(unfinished, std::ios::binary | std::ios::trunc);
    stream << text;
    stream.close();
    if (!stream || ::chmod(unfinished.c_str(), 0644) != 0) fail(unfinished);
    if (::rename(unfinished.c_str(), file.c_str()) != 0) fail(file);
}

} // namespace billhouse
