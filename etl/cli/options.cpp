#include "cli/options.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "cli/command_table.hpp"
#include "job/http_definition.hpp"

#include <boost/program_options.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <sstream>

namespace billhouse {

namespace {

namespace po = boost::program_options;

po::options_description global_options() {
    po::options_description options("Options of every command");
    options.add_options()("config", po::value<std::string>()->value_name("DIR"),
                          "configuration folder (default /etc/billhouse)")(
        "database", po::value<std::string>()->value_name("URI"),
        "warehouse, instead of billhouse.yaml's; no password in it")(
        "log-format", po::value<std::string>()->value_name("text|json"),
        "form of the log lines (default text)")("log-level", po::value<std::string>()->value_name("LEVEL"),
                                                "debug, info, warning or error (default info)")(
        "help", "show this text")("version", "show the version");
    return options;
}

Error usage(std::string const& message, std::string const& hint = {}) {
    return {ErrorKind::usage, message, hint.empty() ? "See `billhouse --help`." : hint};
}

/// The first argument that is neither an option nor an option's value.
std::size_t find_command_word(std::vector<std::string> const& arguments) {
    auto const globals = global_options();
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        auto const& word = arguments[i];
        if (!word.starts_with("--") || word == "--") return i; // Boost finds every option in an empty name
        auto const* option = globals.find_nothrow(word.substr(2), false);
        if (option != nullptr && option->semantic()->max_tokens() > 0) ++i;
    }
    return arguments.size();
}

std::vector<std::string> names_of(po::options_description const& options) {
    std::vector<std::string> names;
    for (auto const& option : options.options())
        names.push_back("--" + option->long_name());
    return names;
}

/// Boost replaces what looks like one of its own placeholders in the name that it quotes, again and again.
void refuse_placeholders(std::vector<std::string> const& arguments) {
    for (auto const& argument : arguments) {
        if (argument == "--") return;
        auto const name = argument.substr(0, argument.find('='));
        if (name.starts_with('-') && name.find('%') != name.npos)
            throw usage(fmt::format("unknown option {}", name));
    }
}

po::variables_map parse(std::vector<std::string> const& arguments, po::options_description const& visible) {
    refuse_placeholders(arguments);
    po::options_description all;
    all.add(visible).add_options()("job", po::value<std::vector<std::string>>());
    po::positional_options_description positional;
    positional.add("job", -1);
    po::variables_map values;
    try {
        auto const style = po::command_line_style::unix_style & ~po::command_line_style::allow_guessing;
        po::store(po::command_line_parser(arguments).options(all).positional(positional).style(style).run(),
                  values);
    } catch (po::unknown_option const& error) {
        auto const guess = nearest(error.get_option_name(), names_of(visible));
        throw usage(fmt::format("unknown option {}", error.get_option_name()),
                    guess ? fmt::format("Did you mean {}?", *guess) : "");
    } catch (po::error const& error) {
        throw usage(error.what());
    }
    return values;
}

class Values {
public:
    explicit Values(po::variables_map values) : values_(std::move(values)) {}
    bool has(char const* name) const { return values_.count(name) > 0; }

    std::optional<std::string> text(char const* name) const {
        if (!has(name)) return std::nullopt;
        auto value = values_[name].as<std::string>();
        if (value.empty() || value.starts_with("--"))
            throw usage(fmt::format("--{} needs a value, found '{}'", name, value));
        return value;
    }
    std::optional<Date> date(char const* name) const {
        auto const value = text(name);
        if (!value) return std::nullopt;
        auto const date = parse_date(*value);
        if (!date)
            throw usage(fmt::format("--{} is '{}', which is no date", name, *value),
                        "Write it as 2026-03-01.");
        return date;
    }
    /// @returns 1 to `most`
    int number(char const* name, int most) const {
        auto const value = text(name).value_or("");
        auto const number = parse_integer(value);
        if (!number || *number < 1 || *number > most)
            throw usage(fmt::format("--{} is '{}', must be a whole number from 1 to {}", name, value, most));
        return static_cast<int>(*number);
    }
    std::vector<std::string> texts(char const* name) const {
        return has(name) ? values_[name].as<std::vector<std::string>>() : std::vector<std::string>();
    }
    template <class T>
    T choice(char const* name, T otherwise,
             std::initializer_list<std::pair<std::string_view, T>> choices) const {
        auto const value = text(name);
        if (!value) return otherwise;
        std::string known;
        for (auto const& [word, result] : choices) {
            if (word == *value) return result;
            known += fmt::format("{}{}", known.empty() ? "" : ", ", word);
        }
        throw usage(fmt::format("--{} is '{}', must be one of: {}", name, *value, known));
    }

private:
    po::variables_map values_;
};

void refuse_password(std::string const& database) {
    auto const authority = database.find("://");
    auto const at = database.find('@');
    auto const in_uri = authority != std::string::npos && at != std::string::npos &&
                        database.substr(authority + 3, at - authority - 3).find(':') != std::string::npos;
    if (in_uri || database.find("password") != std::string::npos)
        throw usage(
            "--database holds a password, which every user of this machine could read in the process list",
            "Put it into warehouse.password of billhouse.yaml as a reference, or use PGPASSFILE.");
}

void check_range(Command const& command, Options const& options) {
    if (command.name == "backfill" && (!options.from || !options.to))
        throw usage("backfill needs --from and --to", "For example: " + std::string(command.example));
    if (command.name == "plan" && options.from.has_value() != options.to.has_value())
        throw usage("--from and --to go together", "For example: " + std::string(command.example));
    if (options.from && options.to && *options.from >= *options.to)
        throw usage(fmt::format("--from {} is not before --to {}: the range is empty",
                                to_string(*options.from), to_string(*options.to)),
                    "--to is the day after the last one.");
}

void check_output(Command const& command, Options const& options) {
    if (command.name == "report" && !options.output_file)
        throw usage("report needs --output", "For example: " + std::string(command.example));
}

void check_jobs(Command const& command, Options const& options) {
    if (options.jobs.size() > command.most_jobs)
        throw usage(fmt::format("unexpected argument '{}'", options.jobs[command.most_jobs]),
                    fmt::format("Usage: billhouse {} {}", command.name, command.arguments));
    if (options.jobs.size() < command.least_jobs)
        throw usage(fmt::format("{} needs a job", command.name),
                    fmt::format("Usage: billhouse {} {}", command.name, command.arguments));
}

/// "guance:2026-10-12", "guance.billing_detail[1001]:2026-10-12"
SliceName parse_slice(std::string const& word) {
    auto const colon = word.rfind(':');
    auto const from = colon == std::string::npos ? std::nullopt : parse_date(word.substr(colon + 1));
    if (!from || colon == 0)
        throw usage(fmt::format("--accept is '{}', which names no window", word),
                    "Write it as JOB:DATE with its first day: guance:2026-10-12");
    return {word.substr(0, colon), *from};
}

void check_acceptance(Options& options) {
    auto const is_blank = [](std::optional<std::string> const& text) {
        return text && text->find_first_not_of(" \t") == std::string::npos;
    };
    if (is_blank(options.reason) || is_blank(options.accept_mismatch) || is_blank(options.rebuild))
        throw usage("the reason is blank", "Say why: it is kept in etl.acceptance.");
    if (options.accept.empty() != !options.reason.has_value())
        throw usage(options.accept.empty() ? "--reason belongs to --accept" : "--accept needs --reason TEXT",
                    "For example: --accept guance:2026-10-12 --reason \"credited, see ticket 812\"");
    if (options.accept_mismatch && options.jobs.size() != 1)
        throw usage("--accept-mismatch is for one job at a time", "Name the job.");
    for (auto const& slice : options.accept) {
        auto const job = slice.name.substr(0, slice.name.find('.'));
        if (std::ranges::find(options.jobs, job) == options.jobs.end()) options.jobs.push_back(job);
    }
}

void fill_acceptance(Options& options, Values const& values) {
    for (auto const& word : values.texts("accept"))
        options.accept.push_back(parse_slice(word));
    options.reason = values.text("reason");
    options.accept_mismatch = values.text("accept-mismatch");
    options.rebuild = values.text("rebuild");
    if (options.rebuild && (options.from || options.to || options.run_id || options.rejects))
        throw usage("--rebuild is for all windows or none", "Leave --from, --to, --run and --rejects out.");
    check_acceptance(options);
}

void fill(Options& options, Values const& values) {
    options.help = values.has("help");
    options.version = values.has("version");
    if (auto const folder = values.text("config")) options.config = *folder;
    options.database = values.text("database");
    if (options.database) refuse_password(*options.database);
    options.log_format =
        values.choice("log-format", LogFormat::text, {{"text", LogFormat::text}, {"json", LogFormat::json}});
    options.log_level = values.choice("log-level", LogLevel::info,
                                      {{"debug", LogLevel::debug},
                                       {"info", LogLevel::info},
                                       {"warning", LogLevel::warning},
                                       {"error", LogLevel::error}});
    options.jobs = values.texts("job");
    options.from = values.date("from");
    options.to = values.date("to");
    options.until = values.date("until");
    options.dry_run = values.has("dry-run");
    options.force = values.has("force");
    options.connect = values.has("connect");
    options.status_only = values.has("status");
    if (options.command == "report")
        options.output_file = values.text("output");
    else
        options.json = values.choice("output", false, {{"table", false}, {"json", true}});
    options.markdown = values.has("markdown");
    options.main_file = values.has("main");
    options.rejects = values.has("rejects");
    if (values.has("workers")) options.workers = values.number("workers", kMostInFlight);
    if (auto const run = values.text("run")) {
        options.run_id = parse_integer(*run);
        if (!options.run_id || *options.run_id < 1)
            throw usage(fmt::format("--run is '{}', which is no run's id", *run),
                        "etl.run lists them; log lines name them.");
    }
    if (values.has("records")) options.records = values.number("records", 1000);
    fill_acceptance(options, values);
}

} // namespace

Options parse_options(std::vector<std::string> const& arguments) {
    Options options;
    auto const at = find_command_word(arguments);
    auto rest = arguments;
    auto visible = global_options();
    Command const* command = nullptr;
    if (at < arguments.size()) {
        command = find_command(arguments[at]);
        if (command == nullptr) {
            std::vector<std::string> names;
            for (auto const& known : commands())
                names.emplace_back(known.name);
            auto const guess = nearest(arguments[at], names);
            throw usage(fmt::format("unknown command '{}'", arguments[at]),
                        guess ? fmt::format("Did you mean {}?", *guess) : "");
        }
        options.command = command->name;
        rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(at));
        command->declare(visible);
    }
    fill(options, Values(parse(rest, visible)));
    if (options.help || options.version) return options;
    if (command == nullptr) throw usage("no command given");
    check_jobs(*command, options);
    check_range(*command, options);
    check_output(*command, options);
    return options;
}

std::vector<OptionText> option_texts(std::string const& name) {
    po::options_description options;
    if (auto const* const command = find_command(name))
        command->declare(options);
    else
        options.add(global_options());
    std::vector<OptionText> texts;
    for (auto const& option : options.options())
        texts.push_back({"--" + option->long_name(),
                         option->semantic()->max_tokens() > 0 ? option->format_parameter() : "",
                         option->description()});
    return texts;
}

std::string help_text(std::string const& name) {
    std::ostringstream text;
    auto const* const command = find_command(name);
    if (command == nullptr) {
        text << "billhouse loads vendors' billing APIs into a PostgreSQL star schema.\n\n"
                "Usage: billhouse [options] COMMAND ...\n\nCommands:\n";
        for (auto const& known : commands())
            text << fmt::format("  {:10}{}\n", known.name, known.summary);
        text << '\n'
             << global_options()
             << "\nExit codes: 0 done, 64 usage, 65 data, 69 unavailable, 70 bug, 74 local I/O, 75 try "
                "later,\n"
             << "77 refused, 78 configuration, 130 and 143 stopped by a signal.\n\nExample: billhouse run\n";
        return text.str();
    }
    po::options_description own("Options");
    command->declare(own);
    text << fmt::format("Usage: billhouse {} {}\n\n{}\n\n", command->name, command->arguments,
                        command->explanation)
         << own << '\n'
         << global_options() << "\nExample: " << command->example << '\n';
    return text.str();
}

} // namespace billhouse
