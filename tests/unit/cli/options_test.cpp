#include "base/error.hpp"
#include "cli/options.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace billhouse {
namespace {

std::string refused(std::vector<std::string> const& arguments) {
    try {
        parse_options(arguments);
    } catch (Error const& error) {
        EXPECT_EQ(error.kind(), ErrorKind::usage);
        EXPECT_FALSE(error.hint().empty());
        return std::string(error.what()) + " | " + error.hint();
    }
    return "accepted";
}

TEST(Options, a_backfill_takes_a_number_of_workers_and_leaves_it_to_the_job_otherwise) {
    std::vector<std::string> arguments{"backfill", "guance", "--from", "2026-01-01", "--to", "2026-02-01"};
    EXPECT_EQ(parse_options(arguments).workers, std::nullopt);
    arguments.insert(arguments.end(), {"--workers", "64"});
    EXPECT_EQ(parse_options(arguments).workers, 64);
    EXPECT_NE(refused({"run", "guance", "--workers", "8"}), "accepted") << "a run has the job's own number";
}

TEST(Options, a_run_takes_jobs_and_global_options_on_both_sides_of_the_command) {
    auto const options = parse_options(
        {"--config", "/tmp/c", "run", "guance", "ocamba", "--log-format", "json", "--until=2026-03-01"});
    EXPECT_EQ(options.command, "run");
    EXPECT_EQ(options.config, "/tmp/c");
    EXPECT_EQ(options.jobs, (std::vector<std::string>{"guance", "ocamba"}));
    EXPECT_EQ(options.log_format, LogFormat::json);
    EXPECT_EQ(options.until, parse_date("2026-03-01"));
}

TEST(Options, what_is_wrong_is_named_and_the_next_step_told) {
    struct Case {
        std::vector<std::string> arguments;
        std::string message;
    };
    for (auto const& [arguments, message] : std::vector<Case>{
             {{}, "no command given | See `billhouse --help`."},
             {{"rum"}, "unknown command 'rum' | Did you mean run?"},
             {{"replay", "guance", "--rebuild", "new prices", "--from", "2026-01-01"},
              "--rebuild is for all windows or none | Leave --from, --to, --run and --rejects out."},
             {{"frobnicate"}, "unknown command 'frobnicate' | See `billhouse --help`."},
             {{"--", "run"}, "unknown command '--' | See `billhouse --help`."},
             {{"run", "--dry"}, "unknown option --dry | See `billhouse --help`."},
             {{"run", "--%canonical_option%="},
              "unknown option --%canonical_option% | See `billhouse --help`."},
             {{"run", "--dry-rum"}, "unknown option --dry-rum | Did you mean --dry-run?"},
             {{"run", "--until", "2026-02-30"},
              "--until is '2026-02-30', which is no date | Write it as 2026-03-01."},
             {{"run", "--until", "--dry-run"},
              "--until needs a value, found '--dry-run' | See `billhouse --help`."},
             {{"run", "--log-level", "loud"},
              "--log-level is 'loud', must be one of: debug, info, warning, error | See `billhouse --help`."},
             {{"run", "--from", "2026-01-01"}, "unknown option --from | See `billhouse --help`."},
             {{"backfill"}, "backfill needs a job | Usage: billhouse backfill JOB --from DATE --to DATE"},
             {{"backfill", "a", "b", "--from", "2026-01-01", "--to", "2026-01-02"},
              "unexpected argument 'b' | Usage: billhouse backfill JOB --from DATE --to DATE"},
             {{"backfill", "a", "--from", "2026-01-01"},
              "backfill needs --from and --to | For example: billhouse backfill guance --from 2026-01-01 "
              "--to 2026-04-01"},
             {{"backfill", "a", "--from", "2026-01-02", "--to", "2026-01-02"},
              "--from 2026-01-02 is not before --to 2026-01-02: the range is empty | --to is the day after "
              "the last one."},
             {{"migrate", "guance"}, "unexpected argument 'guance' | Usage: billhouse migrate "},
             {{"preview", "a", "--records", "0"},
              "--records is '0', must be a whole number from 1 to 1000 | See `billhouse --help`."},
             {{"backfill", "a", "--from", "2026-01-01", "--to", "2026-02-01", "--workers", "0"},
              "--workers is '0', must be a whole number from 1 to 64 | See `billhouse --help`."},
             {{"backfill", "a", "--from", "2026-01-01", "--to", "2026-02-01", "--workers", "65"},
              "--workers is '65', must be a whole number from 1 to 64 | See `billhouse --help`."},
             {{"preview", "a", "--records", "-1"},
              "--records is '-1', must be a whole number from 1 to 1000 | See `billhouse --help`."},
             {{"plan", "a", "--to", "2026-01-02"},
              "--from and --to go together | For example: billhouse plan guance --from 2026-03-01 --to "
              "2026-04-01"},
             {{"replay", "a", "--run", "x"},
              "--run is 'x', which is no run's id | etl.run lists them; log lines name them."},
             {{"run", "--accept", "guance", "--reason", "x"},
              "--accept is 'guance', which names no window | Write it as JOB:DATE with its first day: "
              "guance:2026-10-12"},
             {{"run", "a", "--accept-mismatch", " "},
              "the reason is blank | Say why: it is kept in etl.acceptance."},
             {{"run", "--accept-mismatch", "x"},
              "--accept-mismatch is for one job at a time | Name the job."},
             {{"run", "a", "--reason", "x"},
              "--reason belongs to --accept | For example: --accept guance:2026-10-12 --reason \"credited, "
              "see ticket 812\""},
             {{"status", "--output", "xml"},
              "--output is 'xml', must be one of: table, json | See `billhouse --help`."},
             {{"report"},
              "report needs --output | For example: billhouse report --output /var/www/billing.html"},
         })
        EXPECT_EQ(refused(arguments), message) << ::testing::PrintToString(arguments);
}

TEST(Options, nothing_is_guessed) {
    for (auto const& arguments : std::vector<std::vector<std::string>>{
             {"run", "--dry"},
             {"run", "--dry-ru"},
             {"run", "--DRY-RUN"},
             {"run", "--dry_run"},
             {"run", "--dry-run=yes"},
             {"run", "-d"},
             {"run", "-dry-run"},
             {"--conf", "/tmp", "run"},
             {"--log", "json", "run"},
             {"run", "--until"},
             {"run", "--until", ""},
             {"run", "--until="},
             {"run", "--until=--dry-run"},
             {"run", "--until", "--dry-run"},
             {"run", "--until", "2026-3-1"},
             {"run", "--until", "20260301"},
             {"run", "--until", "2026-03-01", "--until", "2026-03-02"},
             {"run", "--until", "tomorrow"},
             {"preview", "a", "--records", "4294967297"},
             {"preview", "a", "--records", "18446744073709551617"},
             {"preview", "a", "--records", "1e2"},
             {"preview", "a", "--records", "0x10"},
             {"preview", "a", "--records", " 5"},
             {"preview", "a", "--records", "+5"},
             {"preview", "a", "b"},
             {"status", "--output", "JSON"},
             {"migrate", "now"},
             {"schema", "job"},
             {"backfill", "a", "--from", "2026-01-01", "--to", "--force"},
             {"backfill", "a", "--from", "2026-01-02", "--to", "2026-01-01"},
             {"replay", "a", "--run", "-1"},
             {"run", "--api-key", "x"},
             {"run", "--password=x"},
         })
        EXPECT_NE(refused(arguments), "accepted") << ::testing::PrintToString(arguments);
}

TEST(Options, an_accepted_slice_names_its_job) {
    auto const options = parse_options({"run", "--accept", "guance.detail[a:b]:2026-10-12", "--accept",
                                        "ocamba:2026-10-01", "--reason", "credited"});
    ASSERT_EQ(options.accept.size(), 2U);
    EXPECT_EQ(options.accept[0].name, "guance.detail[a:b]");
    EXPECT_EQ(options.accept[0].from, parse_date("2026-10-12"));
    EXPECT_EQ(options.jobs, (std::vector<std::string>{"guance", "ocamba"})) << "only these are run";
}

TEST(Options, output_is_a_form_for_status_and_a_file_for_report) {
    EXPECT_TRUE(parse_options({"status", "--output", "json"}).json);
    auto const report = parse_options({"report", "--output", "json"});
    EXPECT_EQ(report.output_file, "json");
    EXPECT_FALSE(report.json);
}

TEST(Options, a_password_on_the_command_line_is_refused) {
    for (auto const* database :
         {"postgresql://me:secret@host/db", "host=h password=secret", "postgres://me:x@h"})
        EXPECT_NE(refused({"run", "--database", database}).find("every user of this machine could read"),
                  std::string::npos);
    EXPECT_EQ(parse_options({"run", "--database", "postgresql://me@host:5432/db"}).database,
              "postgresql://me@host:5432/db");
}

TEST(Options, help_of_every_command_fits_40_lines_and_ends_with_an_example) {
    for (auto const* command :
         {"", "run", "backfill", "plan", "replay", "preview", "check", "migrate", "status", "report"}) {
        auto const text = help_text(command);
        EXPECT_LE(std::ranges::count(text, '\n'), 40) << command;
        EXPECT_NE(text.find("Example: billhouse"), std::string::npos) << command;
    }
}

TEST(Options, help_needs_no_arguments_of_its_command) {
    EXPECT_TRUE(parse_options({"backfill", "--help"}).help);
}

} // namespace
} // namespace billhouse
