#include "support/config_folder.hpp"

#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <system_error>

namespace billhouse {

namespace {

namespace fs = std::filesystem;

fs::path new_folder() {
    std::string name = (fs::temp_directory_path() / "billhouse-test-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr)
        throw std::system_error(errno, std::generic_category(), "making a folder like " + name);
    return name;
}

/// A YAML scalar that means exactly this text.
std::string quoted(std::string const& text) {
    std::string quoted = "'";
    for (char const c : text)
        quoted += c == '\'' ? "''" : std::string(1, c);
    return quoted + "'";
}

} // namespace

ConfigFolder::ConfigFolder(fs::path const& source, ConfigChoice const& choice) : path_(new_folder()) {
    fs::create_directory(path_ / "jobs");
    for (auto const& file : fs::directory_iterator(source / "config" / "jobs"))
        if (file.path().extension() == ".yaml")
            fs::copy_file(file.path(), path_ / "jobs" / file.path().filename());
    write_main_file(choice);
    fs::create_directory(credentials());
    fs::permissions(credentials(), fs::perms::owner_all);
    for (auto const& [name, value] : choice.credentials)
        write_credential(name, value);
}

ConfigFolder::~ConfigFolder() {
    std::error_code ignored; // a folder left in /tmp is no reason to lose the test's own verdict
    fs::remove_all(path_, ignored);
}

void ConfigFolder::write(fs::path const& file, std::string const& text) const {
    fs::create_directories((path_ / file).parent_path());
    std::ofstream stream(path_ / file, std::ios::binary | std::ios::trunc);
    stream << text;
    if (!stream.flush()) throw std::runtime_error("writing " + (path_ / file).string());
}

std::string ConfigFolder::read(fs::path const& file) const {
    std::ifstream stream(path_ / file, std::ios::binary);
    if (!stream) throw std::runtime_error("reading " + (path_ / file).string());
    return {std::istreambuf_iterator<char>(stream), {}};
}

void ConfigFolder::remove(fs::path const& file) const {
    fs::remove(path_ / file);
}

void ConfigFolder::keep_jobs(std::set<std::string> const& names) const {
    for (auto const& file : fs::directory_iterator(path_ / "jobs"))
        if (!names.contains(file.path().stem())) fs::remove(file);
}

void ConfigFolder::write_main_file(ConfigChoice const& choice) const {
    std::string text = "version: 1\n";
    if (!choice.connection.empty()) text += "warehouse:\n  connection: " + quoted(choice.connection) + "\n";
    if (!choice.jobs.empty()) text += "jobs:\n";
    for (auto const& [job, settings] : choice.jobs) {
        text += "  " + job + ":\n    settings:\n";
        for (auto const& [name, value] : settings)
            text += "      " + name + ": " + quoted(value) + "\n";
    }
    write("billhouse.yaml", text);
}

void ConfigFolder::write_credential(std::string const& name, std::string const& value) const {
    write(fs::path("credentials") / name, value);
    fs::permissions(credentials() / name, fs::perms::owner_read | fs::perms::owner_write);
}

} // namespace billhouse
