#include "base/error.hpp"
#include "job/job_loader.hpp"

#include "support/data_files.hpp"
#include "support/job_text.hpp"

#include <gtest/gtest.h>

#include <regex>
#include <set>

/// Rows C3 and C5 of tests/faults.md: typos in keys, and plain scalars that YAML readers disagree about.
namespace billhouse {
namespace {

std::string problems(std::string const& job, std::string const& name = "jobs/acme.yaml") {
    try {
        parse_configuration(std::nullopt, {{name, job}});
    } catch (Error const& error) {
        return error.what();
    }
    return "";
}

/// A good job file with one value of each kind in the test's hands.
struct Values {
    std::string text = "words", flag = "true", number = "50", date = "2024-01-01", duration = "30s",
                size = "64MiB", constant = "yes";
};
std::string job_with(Values const& values) {
    return JobText{
        .description = values.text,
        .job = "enabled: " + values.flag + "\n",
        .http = "\n  base_url: https://api.example.com\n  max_body: " + values.size +
                "\n  timeouts: {idle: " + values.duration + "}",
        .request =
            R"({path: /usage, query: {from: "{window.start}", page: "{page.number}", size: "{page.size}"}})",
        .window = "{earliest: " + values.date + "}",
        .pagination = "{kind: page_number, size: " + values.number + "}",
        .response = "{ok_when: {success: " + values.constant + "}}"}
        .str();
}

void expect_refused(std::string Values::*slot, std::initializer_list<char const*> texts) {
    for (auto const* text : texts) {
        Values values;
        values.constant = "true";
        values.*slot = text;
        EXPECT_NE(problems(job_with(values)).find("jobs/acme.yaml:"), std::string::npos) << text;
    }
}

void expect_taken(std::string Values::*slot, std::initializer_list<char const*> texts) {
    for (auto const* text : texts) {
        Values values;
        values.constant = "true";
        values.*slot = text;
        EXPECT_EQ(problems(job_with(values)), "") << text;
    }
}

} // namespace

TEST(FaultC5, a_number_is_digits_in_base_10_and_nothing_else) {
    expect_taken(&Values::number, {"1", "50", "1000000"});
    expect_refused(&Values::number,
                   {"010",     "0x1F", "0o17", "0b1", "1e3", "5.0",  "1_000", "1,000", "+5",
                    "-1",      ".inf", ".nan", "~",   "",    "'50'", "yes",   "1:30",  "99999999999999999999",
                    "1000001", "five"});
}

TEST(FaultC5, a_flag_is_true_or_false_and_nothing_else) {
    expect_taken(&Values::flag, {"true", "false"});
    expect_refused(&Values::flag,
                   {"yes", "no", "on", "off", "y", "n", "True", "FALSE", "1", "0", "~", "", "'true'"});
}

TEST(FaultC5, dates_durations_and_sizes_have_one_form) {
    expect_refused(&Values::date, {"20240101", "2024-1-1", "2024-02-30", "2024-01-01T00:00:00Z", "01.01.2024",
                                   "1704067200", "~"});
    expect_taken(&Values::duration, {"30s", "30 s"});
    expect_refused(&Values::duration,
                   {"30", "30 seconds", "30  s", "1e1s", ".5s", "1m", "PT30S", "-30s", "0x1Es", ".inf", "~"});
    expect_refused(&Values::size, {"64", "64  MiB", "64MB", "64 mib", "0x40MiB", "1e3KiB", "-1MiB", "~"});
}

TEST(FaultC5, text_is_what_stands_there_and_an_absent_value_is_no_text) {
    expect_taken(&Values::text, {"no", "on", "010", "0x1F", ".inf", "1e3", "'~'", "'null'"});
    expect_refused(&Values::text, {"~", "", "null"});
    Values values;
    values.constant = "true";
    values.text = "010";
    EXPECT_EQ(
        parse_configuration(std::nullopt, {{"jobs/acme.yaml", job_with(values)}}).jobs.at(0).description,
        "010");
}

TEST(FaultC5, a_constant_that_may_be_meant_as_text_or_not_must_say_which) {
    expect_taken(&Values::constant, {"true", "false", "1", "-1.5", "1e3", "~", "'no'", "'010'", "OK"});
    expect_refused(&Values::constant,
                   {"no", "on", "off", "yes", "Y", "010", "0x1F", "0o17", ".inf", ".NaN", "1_000", "+1"});
}

/// Every key of every shipped job, with its last letter doubled.
TEST(FaultC3, a_typo_in_any_key_names_the_key_that_was_meant) {
    std::regex const key_form("([{, \n])([a-z_]+):[ \n]");
    std::set<std::string> tried;
    auto const folder = std::filesystem::path(BILLHOUSE_SOURCE_DIR) / "config" / "jobs";
    for (auto const& entry : std::filesystem::directory_iterator(folder)) {
        auto const text = file_text(entry.path());
        auto const name = "jobs/" + entry.path().filename().string();
        std::set<std::string> in_file;
        for (std::sregex_iterator each(text.begin(), text.end(), key_form), end; each != end; ++each) {
            auto const key = each->str(2);
            if (key.size() < 3 || !in_file.insert(key).second) continue;
            auto typo = text;
            typo.insert(static_cast<std::size_t>(each->position(2)) + key.size(), 1, key.back());
            auto const told = problems(typo, name);
            auto const at = told.find(key + key.back() + ": unknown key");
            if (at == std::string::npos) continue; // a name of the author's choice, or text of a comment
            tried.insert(key);
            EXPECT_NE(told.find("did you mean `" + key + "`?", at), std::string::npos)
                << name << ": " << told;
        }
    }
    EXPECT_GT(tried.size(), 70U) << "the shipped jobs use most keys there are";
}

} // namespace billhouse
