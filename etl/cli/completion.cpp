#include "cli/completion.hpp"

#include "cli/command_table.hpp"
#include "cli/options.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace billhouse {

namespace {

/// The words that an option's value is one of, parted by spaces; empty where it may be anything.
std::string words_of(OptionText const& option) {
    if (option.value == "LEVEL") return "debug info warning error";
    if (option.value.find('|') == std::string::npos) return {};
    auto words = option.value;
    std::ranges::replace(words, '|', ' ');
    return words;
}

std::string names_of(std::string const& command) {
    std::string names;
    for (auto const& option : option_texts(command))
        names += (names.empty() ? "" : " ") + option.name;
    return names;
}

/// Every option of every command that takes a value, once.
std::vector<OptionText> options_with_value() {
    std::vector<OptionText> options = option_texts("");
    for (auto const& command : commands())
        for (auto const& option : option_texts(std::string(command.name)))
            options.push_back(option);
    std::set<std::string> seen;
    std::erase_if(options, [&](OptionText const& option) {
        return option.value.empty() || !seen.insert(option.name).second;
    });
    return options;
}

/// What a command's options complete their value to; an option may mean another thing in another command.
std::string bash_choices(std::string_view pattern, std::string const& command) {
    std::string choices;
    for (auto const& option : option_texts(command)) {
        auto const words = words_of(option);
        auto const generator = option.value == "DIR"              ? std::string("-d")
                               : option.value.starts_with("FILE") ? std::string("-f")
                               : words.empty()                    ? std::string()
                                                                  : fmt::format("-W '{}'", words);
        if (!generator.empty())
            choices +=
                fmt::format("    {},{}) mapfile -t COMPREPLY < <(compgen {} -- \"$current\"); return ;;\n",
                            option.name, pattern, generator);
    }
    return choices;
}

constexpr std::string_view kBash = R"(# bash completion of billhouse, generated from its own tables
_billhouse() {{
    local current=${{COMP_WORDS[COMP_CWORD]}} previous=${{COMP_WORDS[COMP_CWORD - 1]}} folder=/etc/billhouse command= words= i
    for ((i = 1; i < COMP_CWORD; ++i)); do
        case ${{COMP_WORDS[i]}} in
        --config) folder=${{COMP_WORDS[++i]}} ;;
        {with_value}) ((++i)) ;;
        -*) ;;
        *) command=${{command:-${{COMP_WORDS[i]}}}} ;;
        esac
    done
    COMPREPLY=()
    case $previous,$command in
{choices}    esac
    case $previous in
    {with_value}) return ;;
    esac
    case $command in
    '') words='{commands}' ;;
{options}    *) return ;;
    esac
    case $current,$command in
    -*) words+=' {globals}' ;;
    *,) ;;
    *,{with_jobs})
        for i in "$folder"/jobs/*.yaml; do
            [[ -e $i ]] || continue
            i=${{i##*/}}
            words+=" ${{i%.yaml}}"
        done
        ;;
    esac
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
}}
complete -F _billhouse billhouse
)";

constexpr std::string_view kZsh = R"(#compdef billhouse
# zsh completion of billhouse, generated from its own tables
_billhouse_jobs() {{
    local -a jobs
    jobs=(${{~folder}}/jobs/*.yaml(N:t:r))
    compadd -a jobs
}}
_billhouse() {{
    local curcontext=$curcontext state line folder=/etc/billhouse
    # Read here: _arguments takes away what stands before the command.
    (( ! ${{words[(I)--config]}} )) || folder=${{words[${{words[(I)--config]}} + 1]}}
    local -a global commands
    typeset -A opt_args
    global=({globals})
    commands=({commands})
    _arguments -C $global '(-)1:command:->command' '(-)*::argument:->argument'
    case $state in
    command) _describe command commands ;;
    argument)
        case $words[1] in
{options}        esac
        ;;
    esac
}}
_billhouse "$@"
)";

/// Within single quotes, where _arguments reads brackets and colons.
std::string zsh_quoted(std::string_view text) {
    std::string out;
    for (char const c : text) {
        if (c == '\'') {
            out += "'\\''";
            continue;
        }
        if (c == '[' || c == ']' || c == ':' || c == '\\') out += '\\';
        out += c;
    }
    return out;
}

std::string zsh_option(OptionText const& option) {
    auto text = fmt::format("'{}[{}]", option.name, zsh_quoted(option.meaning));
    if (option.name == "--config")
        text += ":folder:_files -/";
    else if (option.value.starts_with("FILE"))
        text += ":file:_files";
    else if (auto const words = words_of(option); !words.empty())
        text += fmt::format(":word:({})", words);
    else if (!option.value.empty())
        text += fmt::format(":{}:", zsh_quoted(option.value));
    return text + "'";
}

std::string zsh_options(std::string const& command) {
    std::string text;
    for (auto const& option : option_texts(command))
        text += (text.empty() ? "" : " ") + zsh_option(option);
    return text;
}

} // namespace

std::string bash_completion() {
    std::string with_value, choices, names, options, with_jobs;
    for (auto const& option : options_with_value())
        with_value += (with_value.empty() ? "" : " | ") + option.name;
    choices = bash_choices("*", "");
    for (auto const& command : commands())
        choices += bash_choices(command.name, std::string(command.name));
    for (auto const& command : commands()) {
        names += fmt::format("{}{}", names.empty() ? "" : " ", command.name);
        options += fmt::format("    {}) [[ $current != -* ]] || words='{}' ;;\n", command.name,
                               names_of(std::string(command.name)));
        if (command.most_jobs > 0)
            with_jobs += fmt::format("{}{}", with_jobs.empty() ? "" : " | *,", command.name);
    }
    return fmt::format(kBash, fmt::arg("with_value", with_value), fmt::arg("choices", choices),
                       fmt::arg("commands", names), fmt::arg("options", options),
                       fmt::arg("globals", names_of("")), fmt::arg("with_jobs", with_jobs));
}

std::string zsh_completion() {
    std::string names, options;
    for (auto const& command : commands()) {
        names +=
            fmt::format("{}'{}:{}'", names.empty() ? "" : " ", command.name, zsh_quoted(command.summary));
        options += fmt::format("        {}) _arguments $global {}{} ;;\n", command.name,
                               zsh_options(std::string(command.name)),
                               command.most_jobs > 0 ? " '*:job:_billhouse_jobs'" : "");
    }
    return fmt::format(kZsh, fmt::arg("globals", zsh_options("")), fmt::arg("commands", names),
                       fmt::arg("options", options));
}

} // namespace billhouse
