#include "cli/command_table.hpp"

#include <boost/program_options.hpp>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

namespace billhouse {

namespace {

namespace po = boost::program_options;

constexpr std::size_t kAny = 1000;

po::typed_value<std::string>* text(char const* name) {
    return po::value<std::string>()->value_name(name);
}

void declare_range(po::options_description& options) {
    options.add_options()("from", text("DATE"), "first day (YYYY-MM-DD, billing zone)")(
        "to", text("DATE"), "day after the last one");
}
void declare_accept_mismatch(po::options_description& options) {
    options.add_options()("accept-mismatch", text("REASON"),
                          "load although control totals differ; who and why is recorded");
}
void declare_run(po::options_description& options) {
    options.add_options()("until", text("DATE"), "act as though today were DATE (YYYY-MM-DD, billing zone)")(
        "dry-run", "list the windows that are due; ask no vendor, write nothing")(
        "accept", po::value<std::vector<std::string>>()->value_name("JOB:DATE"),
        "load the held window that begins on DATE; also JOB.STREAM:DATE; may be repeated")(
        "reason", text("TEXT"), "why it is accepted; recorded with who did it");
    declare_accept_mismatch(options);
}
void declare_backfill(po::options_description& options) {
    declare_range(options);
    options.add_options()("force", "read windows again that are already complete")(
        "workers", text("N"),
        "read N windows at the same time, 1 to 64 (default: the job's http.pace.max_in_flight, 1 where it "
        "has none); within its pace, loaded in order");
    declare_accept_mismatch(options);
}
void declare_output(po::options_description& options) {
    options.add_options()("output", text("table|json"), "form of the answer (default table)");
}
void declare_plan(po::options_description& options) {
    declare_range(options);
    options.add_options()("until", text("DATE"), "without --from: as though today were DATE");
    declare_output(options);
}
void declare_replay(po::options_description& options) {
    declare_range(options);
    options.add_options()("run", text("ID"), "only pages that this run stored (etl.run)")(
        "rejects", "only windows with rejected records that wait")(
        "rebuild", text("REASON"), "mapping.identity has changed: give every line its new key");
}
void declare_preview(po::options_description& options) {
    options.add_options()("records", po::value<std::string>()->value_name("N"),
                          "how many records to show (1 to 1000, default 3)")(
        "until", po::value<std::string>()->value_name("DATE"),
        "newest window before DATE instead of today's");
}
void declare_check(po::options_description& options) {
    options.add_options()("connect", "also ask the vendors (one page each) and the database");
}
void declare_migrate(po::options_description& options) {
    options.add_options()("status", "list applied and pending migrations; change nothing");
}

void declare_status(po::options_description& options) {
    options.add_options()("until", text("DATE"), "act as though today were DATE (YYYY-MM-DD, billing zone)");
    declare_output(options);
}
void declare_report(po::options_description& options) {
    options.add_options()("output", text("FILE"), "the page to write (HTML); its folder must be there")(
        "until", text("DATE"), "act as though today were DATE: days before it are shown");
}
void declare_schema(po::options_description& options) {
    options.add_options()("main", "of billhouse.yaml instead of a job file")(
        "markdown", "the same as tables: key, value, default, meaning, example");
}

constexpr std::array kCommands{
    Command{"run", "[JOB...]", "the nightly load: everything that is due",
            "Loads what is due for these jobs, or for every enabled job: missing and failed windows, and "
            "those of\n"
            "the job's lookback again. Each window is one transaction; what is closed stays if a later one "
            "fails.",
            "billhouse run guance", declare_run, 0, kAny},
    Command{
        "backfill", "JOB --from DATE --to DATE", "load a range of history, resumable",
        "Loads [from, to) window by window and passes over what is complete, so that it can be stopped and\n"
        "started again. May run beside the nightly load; never moves the watermark back.",
        "billhouse backfill guance --from 2026-01-01 --to 2026-04-01", declare_backfill, 1, 1},
    Command{
        "plan", "JOB [--from DATE --to DATE]", "what a load would change, and by how much money",
        "Reads what `run` would read, or all of [from, to), and says what loading it would insert, restate,\n"
        "relabel and remove, with the difference per currency and the largest ones. Loads nothing.\n"
        "Exit code 65: a window would be held or fail.",
        "billhouse plan guance --from 2026-03-01 --to 2026-04-01", declare_plan, 1, 1},
    Command{"replay", "JOB [--from DATE --to DATE] [--run ID]",
            "map stored pages again, without asking the vendor",
            "Runs the pages that were stored last for each window through today's mapping, and loads what\n"
            "differs: rejected records after a mended mapping, or a new column for all of history.",
            "billhouse replay guance --rejects", declare_replay, 1, 1},
    Command{"preview", "JOB", "one page of the vendor beside its star rows; needs no database",
            "Fetches the first page of the newest window and shows each record and the row it becomes, and "
            "warns of\n"
            "rejects, fields that no column uses, lines that their identity cannot tell apart, and odd "
            "currencies.",
            "billhouse preview ocamba --records 1", declare_preview, 1, 1},
    Command{"check", "[JOB...]", "validate the configuration, and with --connect the connections",
            "Tells every problem of every file at once. Changes nothing.", "billhouse check --connect",
            declare_check, 0, kAny},
    Command{"migrate", "", "bring the warehouse to this binary's schema version",
            "Applies pending migrations, each in one transaction, under a lock.",
            "billhouse migrate --status", declare_migrate, 0, 0},
    Command{
        "status", "[JOB...]", "watermark, lag, last run, gaps, held windows, open rejects, money missing",
        "Exit code 0: all is well; 65: something waits for a person (held or failed windows, rejects);\n"
        "75: only behind, the next run goes on from there. Fit for a monitoring check. A window is overdue\n"
        "from the day after it became due; jobs that are not enabled need not keep up.",
        "billhouse status --output json", declare_status, 0, kAny},
    Command{
        "report", "--output FILE.html", "a page of cost, movers, restatements, completeness and runs",
        "Writes one HTML file that needs no network and shows what the warehouse holds: cost by day, week\n"
        "and month, what moved, what vendors restated, which days are complete, and the last runs. The\n"
        "file is replaced as a whole and is readable by its owner only, unless it was open to more.",
        "billhouse report --output /var/www/billing.html", declare_report, 0, 0},
    Command{
        "schema", "", "the JSON Schema of a job file, for editors",
        "Prints it to standard output (draft-07). Editors that know YAML complete keys with it, show their\n"
        "meaning and mark errors: put `# yaml-language-server: $schema=PATH` into the job file's first line.",
        "billhouse schema > job.schema.json", declare_schema, 0, 0},
};

} // namespace

std::span<Command const> commands() {
    return kCommands;
}

Command const* find_command(std::string_view name) {
    auto const* const found = std::ranges::find(kCommands, name, &Command::name);
    return found == kCommands.end() ? nullptr : found;
}

} // namespace billhouse
