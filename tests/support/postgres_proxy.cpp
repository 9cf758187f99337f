#include "support/postgres_proxy.hpp"

#include "support/postgres_proxy_connection.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <cstring>
#include <map>
#include <optional>
#include <stdexcept>
#include <utility>

namespace billhouse {

namespace {

using Kind = PostgresFault::Kind;

void check(bool good, char const* what) {
    if (!good) throw std::runtime_error(std::string("PostgreSQL proxy: ") + what);
}

std::string environment(char const* name) {
    auto const* value = std::getenv(name);
    return value ? value : "";
}

bool is_commit(std::string_view statement) {
    return postgres_protocol::is(statement, "COMMIT");
}

char const* name_of(Kind kind) {
    static std::map<Kind, char const*> const names{{Kind::cut_before, "cut_before"},
                                                   {Kind::cut_after, "cut_after"},
                                                   {Kind::drop_reply, "drop_reply"},
                                                   {Kind::reset, "reset"},
                                                   {Kind::swallow_requests, "swallow_requests"},
                                                   {Kind::swallow_replies, "swallow_replies"},
                                                   {Kind::delay, "delay"}};
    return names.at(kind);
}

template <class Address>
bool connects(int socket, Address const& address) {
    return ::connect(socket, reinterpret_cast<sockaddr const*>(&address), sizeof address) == 0;
}

/// @returns -1 where the server does not take the connection
int connect_to(std::string const& host, std::string const& port) {
    bool const local = host.starts_with('/');
    int const socket = ::socket(local ? AF_UNIX : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool connected = false;
    if (local) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::strncpy(address.sun_path, (host + "/.s.PGSQL." + port).c_str(), sizeof address.sun_path - 1);
        connected = connects(socket, address);
    } else {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(static_cast<std::uint16_t>(std::stoi(port)));
        ::inet_pton(AF_INET, host.c_str(), &address.sin_addr);
        connected = connects(socket, address);
    }
    if (connected) return socket;
    ::close(socket);
    return -1;
}

} // namespace

PostgresProxy::PostgresProxy(std::string host, std::string port)
    : host_(host.empty() ? environment("PGHOST") : std::move(host)),
      service_(port.empty() ? environment("PGPORT") : std::move(port)) {
    if (service_.empty()) service_ = "5432";
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    socklen_t length = sizeof address;
    check(::bind(listener_, generic, length) == 0, "cannot bind");
    check(::listen(listener_, 16) == 0, "cannot listen");
    check(::getsockname(listener_, generic, &length) == 0, "no port");
    check(::pipe2(wake_, O_CLOEXEC) == 0, "no pipe");
    port_ = ntohs(address.sin_port);
    acceptor_ = std::thread([this] { accept_clients(); });
}

PostgresProxy::~PostgresProxy() {
    ::close(wake_[1]); // makes the other end readable
    acceptor_.join();
    for (auto& thread : threads_)
        thread.join();
    ::close(wake_[0]);
    ::close(listener_);
}

std::string PostgresProxy::through(std::string const& connection) const {
    return connection + " host=127.0.0.1 port=" + std::to_string(port_);
}

void PostgresProxy::accept_clients() {
    for (;;) {
        std::array<pollfd, 2> watched{pollfd{listener_, POLLIN, 0}, pollfd{wake_[0], POLLIN, 0}};
        if (::poll(watched.data(), watched.size(), -1) < 0 || watched[1].revents != 0) return;
        int const client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        if (client < 0) continue;
        int const on = 1;
        ::setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        using Welcome = Connection::Welcome;
        auto const welcome = refusals_ > 0          ? Welcome::refuse
                             : swallow_connections_ ? Welcome::swallow
                                                    : Welcome::serve;
        if (welcome == Welcome::refuse) --refusals_;
        int const server = welcome == Welcome::serve ? connect_to(host_, service_) : -1;
        if (server < 0 && welcome == Welcome::serve) {
            ::close(client);
            continue;
        }
        {
            std::lock_guard const lock(mutex_);
            ++connections_;
        }
        threads_.emplace_back(
            [this, client, server, welcome] { Connection(*this, client, server, welcome).serve(); });
    }
}

void PostgresProxy::inject(PostgresFault fault) {
    std::lock_guard const lock(mutex_);
    pending_.push_back({std::move(fault), 0});
}

void PostgresProxy::inject_at_random(std::uint64_t seed, int permille, std::vector<Kind> kinds) {
    std::lock_guard const lock(mutex_);
    random_.seed(seed);
    permille_ = kinds.empty() ? 0 : permille;
    random_kinds_ = std::move(kinds);
}

void PostgresProxy::at_message(int number, std::function<void()> action) {
    std::lock_guard const lock(mutex_);
    action_at_ = number;
    action_ = std::move(action);
}

void PostgresProxy::heal() {
    std::lock_guard const lock(mutex_);
    pending_.clear();
    permille_ = 0;
}

bool PostgresProxy::hits(PostgresFault const& fault, Message const& message) {
    switch (fault.when) {
    case PostgresFault::When::message:
        return true;
    case PostgresFault::When::commit:
        return is_commit(message.statement) && message.transaction.find(fault.text) != std::string_view::npos;
    case PostgresFault::When::statement:
        return !message.statement.empty() && message.statement.find(fault.text) != std::string_view::npos;
    case PostgresFault::When::copy_data:
        return message.copy_data;
    }
    return false;
}

PostgresFault PostgresProxy::due(Message const& message) {
    std::lock_guard const lock(mutex_);
    ++messages_;
    if (is_commit(message.statement)) ++commits_;
    if (action_ && messages_ >= action_at_) std::exchange(action_, {})();
    std::optional<PostgresFault> found;
    for (auto& [fault, seen] : pending_)
        if (hits(fault, message) && ++seen >= fault.nth && !found && (seen == fault.nth || fault.for_ever))
            found = fault;
    // both are drawn for every message, so that a fault changes nothing for those that come after it
    auto const draw = random_() % 1000, choice = random_();
    if (!found && permille_ > 0 && draw < static_cast<std::uint64_t>(permille_))
        found = PostgresFault{.kind = random_kinds_[choice % random_kinds_.size()],
                              .pause = std::chrono::milliseconds(1 + choice % 20)};
    if (!found) return {.kind = Kind::delay};
    auto const where = message.copy_data ? "CopyData" : std::string(message.statement.substr(0, 60));
    struck_.push_back(std::string(name_of(found->kind)) + " at " + (where.empty() ? "a message" : where));
    changed_.notify_all();
    return *found;
}

int PostgresProxy::connections() const {
    std::lock_guard const lock(mutex_);
    return connections_;
}

int PostgresProxy::messages() const {
    std::lock_guard const lock(mutex_);
    return messages_;
}

int PostgresProxy::commits() const {
    std::lock_guard const lock(mutex_);
    return commits_;
}

std::vector<std::string> PostgresProxy::struck() const {
    std::lock_guard const lock(mutex_);
    return struck_;
}

void PostgresProxy::wait_until_struck(std::size_t count) {
    std::unique_lock lock(mutex_);
    check(changed_.wait_for(lock, std::chrono::minutes(1), [&] { return struck_.size() >= count; }),
          "the fault did not strike within a minute");
}

} // namespace billhouse
