#include "support/scripted_server.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <stdexcept>

namespace billhouse {
namespace {

void check(bool good, char const* what) {
    if (!good) throw std::runtime_error(std::string("scripted server: ") + what);
}

/// Bytes of the body that a request head announces.
std::size_t content_length(std::string const& head) {
    auto const at = head.find("Content-Length: ");
    return at == std::string::npos ? 0 : std::strtoul(head.c_str() + at + 16, nullptr, 10);
}

bool is_complete(std::string const& request) {
    auto const end = request.find("\r\n\r\n");
    return end != std::string::npos && request.size() >= end + 4 + content_length(request);
}

void send_all(int socket, std::string_view bytes) {
    while (!bytes.empty()) {
        auto const sent = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) return; // the client has gone: what it makes of that is the test's business
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
}

} // namespace

ScriptedServer::ScriptedServer(std::vector<Connection> script) : script_(std::move(script)) {
    start();
}

ScriptedServer::ScriptedServer(Answer answer, Serving serving)
    : answer_(std::move(answer)), serving_(serving) {
    start();
}

void ScriptedServer::start() {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    socklen_t length = sizeof address;
    check(::bind(listener_, generic, length) == 0, "cannot bind");
    check(::listen(listener_, 64) == 0, "cannot listen");
    check(::getsockname(listener_, generic, &length) == 0, "no port");
    check(::pipe(wake_) == 0, "no pipe");
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
}

ScriptedServer::~ScriptedServer() {
    ::close(wake_[1]); // makes the other end readable
    thread_.join();
    answering_.clear();
    ::close(wake_[0]);
    ::close(listener_);
}

std::string ScriptedServer::url() const {
    return "http://127.0.0.1:" + std::to_string(port_);
}

int ScriptedServer::connections() const {
    std::lock_guard const lock(mutex_);
    return connections_;
}

std::vector<std::string> ScriptedServer::requests() const {
    std::lock_guard const lock(mutex_);
    return requests_;
}

/// @returns false when the server shall end
bool ScriptedServer::wait_for_input(int socket) const {
    pollfd watched[] = {{socket, POLLIN, 0}, {wake_[0], POLLIN, 0}};
    return ::poll(watched, 2, -1) > 0 && watched[1].revents == 0;
}

void ScriptedServer::serve() {
    for (std::size_t index = 0; wait_for_input(listener_); ++index) {
        int const socket = ::accept(listener_, nullptr, nullptr);
        {
            std::lock_guard const lock(mutex_);
            ++connections_;
        }
        if (serving_ == Serving::at_once) {
            answering_.emplace_back([this, socket] { answer(socket); });
            continue;
        }
        if (answer_) answer(socket);
        if (index < script_.size()) follow(socket, script_[index]);
        ::close(socket);
    }
}

/// Sends a reply. @returns whether nothing more is to be said on this connection
bool ScriptedServer::reply_ends(int socket, ScriptedReply const& reply) {
    if (reply.then == ScriptedReply::Then::drip)
        drip(socket, reply.bytes);
    else
        send_all(socket, reply.bytes);
    if (reply.then == ScriptedReply::Then::hang) wait_for_end(socket);
    if (reply.then == ScriptedReply::Then::reset) {
        linger const now{1, 0};
        ::setsockopt(socket, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    }
    return reply.then != ScriptedReply::Then::read_on;
}

void ScriptedServer::follow(int socket, Connection const& script) {
    for (auto const& reply : script)
        if (!read_request(socket) || reply_ends(socket, reply)) return;
    wait_for_end(socket);
}

void ScriptedServer::answer(int socket) {
    while (auto const request = read_request(socket))
        if (reply_ends(socket, answer_(*request))) break;
    if (serving_ == Serving::at_once) ::close(socket);
}

void ScriptedServer::wait_for_end(int socket) {
    char byte = 0;
    while (wait_for_input(socket) && ::recv(socket, &byte, 1, 0) > 0)
        continue;
}

/// The pause between two bytes is this fault itself; it ends at once when the client goes.
void ScriptedServer::drip(int socket, std::string_view bytes) {
    if (auto const head = bytes.find("\r\n\r\n"); head != std::string_view::npos && head + 4 < bytes.size()) {
        send_all(socket, bytes.substr(0, head + 4));
        bytes.remove_prefix(head + 4);
    }
    for (char const& byte : bytes) {
        send_all(socket, {&byte, 1});
        pollfd watched[] = {{socket, POLLIN, 0}, {wake_[0], POLLIN, 0}};
        if (::poll(watched, 2, 200) != 0) return;
    }
    wait_for_end(socket);
}

/// @returns nullopt where the client or the server ends instead
std::optional<std::string> ScriptedServer::read_request(int socket) {
    std::string request;
    while (!is_complete(request)) {
        if (!wait_for_input(socket)) return std::nullopt;
        char buffer[4096];
        auto const count = ::recv(socket, buffer, sizeof buffer, 0);
        if (count <= 0) return std::nullopt;
        request.append(buffer, static_cast<std::size_t>(count));
    }
    std::lock_guard const lock(mutex_);
    requests_.push_back(request);
    return request;
}

} // namespace billhouse
