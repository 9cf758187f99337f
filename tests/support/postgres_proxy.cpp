#include "support/postgres_proxy.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdlib>
#include <cstring>
#include <map>
#include <optional>
#include <stdexcept>
#include <utility>

namespace billhouse {

namespace {

using Kind = PostgresFault::Kind;

constexpr std::uint32_t kProtocol3 = 196608;

void check(bool good, char const* what) {
    if (!good) throw std::runtime_error(std::string("PostgreSQL proxy: ") + what);
}

std::string environment(char const* name) {
    auto const* value = std::getenv(name);
    return value ? value : "";
}

std::uint32_t number_at(std::string_view bytes, std::size_t at) {
    std::uint32_t number = 0;
    for (auto const byte : bytes.substr(at, 4))
        number = number << 8 | static_cast<unsigned char>(byte);
    return number;
}

std::string_view text_at(std::string_view bytes, std::size_t at) {
    auto const rest = bytes.substr(std::min(at, bytes.size()));
    return rest.substr(0, rest.find('\0'));
}

/// Whether a statement begins with this word.
bool is(std::string_view statement, std::string_view word) {
    auto const first = statement.substr(0, statement.find_first_of(" ;"));
    return std::ranges::equal(first, word,
                              [](unsigned char a, unsigned char b) { return std::toupper(a) == b; });
}

bool is_commit(std::string_view statement) {
    return is(statement, "COMMIT");
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

/// One client's connection and the server's end of it, on a thread of its own.
class PostgresProxy::Connection {
public:
    enum class Welcome { serve, swallow, refuse };
    Connection(PostgresProxy& proxy, int client, int server, Welcome welcome)
        : proxy_(proxy), client_(client), server_(server), swallows_requests_(welcome == Welcome::swallow),
          refuses_(welcome == Welcome::refuse) {}
    ~Connection() {
        for (int const socket : {client_, server_})
            if (socket >= 0) ::close(socket);
    }

    void serve() {
        while (!over_) {
            std::array<pollfd, 3> watched{pollfd{client_, POLLIN, 0}, pollfd{server_, POLLIN, 0},
                                          pollfd{proxy_.wake_[0], POLLIN, 0}};
            if (::poll(watched.data(), watched.size(), -1) < 0 || watched[2].revents != 0) return;
            if (watched[0].revents != 0) take_from_client();
            if (!over_ && watched[1].revents != 0) take_from_server();
        }
    }

private:
    /// @returns false at the end of the stream
    static bool receive(int socket, std::string& buffer) {
        std::array<char, 65536> bytes{};
        auto const count = ::recv(socket, bytes.data(), bytes.size(), 0);
        if (count > 0) buffer.append(bytes.data(), static_cast<std::size_t>(count));
        return count > 0;
    }

    /// A peer that does not read must not keep the proxy from ending.
    void send_all(int socket, std::string_view bytes) {
        while (!bytes.empty()) {
            std::array<pollfd, 2> watched{pollfd{socket, POLLOUT, 0}, pollfd{proxy_.wake_[0], POLLIN, 0}};
            if (::poll(watched.data(), watched.size(), -1) < 0 || watched[1].revents != 0) break;
            auto const piece =
                proxy_.slice_ == 0 ? bytes.size() : std::min<std::size_t>(bytes.size(), proxy_.slice_);
            auto const sent = ::send(socket, bytes.data(), piece, MSG_NOSIGNAL | MSG_DONTWAIT);
            if (sent <= 0) break;
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        }
        over_ = over_ || !bytes.empty();
    }

    void take_from_client() {
        if (!receive(client_, from_client_)) {
            over_ = !swallows_requests_; // the hole does not tell the server that the client has gone
            if (!over_) client_gone();
            return;
        }
        while (auto const size = whole_message()) {
            auto const message = from_client_.substr(0, *size);
            from_client_.erase(0, *size);
            if (swallows_requests_) continue;
            pass_on(message);
            if (over_) return;
        }
    }

    void client_gone() {
        ::close(client_);
        client_ = -1; // poll() passes over it
        from_client_.clear();
    }

    std::optional<std::size_t> whole_message() const {
        std::size_t const type = started_ ? 1 : 0;
        if (from_client_.size() < type + 4) return std::nullopt;
        auto const size = type + number_at(from_client_, type);
        return from_client_.size() < size ? std::nullopt : std::optional(size);
    }

    void pass_on(std::string const& message) {
        if (!started_) {
            // requests for encryption come before it, a cancel request instead of it
            started_ = number_at(message, 4) == kProtocol3;
            if (refuses_) return refuse();
            return send_all(server_, message);
        }
        auto const fault = message[0] == 'X' || message[0] == 'p' ? PostgresFault{.kind = Kind::delay}
                                                                  : proxy_.due(meaning_of(message));
        strike(fault, message);
    }

    Message meaning_of(std::string_view message) {
        switch (message[0]) {
        case 'Q':
            statement_ = text_at(message, 5);
            return executed();
        case 'P':
            statement_ = text_at(message, 5 + text_at(message, 5).size() + 1);
            return {};
        case 'E':
            return executed();
        case 'd':
            return {{}, {}, true};
        default:
            return {};
        }
    }

    Message executed() {
        if (is(statement_, "BEGIN")) transaction_.clear();
        transaction_.append(statement_).push_back('\n');
        return {statement_, transaction_};
    }

    void strike(PostgresFault const& fault, std::string const& message) {
        switch (fault.kind) {
        case Kind::cut_before:
            over_ = true;
            return;
        case Kind::reset:
            return reset();
        case Kind::swallow_requests:
            swallows_requests_ = true;
            return;
        case Kind::delay:
            if (!paused(fault.pause)) return;
            return send_all(server_, message);
        case Kind::cut_after:
            client_gone(); // the server finishes what it was told, and its answer goes nowhere
            drops_reply_ = true;
            send_all(server_, message);
            over_ = over_ || !is_answered(message);
            return;
        case Kind::drop_reply:
            drops_reply_ = true;
            return send_all(server_, message);
        case Kind::swallow_replies:
            swallows_replies_ = true;
            return send_all(server_, message);
        }
    }

    /// Behind any other message the server waits for the next one: for ever, if nobody tells it of the end.
    static bool is_answered(std::string_view message) { return message[0] == 'Q' || message[0] == 'S'; }

    void refuse() {
        if (!started_) return send_all(client_, "N"); // no encryption
        using namespace std::string_literals;
        auto const fields = "SFATAL\0VFATAL\0C57P03\0Mthe database system is starting up\0\0"s;
        std::string const size{0, 0, 0, static_cast<char>(fields.size() + 4)};
        send_all(client_, "E" + size + fields);
        over_ = true;
    }

    void reset() {
        linger const now{1, 0};
        ::setsockopt(client_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
        over_ = true;
    }

    /// @returns false where the proxy ends meanwhile
    bool paused(std::chrono::milliseconds pause) {
        if (pause.count() == 0) return true;
        pollfd watched{proxy_.wake_[0], POLLIN, 0};
        over_ = ::poll(&watched, 1, static_cast<int>(pause.count())) != 0;
        return !over_;
    }

    void take_from_server() {
        std::string bytes;
        if (!receive(server_, bytes)) {
            over_ = !swallows_replies_; // the hole does not tell the client that the server has gone
            if (!over_) ::close(std::exchange(server_, -1));
            return;
        }
        if (swallows_replies_ || swallows_requests_) return;
        if (drops_reply_) return look_for_end_of_reply(bytes);
        if (proxy_.poses_as_pooler_ && started_) disguise_backend(bytes);
        send_all(client_, bytes);
    }

    /// BackendKeyData comes in one piece with the other greetings.
    static void disguise_backend(std::string& bytes) {
        auto const key = bytes.find(std::string("K\0\0\0\x0c", 5));
        if (key != std::string::npos && key + 9 <= bytes.size()) bytes[key + 5] = 0x7f;
    }

    /// ReadyForQuery: the server has told the outcome. CopyInResponse: it waits for data.
    void look_for_end_of_reply(std::string const& bytes) {
        reply_ += bytes;
        while (reply_.size() >= 5) {
            auto const size = 1 + number_at(reply_, 1);
            if (reply_.size() < size) return;
            over_ = over_ || reply_[0] == 'Z' || reply_[0] == 'G';
            reply_.erase(0, size);
        }
    }

    PostgresProxy& proxy_;
    int client_, server_;
    std::string from_client_, statement_, transaction_, reply_;
    bool swallows_requests_, refuses_, swallows_replies_ = false, drops_reply_ = false;
    bool started_ = false, over_ = false;
};

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
