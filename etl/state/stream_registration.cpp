#include "state/ledger.hpp"

#include "state_sql.hpp"

#include <fmt/format.h>

namespace billhouse {

namespace {

constexpr auto kRebuildHint = "Another identity gives every line another key: set it back, or rebuild the "
                              "stream from its stored pages: billhouse replay JOB --rebuild REASON";

std::string code_of(JobDefinition const& job, StreamDefinition const& stream) {
    return fmt::format("{}.{}", job.name, stream.name);
}

/// "charge_date,sku_code,currency_code by content of documents"
std::string identity_of(StreamDefinition const& stream) {
    std::string text;
    for (auto const column : stream.mapping.identity)
        text += fmt::format("{}{}", text.empty() ? "" : ",", kLineColumns.at(column).name);
    text += stream.mapping.ordinal_by_position ? " by position" : " by content";
    return text + (stream.mapping.document ? " of documents" : "");
}

std::int64_t register_source(PgSession& session, JobDefinition const& job) {
    auto const& source = job.source;
    auto const rows =
        session.run(state_sql::source_register,
                    {source.code, source.vendor_code, source.provider_name, source.host_provider_name,
                     source.invoice_issuer_name, source.publisher_name, source.default_currency,
                     source.billing_zone.name(), job.config_hash});
    return integer(rows[0][0]);
}

/// A line's key holds the source's code and the identity's version: with another, every line would seem to
/// vanish and a new one to come.
void require_same_identity(PgSession& session, JobDefinition const& job, StreamDefinition const& stream) {
    auto const code = code_of(job, stream);
    auto const rows = session.run(state_sql::stream_find, {code});
    if (rows.empty() || rows[0][4] != "t") return;
    auto const loaded_source = rows[0][2].value();
    auto const loaded_version = integer(rows[0][3]);
    if (loaded_source != job.source.code)
        throw Error(ErrorKind::config,
                    fmt::format("stream {} has lines of source '{}', but the job now names '{}'", code,
                                loaded_source, job.source.code),
                    "Keep the source's code, or load the other source with a job of another name.");
    if (loaded_version != stream.mapping.identity_version)
        throw Error(ErrorKind::config,
                    fmt::format("stream {} has lines of identity version {}, but the job now says {}", code,
                                loaded_version, stream.mapping.identity_version),
                    kRebuildHint);
    auto const loaded_identity = rows[0][5];
    if (loaded_identity && *loaded_identity != identity_of(stream))
        throw Error(ErrorKind::config,
                    fmt::format("stream {} has lines identified by {}, but the job now says {}", code,
                                *loaded_identity, identity_of(stream)),
                    kRebuildHint);
}

/// A job under another name would begin anew and load the same lines beside those that are there.
void require_no_other_job(PgSession& session, JobDefinition const& job) {
    auto const rows = session.run(state_sql::source_other_job, {job.source.code, job.name + '.'});
    if (rows.empty()) return;
    auto const other = rows[0][0].value();
    auto const stream = other.substr(other.find('.') + 1);
    throw Error(ErrorKind::config,
                fmt::format("source '{}' has lines of stream {}, but job {} names it too", job.source.code,
                            other, job.name),
                fmt::format("Was the job renamed? Then tell the warehouse, for each of its streams: UPDATE "
                            "etl.stream SET stream_code = '{0}.{1}' WHERE stream_code = '{2}'. If it is "
                            "another job, give it a source code of its own.",
                            job.name, stream, other));
}

} // namespace

RegisteredStream register_stream(PgSession& session, JobDefinition const& job, StreamDefinition const& stream,
                                 bool rebuild) {
    require_no_other_job(session, job);
    if (!rebuild) require_same_identity(session, job, stream);
    RegisteredStream registered;
    registered.source_key = register_source(session, job);
    auto const rows =
        session.run(state_sql::stream_register,
                    {code_of(job, stream), registered.source_key, stream.mapping.identity_version,
                     to_string(stream.window.earliest), stream.window.lag_days, stream.window.lookback_days,
                     stream.load.max_vanish_permille, identity_of(stream)});
    registered.stream_id = static_cast<std::int32_t>(integer(rows[0][0]));
    return registered;
}

std::optional<RegisteredStream> find_stream(PgSession& session, JobDefinition const& job,
                                            StreamDefinition const& stream) {
    auto const rows = session.run(state_sql::stream_find, {code_of(job, stream)});
    if (rows.empty()) return std::nullopt;
    return RegisteredStream{integer(rows[0][1]), static_cast<std::int32_t>(integer(rows[0][0]))};
}

} // namespace billhouse
