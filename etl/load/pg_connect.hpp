#pragma once

#include "job/job_definition.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

struct pg_conn;

namespace billhouse {

struct PgCloser {
    void operator()(pg_conn* connection) const noexcept;
};
using PgHandle = std::unique_ptr<pg_conn, PgCloser>;

/// Opens a connection with libpq itself rather than through libpqxx, which turns every failure to connect
/// into a "broken connection" without the reason. Servers on other machines are verified
/// (sslmode=verify-full) unless the connection text has an sslmode. Waits at most connect_timeout of the
/// connection text, else 10 s, for all its hosts together, and never longer than `most`; resolving a name
/// comes on top.
/// @param password  overrides nothing in the connection text: a password there is refused
/// @throws Error    unavailable, refused (role, password) or config (database, certificates, connection text)
/// @throws Stopped
PgHandle open_connection(WarehouseSettings const& settings, std::optional<std::string> const& password,
                         std::string const& application, std::stop_token const& stop,
                         std::chrono::milliseconds most);

/// How long a link may be silent beyond what a statement takes: tcp_user_timeout of the connection text, 30 s
/// by default. TCP's own timer sees only what is not acknowledged.
std::chrono::milliseconds longest_silence(pg_conn* connection);

/// "libpq/15.16": what this process has loaded.
std::string database_library_version();

} // namespace billhouse
