#pragma once

#include "base/date_time.hpp"
#include "base/log.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace billhouse {

/// "guance:2026-10-12": a held slice that a person releases.
struct SliceName {
    std::string name; ///< job, job.stream or job.stream[partition]
    Date from;
};

/// The command line, checked. Only what the command takes can be set.
struct Options {
    std::string command; ///< empty with help or version
    bool help = false;
    bool version = false;

    std::filesystem::path config = "/etc/billhouse";
    std::optional<std::string> database; ///< libpq URI or key=value text, without a password
    LogFormat log_format = LogFormat::text;
    LogLevel log_level = LogLevel::info;

    std::vector<std::string> jobs;
    std::optional<Date> from, to, until;
    int records = 3;
    bool dry_run = false;
    bool force = false;
    std::optional<int> workers; ///< backfill: windows read at the same time
    bool connect = false;
    bool status_only = false;
    bool json = false;
    std::optional<std::filesystem::path> output_file; ///< report: the page to write
    bool markdown = false;                            ///< schema: tables instead of JSON Schema
    bool main_file = false;                           ///< schema: of billhouse.yaml instead of a job file
    std::vector<SliceName> accept;
    std::optional<std::string> reason, accept_mismatch, rebuild; ///< in a person's words
    std::optional<std::int64_t> run_id;
    bool rejects = false;
};

/// Reads the arguments behind the program's name. Prefixes of options are not guessed.
/// @throws Error(usage)  naming the argument and what would be right
Options parse_options(std::vector<std::string> const& arguments);

/// An option as help, manual page and completion show it.
struct OptionText {
    std::string name;  ///< "--until"
    std::string value; ///< "DATE", "table|json"; empty = it takes none
    std::string meaning;
};
/// The options of a command, or with an empty name those of every command.
std::vector<OptionText> option_texts(std::string const& command);

/// What `--help` prints: for one command, or for all with an empty name. At most 40 lines.
std::string help_text(std::string const& command);

} // namespace billhouse
