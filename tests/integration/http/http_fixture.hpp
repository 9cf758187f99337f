#pragma once

#include "fetch/curl_transport.hpp"

#include "support/gzip.hpp"
#include "support/scripted_server.hpp"

#include <gmock/gmock.h>

#include <string>

namespace billhouse {

using Then = ScriptedReply::Then;

inline HttpSettings settings_for(std::string const& base_url) {
    HttpSettings settings;
    settings.base_url = base_url;
    settings.idle_timeout =
        std::chrono::seconds(10); // a fault that goes unnoticed fails the test, not the build machine
    settings.total_timeout = std::chrono::seconds(20);
    return settings;
}

inline HttpRequest get(std::string url, Headers headers = {}) {
    return {"GET", std::move(url), std::move(headers), std::nullopt};
}

/// A complete reply whose body has a Content-Length.
inline std::string reply(std::string const& body, std::string const& headers = {},
                         std::string const& status = "200 OK") {
    return "HTTP/1.1 " + status + "\r\n" + headers + "Content-Length: " + std::to_string(body.size()) +
           "\r\n\r\n" + body;
}

/// One request to a server with this script.
inline HttpResult answer_to(std::vector<ScriptedServer::Connection> script) {
    ScriptedServer server(std::move(script));
    CurlTransport transport(settings_for(server.url()));
    return transport.send(get(server.url() + "/list"), {});
}

/// The failure of one request, its reason with the server's port as PORT.
inline TransportFailure failure_from(ScriptedReply scripted) {
    ScriptedServer server({{std::move(scripted)}});
    CurlTransport transport(settings_for(server.url()));
    auto result = transport.send(get(server.url() + "/list?token=secret"), {});
    EXPECT_FALSE(result.response);
    auto& reason = result.failure.reason;
    auto const port = std::to_string(server.port());
    if (auto const at = reason.find(port); at != std::string::npos) reason.replace(at, port.size(), "PORT");
    EXPECT_THAT(reason, testing::Not(testing::HasSubstr("secret")));
    return result.failure;
}

} // namespace billhouse
