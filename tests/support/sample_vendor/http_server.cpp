#include "support/sample_vendor/http_server.hpp"

#include <httplib.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <cctype>
#include <thread>

namespace billhouse::vendor {

struct HttpServer::Library {
    httplib::Server server;
};

namespace {

HttpRequest request_of(httplib::Request const& from) {
    HttpRequest request;
    request.method = from.method;
    request.path = from.path;
    if (auto const mark = from.target.find('?'); mark != std::string::npos)
        request.query = from.target.substr(mark + 1);
    request.parameters.insert(from.params.begin(), from.params.end());
    for (auto const& [name, value] : from.headers) {
        std::string lower = name;
        std::transform(lower.begin(), lower.end(), lower.begin(),
                       [](unsigned char c) { return std::tolower(c); });
        request.headers.emplace(std::move(lower), value);
    }
    request.body = from.body;
    return request;
}

/// Our end of the connection from that port of the loopback; -1 where there is none. The library does not
/// tell.
int socket_to(int remote_port) {
    for (int socket = 3; socket < 4096; ++socket) {
        sockaddr_in peer{};
        socklen_t size = sizeof peer;
        if (::getpeername(socket, reinterpret_cast<sockaddr*>(&peer), &size) == 0 &&
            peer.sin_family == AF_INET && ntohs(peer.sin_port) == remote_port)
            return socket;
    }
    return -1;
}

// Connecting to "nothing" dissolves a TCP association; Linux tells the peer with a reset.
void reset_connection(int remote_port) {
    sockaddr nothing{};
    nothing.sa_family = AF_UNSPEC;
    static_cast<void>(::connect(socket_to(remote_port), &nothing, sizeof nothing));
}

void send_cut(HttpReply const& reply, httplib::Response& to) {
    std::string const part = reply.body.substr(0, *reply.cut_after);
    // Refusing to provide the rest makes the library close the connection short of the announced length.
    to.set_content_provider(reply.body.size() + 1, reply.content_type,
                            [part](std::size_t offset, std::size_t, httplib::DataSink& sink) {
                                if (offset == 0 && !part.empty()) return sink.write(part.data(), part.size());
                                return false;
                            });
}

void send(HttpReply const& reply, httplib::Request const& request, httplib::Response& to) {
    if (reply.delay.count() > 0) std::this_thread::sleep_for(reply.delay);
    if (reply.reset) reset_connection(request.remote_port);
    to.status = reply.status;
    for (auto const& [name, value] : reply.headers)
        to.set_header(name, value);
    if (reply.cut_after)
        send_cut(reply, to);
    else
        to.set_content(reply.body, reply.content_type);
}

} // namespace

HttpServer::HttpServer(Handler handler) : library_(std::make_unique<Library>()) {
    httplib::Server& server = library_->server;
    auto const answer = [handler = std::move(handler)](httplib::Request const& request,
                                                       httplib::Response& response) {
        send(handler(request_of(request)), request, response);
    };
    server.Get(".*", answer);
    server.Post(".*", answer);
    server.set_tcp_nodelay(true);
    server.set_keep_alive_max_count(1'000'000);
    server.new_task_queue = [] { return new httplib::ThreadPool(16); };
}

HttpServer::~HttpServer() = default;

int HttpServer::bind(int port) {
    if (port == 0) return library_->server.bind_to_any_port("127.0.0.1");
    return library_->server.bind_to_port("127.0.0.1", port) ? port : -1;
}

void HttpServer::serve() {
    library_->server.listen_after_bind();
}

} // namespace billhouse::vendor
