#pragma once

#include "base/error.hpp"

#include <string>
#include <string_view>

namespace billhouse {

/// What PostgreSQL or libpq said about a failure, field by field.
struct PgFailure {
    std::string sqlstate; ///< five characters; empty where libpq itself failed
    std::string message;  ///< primary message, one line
    std::string detail, hint, context;
    int position = 0; ///< 1-based character of the statement's text, 0 = none
};

/// Sorts a failure by what the operator can do about it. By SQLSTATE, never by the message's words, which a
/// server may translate.
/// @param link_lost  the connection is gone: whatever the server said last, the cure is to connect again
/// @param doing      a gerund clause: "merging changed lines (merge_changed.sql)"
Error classify(PgFailure const& failure, bool link_lost, std::string_view doing);

/// Sorts a failure to connect. libpq gives these no fields, only a text; in its verbose form that has the
/// SQLSTATE of a server that answered. Without one, nobody answered, or this side could not go on
/// (certificates, options).
/// @param text  PQerrorMessage() of a connection attempt with PQERRORS_VERBOSE
Error classify_connect(std::string_view text);

} // namespace billhouse
