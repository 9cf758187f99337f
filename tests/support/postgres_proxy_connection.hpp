#pragma once

#include "support/postgres_proxy.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <utility>

namespace billhouse {

/// What the proxy must understand of PostgreSQL's messages, protocol 3.
namespace postgres_protocol {

inline constexpr std::uint32_t kProtocol3 = 196608;

inline std::uint32_t number_at(std::string_view bytes, std::size_t at) {
    std::uint32_t number = 0;
    for (auto const byte : bytes.substr(at, 4))
        number = number << 8 | static_cast<unsigned char>(byte);
    return number;
}

inline std::string_view text_at(std::string_view bytes, std::size_t at) {
    auto const rest = bytes.substr(std::min(at, bytes.size()));
    return rest.substr(0, rest.find('\0'));
}

/// Whether a statement begins with this word.
inline bool is(std::string_view statement, std::string_view word) {
    auto const first = statement.substr(0, statement.find_first_of(" ;"));
    return std::ranges::equal(first, word,
                              [](unsigned char a, unsigned char b) { return std::toupper(a) == b; });
}

} // namespace postgres_protocol

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
        auto const size = type + postgres_protocol::number_at(from_client_, type);
        return from_client_.size() < size ? std::nullopt : std::optional(size);
    }

    void pass_on(std::string const& message) {
        if (!started_) {
            // requests for encryption come before it, a cancel request instead of it
            started_ = postgres_protocol::number_at(message, 4) == postgres_protocol::kProtocol3;
            if (refuses_) return refuse();
            return send_all(server_, message);
        }
        auto const fault = message[0] == 'X' || message[0] == 'p'
                               ? PostgresFault{.kind = PostgresFault::Kind::delay}
                               : proxy_.due(meaning_of(message));
        strike(fault, message);
    }

    Message meaning_of(std::string_view message) {
        switch (message[0]) {
        case 'Q':
            statement_ = postgres_protocol::text_at(message, 5);
            return executed();
        case 'P':
            statement_ =
                postgres_protocol::text_at(message, 5 + postgres_protocol::text_at(message, 5).size() + 1);
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
        if (postgres_protocol::is(statement_, "BEGIN")) transaction_.clear();
        transaction_.append(statement_).push_back('\n');
        return {statement_, transaction_};
    }

    void strike(PostgresFault const& fault, std::string const& message) {
        switch (fault.kind) {
        case PostgresFault::Kind::cut_before:
            over_ = true;
            return;
        case PostgresFault::Kind::reset:
            return reset();
        case PostgresFault::Kind::swallow_requests:
            swallows_requests_ = true;
            return;
        case PostgresFault::Kind::delay:
            if (!paused(fault.pause)) return;
            return send_all(server_, message);
        case PostgresFault::Kind::cut_after:
            client_gone(); // the server finishes what it was told, and its answer goes nowhere
            drops_reply_ = true;
            send_all(server_, message);
            over_ = over_ || !is_answered(message);
            return;
        case PostgresFault::Kind::drop_reply:
            drops_reply_ = true;
            return send_all(server_, message);
        case PostgresFault::Kind::swallow_replies:
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
            auto const size = 1 + postgres_protocol::number_at(reply_, 1);
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

} // namespace billhouse
