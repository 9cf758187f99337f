#include "base/error.hpp"
#include "cli/options.hpp"

#include "fuzz/input.hpp"
#include "fuzz/targets.hpp"

#include <array>
#include <string>
#include <vector>

namespace billhouse {
namespace {

constexpr std::array<char const*, 32> kWords = {
    "run",    "backfill",         "plan",         "preview",    "check",      "migrate",
    "status", "replay",           "schema",       "--config",   "--until",    "--from",
    "--to",   "--accept",         "--reason",     "--dry-run",  "--records",  "--force",
    "--run",  "--rejects",        "--log-format", "--output",   "--database", "--help",
    "json",   "2026-03-01",       "guance",       "2026-02-30", "--rebuild",  "-3",
    "--",     "guance:2026-03-01"};

/// Lines are arguments; one that is a single letter stands for a word of the command line.
std::vector<std::string> arguments_in(FuzzInput input) {
    std::vector<std::string> arguments;
    while (!input.empty() && arguments.size() < 20) {
        auto const line = input.until('\n');
        if (line.find('\0') != line.npos) continue; // the kernel ends an argument there
        bool const is_word = line.size() == 1 && line[0] >= '@' && line[0] < '`';
        arguments.emplace_back(is_word ? kWords[static_cast<std::size_t>(line[0] - '@')] : std::string(line));
    }
    return arguments;
}

void hold_sane(Options const& options) {
    if (options.help || options.version) return;
    hold(!help_text(options.command).empty() && !options.command.empty(), "no command");
    hold(options.records >= 1 && options.records <= 1000, "--records out of its bounds");
    hold(!options.from || !options.to || *options.from < *options.to, "an empty range");
    hold(options.command != "backfill" || (options.from && options.to), "a backfill without its range");
    hold(options.accept.empty() == !options.reason, "accepted without a reason, or the other way round");
    hold(!options.database || options.database->find("password") == std::string::npos,
         "a password in the process list");
}

} // namespace

void fuzz_command_line(std::uint8_t const* data, std::size_t size) {
    try {
        hold_sane(parse_options(arguments_in({data, size})));
    } catch (Error const& error) {
        hold(error.kind() == ErrorKind::usage, error.what());
        hold(!error.hint().empty(), std::string("no hint: ") + error.what());
    }
}

} // namespace billhouse
