#include "state/sql_script.hpp"

#include <gmock/gmock.h>

#include <string>
#include <vector>

namespace billhouse {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> pieces(std::string_view script) {
    std::vector<std::string> texts;
    for (auto const& statement : split_statements(script))
        texts.emplace_back(statement.text);
    return texts;
}

TEST(SqlScript, ends_a_statement_at_a_semicolon) {
    EXPECT_THAT(pieces("SELECT 1; SELECT 2;"), ElementsAre("SELECT 1;", "SELECT 2;"));
}

TEST(SqlScript, takes_a_last_statement_without_a_semicolon) {
    EXPECT_THAT(pieces("SELECT 1;\nSELECT 2\n"), ElementsAre("SELECT 1;", "SELECT 2\n"));
}

TEST(SqlScript, sees_no_statement_in_comments_and_empty_ones) {
    EXPECT_THAT(pieces(""), IsEmpty());
    EXPECT_THAT(pieces(" ;; -- SELECT 1;\n /* SELECT 2; */ ;\n"), IsEmpty());
}

TEST(SqlScript, a_semicolon_in_a_string_name_or_comment_ends_nothing) {
    for (std::string const statement : {
             "SELECT 'a;b';",
             "SELECT 'it''s; fine';",
             "SELECT E'a\\';b';",
             "SELECT 'a\\'; ", // a plain string does not know the backslash, so it ends here
             "SELECT \"odd;name\";",
             "SELECT 1 -- one; only\n;",
             "SELECT /* a; /* b; */ c; */ 1;",
             "SELECT $$a;b$$;",
             "DO $body$ BEGIN PERFORM $$x;y$$; END $body$;",
             "SELECT $1, a$b$c;",
         }) {
        auto const trimmed = statement.substr(0, statement.find_last_of(';') + 1);
        EXPECT_THAT(pieces(statement), ElementsAre(trimmed)) << statement;
    }
}

TEST(SqlScript, an_unclosed_quote_runs_to_the_end) {
    EXPECT_THAT(pieces("SELECT 1; SELECT 'open; SELECT 3;"),
                ElementsAre("SELECT 1;", "SELECT 'open; SELECT 3;"));
    EXPECT_THAT(pieces("SELECT $$open; SELECT 3;"), ElementsAre("SELECT $$open; SELECT 3;"));
    EXPECT_THAT(pieces("SELECT 1 /* open;"), ElementsAre("SELECT 1 /* open;"));
}

TEST(SqlScript, tells_the_line_of_a_statements_first_word) {
    auto const statements = split_statements("-- title\n\nCREATE TABLE a (\n  b int);\n/* x\n */ SELECT 1;");
    ASSERT_EQ(statements.size(), 2U);
    EXPECT_EQ(statements[0].line, 3U);
    EXPECT_EQ(statements[1].line, 6U);
}

} // namespace
} // namespace billhouse
