#pragma once

#include "load/pg_session.hpp"

#include <cstddef>
#include <string_view>
#include <vector>

namespace billhouse {

struct SqlStatement {
    std::size_t line; ///< 1-based, of the statement's first word
    std::string_view text;
};

/// Cuts a script at the semicolons that end statements: not those in strings, quoted names, dollar quotes or
/// comments. A function body in BEGIN ATOMIC form is not understood: write it in dollar quotes.
std::vector<SqlStatement> split_statements(std::string_view script);

/// Runs a script in the open transaction, statement by statement, so that a failure tells file and line.
/// @throws Error  "0001_warehouse.sql:12: ..."
void run_sql_file(PgSession& session, std::string_view file_name, std::string_view script);

} // namespace billhouse
