#pragma once

#include "base/error.hpp"
#include "base/spooled_text.hpp"

#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace billhouse {

using Headers = std::vector<std::pair<std::string, std::string>>;

struct HttpRequest {
    std::string method;
    std::string url; ///< complete and encoded
    Headers headers; ///< with secrets
    std::optional<std::string> body;
};

struct HttpResponse {
    int status = 0;
    Headers headers;  ///< names in lower case
    SpooledText body; ///< after decompression
    /// First value of a header (name in lower case).
    std::optional<std::string> header(std::string_view name) const;
};

/// Why no response came. Says whether trying again can help.
struct TransportFailure {
    bool transient = true;
    std::string reason;                      ///< "connection refused by 127.0.0.1:1", without secrets
    ErrorKind kind = ErrorKind::unavailable; ///< of the error, once it is given up
    std::string hint{};                      ///< for that error; empty = the usual one of its kind
    bool timed_out = false;                  ///< patience ended, nothing else is known
};

/// Either a complete response or the failure.
struct HttpResult {
    std::optional<HttpResponse> response;
    TransportFailure failure; ///< meaningful without a response
};

/// Sends one request. The one seam between the fetch stage and the network.
class HttpTransport {
public:
    virtual ~HttpTransport() = default;
    /// @throws Stopped  soon after `stop` is requested, also in the middle of a transfer
    virtual HttpResult send(HttpRequest const& request, std::stop_token const& stop) = 0;
};

} // namespace billhouse
