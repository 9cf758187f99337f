#include "run/connection_check.hpp"

#include "run/page_reader.hpp"
#include "run/partitions.hpp"
#include "run/vendor_connection.hpp"
#include "run/window_planner.hpp"
#include "state/migrator.hpp"

#include "run_sql.hpp"

#include <fmt/format.h>

namespace billhouse {

std::string check_database(PgSession& session) {
    std::string missing;
    for (auto const& row : session.run(run_sql::missing_privileges))
        missing += (missing.empty() ? "" : ", ") + row.at(0).value_or("");
    if (!missing.empty())
        throw Error(
            ErrorKind::refused, "the database role lacks " + missing,
            "Run schema/roles.sql (again, after a migration), or use a role that owns the warehouse.");
    Migrator(session, embedded_migrations()).require_current();
    std::string found = fmt::format("PostgreSQL {}.{}, schema up to date, privileges complete",
                                    session.server_version() / 10000, session.server_version() % 10000);
    for (auto const& row : session.run(run_sql::lost_durability))
        found += fmt::format("; {} is off: a fall of the server's machine may lose or damage what was loaded",
                             row.at(0).value_or(""));
    return found;
}

SeriesRequest newest_window(RunContext& context, JobDefinition const& job, StreamDefinition const& stream,
                            std::string partition, std::optional<Date> until) {
    auto today = job.source.billing_zone.date_of(context.clock.now());
    if (until) today = std::min(today, *until);
    auto const end = due_end(stream.window, today);
    auto const slices = slices_between(stream.window, stream.window.earliest, end, end);
    if (slices.empty())
        throw Error(ErrorKind::config, fmt::format("{}.{}: window.earliest {} is not over yet", job.name,
                                                   stream.name, to_string(stream.window.earliest)));
    auto const from =
        stream.window.fetch == WindowSpec::Fetch::all ? slices.front().from : slices.back().from;
    return {job, stream, std::move(partition), from, slices.back().ask_to};
}

namespace {

std::string first_answer(RunContext& context, JobDefinition const& job, StreamDefinition const& stream,
                         VendorClient& client) {
    auto const partitions = partitions_of(context, job, stream, &client);
    if (partitions.empty()) return fmt::format("{} has no partitions", stream.name);
    auto const request = newest_window(context, job, stream, partitions.front(), std::nullopt);
    auto const page =
        PageReader(request, client, context.stop)
            .read(make_paginator(stream.pagination)->first(), {[] {}, [](RecordView const&) {}});
    return fmt::format("{} answered {} with {} records", stream.name, page.stored.page.status,
                       page.stored.records);
}

} // namespace

std::string check_vendor(RunContext& context, JobDefinition const& job) {
    VendorConnection vendor(context, job);
    std::string found;
    for (auto const& stream : job.streams)
        found += (found.empty() ? "" : "; ") + first_answer(context, job, stream, vendor.client());
    return found;
}

} // namespace billhouse
