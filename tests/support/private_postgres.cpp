#include "support/private_postgres.hpp"

#include "support/process.hpp"

#include <unistd.h>

#include <cctype>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <vector>

namespace billhouse {

namespace {

namespace fs = std::filesystem;

std::string trimmed_file(fs::path const& file) {
    std::ifstream stream(file);
    std::string line;
    std::getline(stream, line);
    return line;
}

/// "pid (name) state parent ...": the name may hold anything but ends at the last parenthesis.
std::optional<std::pair<char, pid_t>> state_and_parent(pid_t process) {
    auto const text = trimmed_file("/proc/" + std::to_string(process) + "/stat");
    auto const name_end = text.rfind(')');
    if (name_end == std::string::npos) return std::nullopt;
    std::istringstream rest(text.substr(name_end + 1));
    char state = 0;
    pid_t parent = 0;
    rest >> state >> parent;
    return std::pair(state, parent);
}

bool runs(pid_t process) {
    auto const known = state_and_parent(process);
    return known && known->first != 'Z';
}

std::vector<pid_t> children_of(pid_t parent) {
    std::vector<pid_t> children;
    for (auto const& entry : fs::directory_iterator("/proc")) {
        auto const name = entry.path().filename().string();
        if (std::isdigit(static_cast<unsigned char>(name[0])) == 0) continue;
        auto const process = static_cast<pid_t>(std::stol(name));
        auto const known = state_and_parent(process);
        if (known && known->second == parent) children.push_back(process);
    }
    return children;
}

} // namespace

PrivatePostgres::PrivatePostgres(std::string const& settings, std::string const& access) {
    std::string name = (fs::temp_directory_path() / "billhouse-cluster-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no folder for a server: " + name);
    folder_ = name;
    script("make_private_postgres \"$1\" durable \"$(postgres_programs)\"");
    std::ofstream(folder_ / "data/postgresql.conf", std::ios::app) << settings << '\n';
    if (!access.empty()) {
        std::ifstream old(folder_ / "data/pg_hba.conf");
        std::stringstream rules;
        rules << access << '\n' << old.rdbuf();
        std::ofstream(folder_ / "data/pg_hba.conf", std::ios::trunc) << rules.str();
    }
    start();
    password_ = trimmed_file(folder_ / "password");
    set_environment("PGHOST", folder_.string());
    set_environment("PGPASSWORD", password_);
}

PrivatePostgres::~PrivatePostgres() {
    for (auto const& [name, value] : environment_) {
        if (value)
            ::setenv(name.c_str(), value->c_str(), 1);
        else
            ::unsetenv(name.c_str());
    }
    try {
        stop();
    } catch (std::exception const&) { // what is left of it goes with its folder
    }
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
}

void PrivatePostgres::start() {
    script("start_private_postgres \"$1\" durable");
    port_ = trimmed_file(folder_ / "port");
    set_environment("PGPORT", port_);
}

void PrivatePostgres::stop() {
    script("stop_private_postgres \"$1\"");
}

void PrivatePostgres::kill() {
    auto const server = static_cast<pid_t>(std::stol(trimmed_file(folder_ / "data/postmaster.pid")));
    ::kill(server, SIGSTOP); // starts no further backend
    auto all = children_of(server);
    all.push_back(server);
    for (auto const process : all)
        ::kill(process, SIGKILL);
    for (auto const process : all)
        while (runs(process))
            ::usleep(1000);
    // A process that nobody has waited for yet still counts as running with pg_ctl.
    fs::remove(folder_ / "data/postmaster.pid");
}

std::string PrivatePostgres::script(std::string const& commands) const {
    auto const result =
        run_process({.binary = "/bin/bash",
                     .arguments = {"-euo", "pipefail", "-c", ". \"$2/scripts/lib/postgres.sh\"; " + commands,
                                   "bash", folder_.string(), BILLHOUSE_SOURCE_DIR},
                     .environment = {},
                     .directory = {}});
    if (result.exit_code != 0) throw std::runtime_error(commands + ": " + result.out + result.err);
    return result.out;
}

void PrivatePostgres::set_environment(std::string const& name, std::string const& value) {
    auto const* old = std::getenv(name.c_str());
    environment_.emplace(name, old ? std::optional<std::string>(old) : std::nullopt);
    ::setenv(name.c_str(), value.c_str(), 1);
}

} // namespace billhouse
