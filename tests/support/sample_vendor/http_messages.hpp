#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace billhouse::vendor {

/// A request as the handlers see it, free of any HTTP library.
struct HttpRequest {
    std::string method;
    std::string path;                                   ///< decoded
    std::string query;                                  ///< as sent, without the '?'
    std::multimap<std::string, std::string> parameters; ///< decoded
    std::multimap<std::string, std::string> headers;    ///< names in lower case
    std::string body;

    /// The first value; empty where there is none.
    std::string parameter(std::string const& name) const {
        auto const found = parameters.find(name);
        return found == parameters.end() ? std::string() : found->second;
    }
    std::string header(std::string const& name) const {
        auto const found = headers.find(name);
        return found == headers.end() ? std::string() : found->second;
    }
};

struct HttpReply {
    int status = 200;
    std::string body;
    std::string content_type = "application/json";
    std::vector<std::pair<std::string, std::string>> headers;
    /// How a scripted failure spoils the answer on its way out.
    std::chrono::milliseconds delay{0};
    std::optional<std::size_t> cut_after; ///< bytes of the body after which the connection closes
    bool reset = false;                   ///< no answer: the connection is reset
};

} // namespace billhouse::vendor
