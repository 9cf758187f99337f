#include "load/pg_connect.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "load/pg_failure.hpp"

#include <fmt/format.h>
#include <libpq-fe.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <map>
#include <vector>

namespace billhouse {

namespace {

using namespace std::chrono_literals;
using Options = std::map<std::string, std::string>;

constexpr auto kConnectTimeout = 10s;
constexpr auto kLongestSilence = 30s; ///< where tcp_user_timeout=0 leaves it to the system
constexpr auto kStopCheck = 200ms;
constexpr int kSendBuffer = 2 * 1024 * 1024; ///< bytes

Error unreadable(std::string_view text, char const* reason) {
    // libpq quotes what it stumbled over; where that might be a secret, the reason is kept back.
    bool const may_hold_secret = text.find("pass") != text.npos || text.find('@') != text.npos;
    auto const message = may_hold_secret || !reason
                             ? std::string("warehouse.connection cannot be read")
                             : fmt::format("warehouse.connection cannot be read: {}", trimmed(reason));
    return {ErrorKind::config, message,
            "Write a URI (postgresql://host/database) or key=value pairs (host=... dbname=...)."};
}

Options parse(std::string const& text) {
    char* reason = nullptr;
    std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> const parsed(
        PQconninfoParse(text.c_str(), &reason), &PQconninfoFree);
    std::unique_ptr<char, decltype(&PQfreemem)> const owned(reason, &PQfreemem);
    if (!parsed) throw unreadable(text, reason);
    Options options;
    for (auto const* option = parsed.get(); option->keyword; ++option)
        if (option->val && *option->val) options.emplace(option->keyword, option->val);
    if (options.contains("password"))
        throw Error(ErrorKind::config, "warehouse.connection holds a password",
                    "Move it to warehouse.password: {credential: NAME}.");
    return options;
}

bool is_on_this_machine(std::string_view host) {
    return host.empty() || host.starts_with('/') || host.starts_with('@') || host == "localhost" ||
           host == "::1" || host.starts_with("127.");
}

/// Every host of a comma list must be on this machine. A service file's hosts are not known here and count as
/// elsewhere.
bool is_local(Options const& options) {
    if (options.contains("service")) return false;
    auto const* from_environment = std::getenv("PGHOST");
    std::string hosts = from_environment ? from_environment : "";
    if (auto const found = options.find("host"); found != options.end()) hosts = found->second;
    if (auto const found = options.find("hostaddr"); found != options.end()) hosts += "," + found->second;
    for (std::size_t begin = 0; begin <= hosts.size();) {
        auto const end = std::min(hosts.find(',', begin), hosts.size());
        if (!is_on_this_machine(std::string_view(hosts).substr(begin, end - begin))) return false;
        begin = end + 1;
    }
    return true;
}

/// `prefer` and `allow` take whatever a server, or somebody before it, offers: neither a secret link nor a
/// known server. A link that is not verified must be asked for by a mode that says what it is.
void require_honest_mode(Options const& options) {
    auto const mode = options.find("sslmode");
    if (mode == options.end() || (mode->second != "prefer" && mode->second != "allow")) return;
    throw Error(
        ErrorKind::config,
        fmt::format("warehouse.connection: sslmode={} falls back to plain text, and the server is not on "
                    "this machine",
                    mode->second),
        "Leave sslmode out (verify-full with sslrootcert), or say openly what you accept: require, disable.");
}

PgHandle start(WarehouseSettings const& settings, Options const& options,
               std::optional<std::string> const& password, std::string const& application) {
    std::vector<char const*> keys, values;
    auto const add = [&](char const* key, char const* value) {
        keys.push_back(key), values.push_back(value);
    };
    // libpq lets the later of two equal keys win: ours first are defaults, those after the text are fixed.
    for (auto const& [key, value] : {std::pair{"keepalives", "1"},
                                     {"keepalives_idle", "30"},
                                     {"keepalives_interval", "10"},
                                     {"keepalives_count", "3"},
                                     {"tcp_user_timeout", "30000"}})
        add(key, value);
    if (!is_local(options)) {
        require_honest_mode(options);
        if (!options.contains("sslmode")) add("sslmode", "verify-full");
    }
    if (!settings.connection.empty()) add("dbname", settings.connection.c_str());
    add("application_name", application.c_str());
    add("client_encoding", "UTF8");
    if (password) add("password", password->c_str());
    add(nullptr, nullptr);
    PgHandle connection(PQconnectStartParams(keys.data(), values.data(), 1));
    if (!connection) throw std::bad_alloc();
    return connection;
}

/// @returns false where `deadline` passed
bool wait_for(pg_conn* connection, bool to_write, std::chrono::steady_clock::time_point deadline,
              std::stop_token const& stop) {
    pollfd socket{PQsocket(connection), static_cast<short>(to_write ? POLLOUT : POLLIN), 0};
    while (std::chrono::steady_clock::now() < deadline) {
        if (stop.stop_requested()) throw Stopped();
        if (poll(&socket, 1, static_cast<int>(kStopCheck / 1ms)) > 0) return true;
    }
    return false;
}

std::chrono::milliseconds timeout_in(Options const& options) {
    auto const found = options.find("connect_timeout");
    auto const seconds = found == options.end() ? std::nullopt : parse_integer(found->second);
    return seconds && *seconds > 0 ? std::chrono::seconds(*seconds) : kConnectTimeout;
}

/// Of a local socket, which does not grow by itself as TCP's do: while this process waits for its turn on a
/// busy machine, the server works on what is sent already. The system may allow less (net.core.wmem_max).
void widen_send_buffer(int connected) {
    int domain = 0, size = kSendBuffer;
    socklen_t length = sizeof domain;
    if (getsockopt(connected, SOL_SOCKET, SO_DOMAIN, &domain, &length) == 0 && domain == AF_UNIX)
        setsockopt(connected, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
}

} // namespace

void PgCloser::operator()(pg_conn* connection) const noexcept {
    PQfinish(connection);
}

std::chrono::milliseconds longest_silence(pg_conn* connection) {
    std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> const used(PQconninfo(connection),
                                                                            &PQconninfoFree);
    for (auto const* option = used.get(); option && option->keyword; ++option)
        if (std::string_view(option->keyword) == "tcp_user_timeout" && option->val)
            if (auto const milliseconds = parse_integer(option->val); milliseconds && *milliseconds > 0)
                return std::chrono::milliseconds(*milliseconds);
    return kLongestSilence;
}

PgHandle open_connection(WarehouseSettings const& settings, std::optional<std::string> const& password,
                         std::string const& application, std::stop_token const& stop,
                         std::chrono::milliseconds most) {
    auto const options = parse(settings.connection);
    auto connection = start(settings, options, password, application);
    PQsetErrorVerbosity(connection.get(),
                        PQERRORS_VERBOSE); // puts the SQLSTATE into the text, for classify_connect()
    auto const timeout = std::min(timeout_in(options), most);
    auto const deadline = std::chrono::steady_clock::now() + timeout;
    auto state = PQstatus(connection.get()) == CONNECTION_BAD ? PGRES_POLLING_FAILED : PGRES_POLLING_WRITING;
    while (state != PGRES_POLLING_OK) {
        if (state == PGRES_POLLING_FAILED) throw classify_connect(PQerrorMessage(connection.get()));
        if (!wait_for(connection.get(), state == PGRES_POLLING_WRITING, deadline, stop))
            throw classify_connect(fmt::format("no answer within {} ms", timeout.count()));
        state = PQconnectPoll(connection.get());
    }
    PQsetErrorVerbosity(connection.get(), PQERRORS_DEFAULT);
    widen_send_buffer(PQsocket(connection.get()));
    return connection;
}

std::string database_library_version() {
    auto const version = PQlibVersion(); // 150016 = 15.16
    return fmt::format("libpq/{}.{}", version / 10000, version % 10000);
}

} // namespace billhouse
