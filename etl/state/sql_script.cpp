#include "state/sql_script.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <string>

namespace billhouse {

namespace {

constexpr auto npos = std::string_view::npos;

bool is_name_character(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

/// End of what was opened before `from` and closes with `closing`; the script's end where it is never closed.
std::size_t after(std::string_view script, std::string_view closing, std::size_t from) {
    auto const at = script.find(closing, from);
    return at == npos ? script.size() : at + closing.size();
}

/// Block comments nest.
std::size_t after_block_comment(std::string_view script, std::size_t at) {
    int depth = 0;
    do {
        auto const next = std::min(script.find("/*", at), script.find("*/", at));
        if (next == npos) return script.size();
        depth += script[next] == '/' ? 1 : -1;
        at = next + 2;
    } while (depth > 0);
    return at;
}

/// In E'...' a backslash takes the quote after it along; '' ends one string and begins the next, which comes
/// to the same.
std::size_t after_string(std::string_view script, std::size_t quote) {
    bool const escapes = quote > 0 && (script[quote - 1] == 'E' || script[quote - 1] == 'e') &&
                         (quote < 2 || !is_name_character(script[quote - 2]));
    auto at = quote + 1;
    while (at < script.size() && script[at] != '\'')
        at += escapes && script[at] == '\\' ? 2 : 1;
    return std::min(at + 1, script.size());
}

/// "$$" and "$tag$" open a dollar quote, "$1" and "a$b$" do not.
std::size_t after_dollar(std::string_view script, std::size_t dollar) {
    if (dollar > 0 && is_name_character(script[dollar - 1])) return dollar + 1;
    auto end = dollar + 1;
    while (end < script.size() && is_name_character(script[end]))
        ++end;
    bool const opens = end < script.size() && script[end] == '$' &&
                       std::isdigit(static_cast<unsigned char>(script[dollar + 1])) == 0;
    return opens ? after(script, script.substr(dollar, end + 1 - dollar), end + 1) : dollar + 1;
}

/// End of the token at `at`: one character where it is nothing that could hide a semicolon.
std::size_t after_token(std::string_view script, std::size_t at) {
    auto const rest = script.substr(at);
    if (rest.starts_with("--")) return after(script, "\n", at);
    if (rest.starts_with("/*")) return after_block_comment(script, at);
    if (rest.front() == '\'') return after_string(script, at);
    if (rest.front() == '"') return after(script, "\"", at + 1);
    if (rest.front() == '$') return after_dollar(script, at);
    return at + 1;
}

/// The server gives some faults a position, which the session turns into "file:line:column".
bool tells_line(std::string_view message, std::string_view file_name) {
    auto const place = fmt::format("{}:", file_name);
    for (auto at = message.find(place); at != npos; at = message.find(place, at + 1)) {
        auto const rest = message.substr(at + place.size());
        if (!rest.empty() && std::isdigit(static_cast<unsigned char>(rest.front())) != 0) return true;
    }
    return false;
}

bool is_filler(std::string_view token) {
    return token.starts_with("--") || token.starts_with("/*") ||
           std::isspace(static_cast<unsigned char>(token.front())) != 0;
}

} // namespace

std::vector<SqlStatement> split_statements(std::string_view script) {
    std::vector<SqlStatement> statements;
    auto begin = npos; // of the statement under way
    for (std::size_t at = 0; at < script.size();) {
        auto const end = after_token(script, at);
        auto const token = script.substr(at, end - at);
        if (begin == npos && !is_filler(token) && token != ";") begin = at;
        if (begin != npos && (token == ";" || end == script.size())) {
            auto const line = 1 + std::ranges::count(script.substr(0, begin), '\n');
            statements.push_back({static_cast<std::size_t>(line), script.substr(begin, end - begin)});
            begin = npos;
        }
        at = end;
    }
    return statements;
}

void run_sql_file(PgSession& session, std::string_view file_name, std::string_view script) {
    for (auto const& [line, text] : split_statements(script)) {
        try {
            // The lines before it as blank ones: the server's position then counts from the file's beginning.
            session.run_script(file_name, std::string(line - 1, '\n').append(text));
        } catch (Error const& error) {
            if (!tells_line(error.what(), file_name))
                throw error.within(fmt::format("{}:{}", file_name, line));
            throw;
        }
    }
}

} // namespace billhouse
