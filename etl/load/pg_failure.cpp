#include "load/pg_failure.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

namespace billhouse {

namespace {

struct Verdict {
    std::string_view sqlstate; ///< a whole code, or the beginning of a class of them
    ErrorKind kind;
    std::string_view hint;
};

/// First match decides, so codes stand before their class. Codes: PostgreSQL manual, appendix A.
constexpr auto kVerdicts = std::to_array<Verdict>({
    {"57014", ErrorKind::try_later,
     "The statement took longer than warehouse.statement_timeout; see what the server is busy with."},
    {"57P", ErrorKind::unavailable,
     "The server is starting, stopping or was told to end this session; the next run goes on."},
    {"55P03", ErrorKind::try_later, "Another session holds the lock; pg_stat_activity shows which."},
    {"40", ErrorKind::try_later, "Another session worked on the same rows; the next run goes on."},
    {"53100", ErrorKind::try_later,
     "The server's disk is full: free space there; nothing of this slice was kept."},
    {"53", ErrorKind::try_later, "The server is out of a resource; the next run goes on."},
    {"25P03", ErrorKind::unavailable, "The server ended an idle transaction; the next run goes on."},
    {"25006", ErrorKind::refused,
     "This server or role only reads: connect to the primary with a role that may write."},
    {"28", ErrorKind::refused, "Check the role, its password and the server's pg_hba.conf."},
    {"42501", ErrorKind::refused,
     "The role lacks a privilege in the warehouse: grant it, or use the role that owns the tables."},
    {"3D000", ErrorKind::config, "Create the database, or name another one in warehouse.connection."},
    {"08", ErrorKind::unavailable, "The link to the server broke; the next run goes on."},
    {"58", ErrorKind::unavailable, "The server's machine has a fault; its log says more."},
    {"XX", ErrorKind::unavailable, "The server met an internal fault; its log says more."},
    {"22", ErrorKind::data, "The warehouse cannot hold this value."},
    {"23", ErrorKind::data, "The warehouse's rules refuse this row."},
    {"42P01", ErrorKind::bug,
     "If the schema is not up to date, run 'billhouse migrate'; otherwise please report this."},
});

constexpr Verdict kWrongStatement{"", ErrorKind::bug,
                                  "Please report this with the statement's name and the server's version."};

Verdict const& verdict_on(std::string_view sqlstate) {
    auto const found =
        std::ranges::find_if(kVerdicts, [&](Verdict const& v) { return sqlstate.starts_with(v.sqlstate); });
    return found == kVerdicts.end() ? kWrongStatement : *found;
}

std::string_view first_line(std::string_view text) {
    return text.substr(0, text.find('\n'));
}

/// Names the row of a COPY and the row waited for; a PL/pgSQL call stack would only lengthen the message.
bool is_worth_telling(std::string_view context) {
    return context.starts_with("COPY ") || context.starts_with("while ");
}

std::string sentence(PgFailure const& failure) {
    std::string text = failure.message.empty() ? "the server gave no reason" : failure.message;
    if (!failure.detail.empty()) text += fmt::format(" ({})", first_line(failure.detail));
    if (is_worth_telling(failure.context)) text += fmt::format(" [{}]", first_line(failure.context));
    return text;
}

bool is_sqlstate(std::string_view text) {
    return text.size() == 5 &&
           std::ranges::all_of(text, [](unsigned char c) { return std::isdigit(c) || std::isupper(c); });
}

/// "... failed: FATAL:  28P01: password authentication failed\nLOCATION: ...": severity, two spaces, code. Of
/// several hosts' answers the last counts. The severity's word is not looked at: servers translate it.
PgFailure answer_in(std::string_view text) {
    PgFailure answer;
    for (auto at = text.find(":  "); at != text.npos; at = text.find(":  ", at + 3)) {
        auto const rest = text.substr(at + 3);
        if (!is_sqlstate(rest.substr(0, 5)) || rest.substr(5, 2) != ": ") continue;
        answer.sqlstate = rest.substr(0, 5);
        answer.message = first_line(rest.substr(7));
    }
    return answer;
}

/// Host, file and option names are quoted in libpq's texts; a server called "ssl.invalid" must decide
/// nothing.
std::string without_names(std::string_view text) {
    std::string rest;
    bool quoted = false;
    for (auto const c : text) {
        if (c == '"')
            quoted = !quoted;
        else if (!quoted)
            rest += c;
    }
    return rest;
}

bool mentions(std::string_view text, std::string_view word) {
    return text.find(word) != text.npos;
}

} // namespace

Error classify(PgFailure const& failure, bool link_lost, std::string_view doing) {
    auto const message = fmt::format("{}: {}", doing, sentence(failure));
    if (link_lost)
        return {ErrorKind::unavailable, message,
                "The link to the database is gone; nothing unfinished was kept, the next run goes on."};
    auto const& verdict = verdict_on(failure.sqlstate);
    return {verdict.kind, message, failure.hint.empty() ? std::string(verdict.hint) : failure.hint};
}

Error classify_connect(std::string_view text) {
    constexpr std::string_view doing = "connecting to the warehouse";
    auto const answer = answer_in(text);
    if (!answer.sqlstate.empty()) return classify(answer, false, doing);
    auto const message = fmt::format("{}: {}", doing, first_line(text));
    auto const words = without_names(text);
    if (mentions(words, "no password supplied"))
        return {ErrorKind::refused, message,
                "The server wants a password: set warehouse.password, or use a password file."};
    if (mentions(words, "certificate") || mentions(words, "SSL"))
        return {ErrorKind::config, message,
                "Give sslrootcert (and sslmode) in warehouse.connection; billhouse verifies servers that are "
                "not on this machine."};
    if (words.starts_with("invalid"))
        return {ErrorKind::config, message, "Check warehouse.connection in billhouse.yaml."};
    return {ErrorKind::unavailable, message,
            "Check that the server runs and that warehouse.connection names its host and port."};
}

} // namespace billhouse
