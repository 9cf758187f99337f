#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace billhouse {

/// What the server does after reading one request.
struct ScriptedReply {
    enum class Then {
        read_on, ///< wait for the next request on this connection
        close,   ///< end the connection in an orderly way (FIN)
        reset,   ///< cut it (RST)
        hang,    ///< say nothing more until the client goes
        drip,    ///< send the bytes one by one, about five a second, and then say nothing more; after a whole
                 ///< head only those behind it
    };
    std::string bytes; ///< sent as they are; may be no HTTP at all
    Then then = Then::read_on;
};

/// A raw TCP server on 127.0.0.1 that does what its script says, byte by byte: faults that a decent HTTP
/// server cannot produce. The n-th connection follows the n-th part of the script, one connection after the
/// other; further ones are closed at once.
class ScriptedServer {
public:
    using Connection = std::vector<ScriptedReply>;

    /// @param request  head and body
    using Answer = std::function<ScriptedReply(std::string const& request)>;

    explicit ScriptedServer(std::vector<Connection> script);
    enum class Serving {
        one_by_one, ///< the next connection when the one before has ended
        at_once     ///< all connections, a thread each; the function is called by all of them
    };
    /// Answers each request, on any number of connections, as the function says; it runs on another thread.
    explicit ScriptedServer(Answer answer, Serving serving = Serving::one_by_one);
    ~ScriptedServer();
    ScriptedServer(ScriptedServer const&) = delete;
    ScriptedServer& operator=(ScriptedServer const&) = delete;

    int port() const { return port_; }
    /// "http://127.0.0.1:PORT".
    std::string url() const;
    /// Connections accepted so far, also beyond the script.
    int connections() const;
    /// What was read so far, one text a request: head and body.
    std::vector<std::string> requests() const;

private:
    void start();
    void serve();
    void follow(int socket, Connection const& script);
    void answer(int socket);
    bool reply_ends(int socket, ScriptedReply const& reply);
    void wait_for_end(int socket);
    void drip(int socket, std::string_view bytes);
    std::optional<std::string> read_request(int socket);
    bool wait_for_input(int socket) const;

    std::vector<Connection> script_;
    Answer answer_; ///< instead of the script
    Serving serving_ = Serving::one_by_one;
    int listener_ = -1;
    int wake_[2] = {-1, -1}; ///< a pipe: written to when the server shall end
    int port_ = 0;
    mutable std::mutex mutex_;
    int connections_ = 0;
    std::vector<std::string> requests_;
    std::vector<std::jthread> answering_; ///< Serving::at_once
    std::thread thread_;                  ///< last: starts when everything else is there
};

} // namespace billhouse
