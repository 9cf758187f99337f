#pragma once

#include "support/sample_vendor/http_messages.hpp"

#include <functional>
#include <memory>
#include <string>

namespace billhouse::vendor {

/// An HTTP/1.1 server on 127.0.0.1, keep-alive and gzip included. Its handler runs on several threads.
class HttpServer {
public:
    using Handler = std::function<HttpReply(HttpRequest const&)>;

    explicit HttpServer(Handler handler);
    ~HttpServer();

    /// @param port  0 = any free one
    /// @returns the port, or -1 where it can't be had
    int bind(int port);
    /// Serves until the process ends.
    void serve();

private:
    struct Library;
    std::unique_ptr<Library> library_;
};

} // namespace billhouse::vendor
