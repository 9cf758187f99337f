#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <mutex>
#include <random>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace billhouse {

/// One thing that goes wrong between a client and PostgreSQL.
struct PostgresFault {
    enum class When {
        message,   ///< at any message of a client, the connection's start and its end not among them
        commit,    ///< at a COMMIT; with a `text`, only of transactions with a statement that holds it
        statement, ///< at a statement whose text holds `text`
        copy_data  ///< at a piece of a COPY to the server
    };
    enum class Kind {
        cut_before, ///< the message never arrives; both sides see the connection end
        cut_after,  ///< the message arrives, and the client's side ends at once, whatever the server does yet
        drop_reply, ///< the server has done it and said so, but instead of the answer the client sees the end
        reset,      ///< as cut_before, by RST
        swallow_requests, ///< black hole: from this message on nothing of the client arrives; nobody is told
        swallow_replies,  ///< black hole: the message arrives, no answer comes back; nobody is told
        delay             ///< the message arrives after `pause`
    };

    Kind kind = Kind::cut_before;
    When when = When::message;
    int nth = 1; ///< counted from inject(), over all connections
    std::string text{};
    std::chrono::milliseconds pause{0};
    /// Strikes at the nth and at each later one, instead of once.
    bool for_ever = false;
};

/// A TCP server on 127.0.0.1 before the PostgreSQL that PGHOST and PGPORT name. Passes everything on, message
/// by message, until a fault is due. A fault strikes one connection; later ones are served again. Cancel
/// requests pass by and are not counted. No TLS through it: libpq's sslmode=prefer goes on without.
class PostgresProxy {
public:
    /// @param host  a socket's folder, or 127.0.0.1; empty = PGHOST and PGPORT
    explicit PostgresProxy(std::string host = {}, std::string port = {});
    ~PostgresProxy();
    PostgresProxy(PostgresProxy const&) = delete;
    PostgresProxy& operator=(PostgresProxy const&) = delete;

    int port() const { return port_; }
    /// The same libpq text, leading through this proxy: the later of two equal keys wins.
    std::string through(std::string const& connection) const;

    void inject(PostgresFault fault);
    /// Each message of a client is struck with this chance (in a thousand), by one of `kinds`. The same seed
    /// and the same messages give the same faults.
    void inject_at_random(std::uint64_t seed, int permille, std::vector<PostgresFault::Kind> kinds);
    /// Before message `number` (as messages() counts, or the first one after it) is passed on, does this
    /// once. Empty: nothing.
    void at_message(int number, std::function<void()> action);
    /// Bytes go on in pieces of at most so many, each a packet of its own. 0 = as they come.
    void slice(std::size_t bytes) { slice_ = bytes; }
    /// New connections are accepted and never answered. false: those that come later are served.
    void swallow_connections(bool on) { swallow_connections_ = on; }
    /// The next connections are told that the server is starting up (57P03).
    void refuse_connections(int count) { refusals_ = count; }
    /// New connections are told another backend's number than theirs, as poolers do.
    void pose_as_pooler() { poses_as_pooler_ = true; }
    /// Forgets faults that are still to come. Connections in a black hole stay there.
    void heal();

    int connections() const;
    int messages() const; ///< that clients sent, arrived or not
    int commits() const;  ///< that are among them
    /// What struck so far: "cut_before at COMMIT", in order.
    std::vector<std::string> struck() const;
    /// Waits until `count` faults have struck. @throws std::runtime_error  not within a minute
    void wait_until_struck(std::size_t count = 1);

private:
    class Connection;
    struct Pending {
        PostgresFault fault;
        int seen = 0;
    };
    /// What a message of a client is, as far as faults are aimed.
    struct Message {
        std::string_view statement;   ///< empty = none is executed by it
        std::string_view transaction; ///< its statements so far
        bool copy_data = false;
    };
    static bool hits(PostgresFault const& fault, Message const& message);
    /// @returns the fault that is due at this message; Kind::delay without a pause = none
    PostgresFault due(Message const& message);
    void accept_clients();

    std::string host_, service_;
    int listener_ = -1, port_ = 0;
    int wake_[2] = {-1, -1};
    std::atomic<std::size_t> slice_{0};
    std::atomic<bool> swallow_connections_{false}, poses_as_pooler_{false};
    std::atomic<int> refusals_{0};

    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<Pending> pending_;
    std::mt19937_64 random_;
    int permille_ = 0;
    std::vector<PostgresFault::Kind> random_kinds_;
    std::vector<std::string> struck_;
    int connections_ = 0, messages_ = 0, commits_ = 0, action_at_ = 0;
    std::function<void()> action_;

    std::list<std::thread> threads_; ///< of connections, joined at the end
    std::thread acceptor_;
};

} // namespace billhouse
