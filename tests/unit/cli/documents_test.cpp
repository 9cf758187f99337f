#include "cli/command_table.hpp"
#include "cli/completion.hpp"
#include "cli/exit_codes.hpp"
#include "cli/manual.hpp"
#include "cli/options.hpp"
#include "job/job_schema.hpp"
#include "job/key_reference.hpp"

#include <gtest/gtest.h>

#include <string>

namespace billhouse {

namespace {

/// A page without its markup: what a reader sees.
std::string shown(std::string page) {
    for (auto const& [markup, text] : {std::pair{"\\-", "-"},
                                       {"\\e", "\\"},
                                       {"\\(ga", "`"},
                                       {"\\(ha", "^"},
                                       {"\\(ti", "~"},
                                       {"\\fB", ""},
                                       {"\\fI", ""},
                                       {"\\fR", ""},
                                       {"\\&", ""}})
        for (auto at = page.find(markup); at != std::string::npos; at = page.find(markup, at))
            page.replace(at, std::string(markup).size(), text);
    return page;
}

} // namespace

TEST(Manual, has_every_command_option_and_exit_code) {
    auto const page = shown(program_manual());
    auto const has = [&](std::string const& text) {
        EXPECT_NE(page.find(text), std::string::npos) << "billhouse(1) lacks: " << text;
    };
    for (auto const& command : commands()) {
        has(".SS \"billhouse " + std::string(command.name));
        has(std::string(command.explanation));
        has(std::string(command.example));
        for (auto const& option : option_texts(std::string(command.name)))
            has(option.name + (option.value.empty() ? "\n" : " " + option.value + "\n") + option.meaning);
    }
    for (auto const& option : option_texts(""))
        has(option.name);
    for (auto const& code : exit_codes())
        has(std::string(code.meaning));
}

TEST(Manual, has_every_key_of_both_kinds_of_file) {
    struct Case {
        std::string page;
        std::vector<KeyTable> tables;
    };
    for (auto const& [page, tables] :
         {Case{shown(job_manual()), key_tables("job", job_shape().description())},
          Case{shown(main_file_manual()), key_tables("billhouse.yaml", main_file_shape().description())}}) {
        ASSERT_FALSE(tables.empty());
        for (auto const& table : tables) {
            EXPECT_NE(page.find(".SS \"" + table.title + '"'), std::string::npos) << table.title;
            for (auto const& key : table.keys)
                EXPECT_NE(page.find(".TP\n" + key.name + " (" + key.words), std::string::npos)
                    << table.title << '.' << key.name;
        }
    }
}

TEST(Manual, no_text_is_taken_for_markup) {
    for (auto const& page : {program_manual(), job_manual(), main_file_manual()})
        for (std::size_t at = 0, end = 0; at < page.size(); at = end + 1) {
            end = page.find('\n', at);
            auto const line = page.substr(at, end - at);
            if (line[0] != '.' && line[0] != '\'') continue;
            auto const request = line.substr(0, line.find(' '));
            EXPECT_TRUE(request == ".TH" || request == ".SH" || request == ".SS" || request == ".TP" ||
                        request == ".PP" || request == ".EX" || request == ".EE" || request == ".\\\"")
                << line;
        }
}

TEST(Completion, knows_every_command_and_option_in_both_shells) {
    for (auto const& script : {bash_completion(), zsh_completion()})
        for (auto const& command : commands()) {
            EXPECT_NE(script.find(command.name), std::string::npos) << command.name;
            for (auto const& option : option_texts(std::string(command.name)))
                EXPECT_NE(script.find(option.name), std::string::npos) << command.name << ' ' << option.name;
        }
}

} // namespace billhouse
