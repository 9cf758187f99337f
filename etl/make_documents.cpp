#include "cli/completion.hpp"
#include "cli/manual.hpp"

#include <fstream>
#include <string>

/// Writes what is installed beside the binary and made from its own tables, as files of the folder that is
/// named. Part of the build, never installed.
int main(int argc, char** argv) {
    if (argc != 2) return 64;
    std::string const folder = argv[1];
    auto const write = [&](char const* name, std::string const& text) {
        return static_cast<bool>(std::ofstream(folder + '/' + name, std::ios::binary) << text << std::flush);
    };
    bool const written = write("billhouse.1", billhouse::program_manual()) &&
                         write("billhouse-job.5", billhouse::job_manual()) &&
                         write("billhouse.yaml.5", billhouse::main_file_manual()) &&
                         write("billhouse.bash", billhouse::bash_completion()) &&
                         write("_billhouse", billhouse::zsh_completion());
    return written ? 0 : 74;
}
