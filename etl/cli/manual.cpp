#include "cli/manual.hpp"

#include "cli/command_table.hpp"
#include "cli/exit_codes.hpp"
#include "cli/options.hpp"
#include "job/job_schema.hpp"
#include "job/key_reference.hpp"

#include <fmt/format.h>

namespace billhouse {

namespace {

/// Text for a page: backslashes, hyphens that are meant to be copied, and a line's first character lose their
/// meaning.
std::string plain(std::string_view text) {
    std::string out;
    for (char const c : text) {
        if ((out.empty() || out.back() == '\n') && (c == '.' || c == '\'')) out += "\\&";
        if (c == '\\')
            out += "\\e";
        else if (c == '-')
            out += "\\-";
        else if (c == '`')
            out += "\\(ga";
        else if (c == '^')
            out += "\\(ha";
        else if (c == '~')
            out += "\\(ti";
        else
            out += c;
    }
    return out;
}

std::string bold(std::string_view text) {
    return fmt::format("\\fB{}\\fR", plain(text));
}

class Page {
public:
    Page(std::string_view name, int number, std::string_view summary) {
        text_ = fmt::format(
            ".\\\" Generated from billhouse's own tables. Do not edit.\n.TH {} {} \"\" \"billhouse {}\"\n",
            name, number, BILLHOUSE_VERSION);
        section("NAME");
        text_ += fmt::format("{} \\- {}\n", name, plain(summary));
    }

    void section(std::string_view title) { text_ += fmt::format(".SH \"{}\"\n", title); }
    void subsection(std::string_view title) { text_ += fmt::format(".SS \"{}\"\n", plain(title)); }
    void paragraph(std::string_view text) { text_ += ".PP\n" + plain(text) + '\n'; }
    /// Text goes on behind what stands above.
    void words(std::string_view text) { text_ += plain(text) + '\n'; }
    /// @param head  with its own markup
    void item(std::string_view head, std::string_view meaning) {
        text_ += fmt::format(".TP\n{}\n{}\n", head, plain(meaning));
    }
    void example(std::string_view lines) { text_ += fmt::format(".PP\n.EX\n{}\n.EE\n", plain(lines)); }
    void options(std::string const& command) {
        for (auto const& option : option_texts(command))
            item(bold(option.name) +
                     (option.value.empty() ? "" : fmt::format(" \\fI{}\\fR", plain(option.value))),
                 option.meaning);
    }
    void see_also(std::string_view pages) {
        section("SEE ALSO");
        text_ += fmt::format("{}\n", pages);
    }
    std::string const& text() const { return text_; }

private:
    std::string text_;
};

void add_command(Page& page, Command const& command) {
    page.subsection(fmt::format("billhouse {} {}", command.name, command.arguments));
    page.words(command.explanation);
    page.options(std::string(command.name));
    page.example(command.example);
}

void add_files(Page& page) {
    page.section("FILES");
    page.item(bold("/etc/billhouse/billhouse.yaml"),
              "The warehouse, and what this site changes in jobs; may be absent.");
    page.item(bold("/etc/billhouse/jobs/*.yaml"), "One vendor connection each.");
    page.item(
        bold("/etc/billhouse/credentials/NAME"),
        "Secrets, one file each, mode 600. Under systemd those of $CREDENTIALS_DIRECTORY count instead.");
    page.item(bold("/etc/billhouse/backfill/JOB.env"), "FROM and TO of billhouse-backfill@JOB.service.");
}

void add_environment(Page& page) {
    page.section("ENVIRONMENT");
    page.item(bold("PGHOST, PGDATABASE, PGUSER, PGSERVICE, PGPASSFILE"),
              "Where the warehouse is, as libpq reads them, unless the configuration says so.");
    page.item(bold("CREDENTIALS_DIRECTORY"), "Where {credential: NAME} is looked for first.");
    page.item(
        bold("JOURNAL_STREAM, NOTIFY_SOCKET"),
        "Set by systemd: lines carry the journal's priorities, and systemctl status shows how far a run is.");
}

void add_mapping(Page& page, KeyTable const& table) {
    page.subsection(table.title);
    for (auto const& key : table.keys) {
        auto meaning = key.meaning;
        if (!key.fallback.empty()) meaning += fmt::format(" Default: {}.", key.fallback);
        if (!key.example.empty()) meaning += fmt::format(" Example: {}", key.example);
        page.item(
            fmt::format("{} ({}{})", bold(key.name), plain(key.words), key.required ? "; required" : ""),
            meaning);
    }
    for (auto const& note : table.notes)
        page.paragraph(note);
}

std::string keys_manual(Page page, std::string_view introduction, std::string const& title,
                        ValueDescription const& description) {
    page.section("DESCRIPTION");
    page.words(introduction);
    page.section("KEYS");
    for (auto const& table : key_tables(title, description))
        add_mapping(page, table);
    page.see_also("\\fBbillhouse\\fR(1), \\fBbillhouse\\-job\\fR(5), \\fBbillhouse.yaml\\fR(5)");
    return page.text();
}

} // namespace

std::string program_manual() {
    Page page("billhouse", 1, "load vendors' billing APIs into a PostgreSQL star schema");
    page.section("SYNOPSIS");
    page.words("billhouse [options] COMMAND ...");
    page.section("DESCRIPTION");
    page.words("A batch job that reads YAML job definitions, fetches billing data page by page, and loads it "
               "window by window, "
               "each in one transaction with its watermark. A timer runs it every night; what could not be "
               "loaded is due again "
               "the next night.");
    page.section("COMMANDS");
    for (auto const& command : commands())
        add_command(page, command);
    page.section("OPTIONS");
    page.words("Of every command:");
    page.options("");
    page.section("EXIT STATUS");
    for (auto const& code : exit_codes())
        page.item(bold(code.code), fmt::format("{}. Asks of you: {}.", code.meaning, code.asks));
    page.paragraph("With several jobs each one is tried; the code is that of the most serious failure "
                   "(order: 70, 78, 77, 65, 74, "
                   "69, 75). The last line of a failed run says what failed and what to do.");
    add_files(page);
    add_environment(page);
    page.see_also(
        "\\fBbillhouse\\-job\\fR(5), \\fBbillhouse.yaml\\fR(5), \\fBpsql\\fR(1), \\fBsystemd.timer\\fR(5)");
    return page.text();
}

std::string job_manual() {
    return keys_manual(
        Page("billhouse-job", 5, "job file of billhouse: one vendor connection"),
        "jobs/NAME.yaml of the configuration folder. A strict subset of YAML; every value has its unit; an "
        "unknown "
        "key is an error with its line and the nearest key. Check it with `billhouse check`, see a page with "
        "`billhouse preview`.",
        "job", job_shape().description());
}

std::string main_file_manual() {
    return keys_manual(Page("billhouse.yaml", 5, "main configuration file of billhouse"),
                       "The database, and what this site changes in the shipped jobs. Everything in it may "
                       "be left out. Secrets are "
                       "references only: {credential: NAME}, {file: /PATH} or {env: NAME}.",
                       "billhouse.yaml", main_file_shape().description());
}

} // namespace billhouse
