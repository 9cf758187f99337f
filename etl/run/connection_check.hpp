#pragma once

#include "load/pg_session.hpp"
#include "run/page_reader.hpp"
#include "run/run_context.hpp"

#include <string>

namespace billhouse {

/// Looks whether the database can take a load: reachable, schema version, privileges. Changes nothing.
/// @returns what was found, in one line
/// @throws Error
std::string check_database(PgSession& session);

/// Asks for the first page of each stream's newest window. @returns what came, in one line. @throws Error,
/// Stopped
std::string check_vendor(RunContext& context, JobDefinition const& job);

/// The newest window that a stream may ask for, as a request. A stream that reads everything at once asks for
/// everything.
SeriesRequest newest_window(RunContext& context, JobDefinition const& job, StreamDefinition const& stream,
                            std::string partition, std::optional<Date> until);

} // namespace billhouse
