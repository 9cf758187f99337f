#pragma once

#include "base/date_time.hpp"
#include "load/pg_session.hpp"

#include <string>
#include <string_view>

namespace billhouse {

/// Everything that the page shows, as one JSON object with amounts as exact decimal text, read in one
/// snapshot of the warehouse.
/// @param until  day after the last one that is shown
/// @param made_at  instant for people, ISO 8601
std::string read_report(PgSession& session, Date until, std::string_view made_at);

/// JSON that may stand in a <script> element: no '<' that could end it or begin a comment.
std::string script_safe(std::string_view json);

/// The page: a file of its own, whose only script and style are those that the binary holds; the policy in
/// its head names them by hash, so that no vendor's text can run.
/// @param json  what read_report() gave
std::string report_page(std::string_view json);

} // namespace billhouse
