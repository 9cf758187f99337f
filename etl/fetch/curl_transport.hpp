#pragma once

#include "fetch/http_transport.hpp"
#include "job/job_definition.hpp"

#include <memory>

namespace billhouse {

/// HttpTransport over libcurl, hardened: https only unless the host is a loopback address, TLS >= 1.2 with
/// verification, no redirects, no cookies, no .netrc, no proxy from the environment, gzip only and whole
/// streams only, body cap counted before and after decompression. Requests go to the origin (scheme, host,
/// port) of http.base_url only, and to public addresses only unless the settings say otherwise. Keeps its
/// connection. A 2xx answer whose end only the closing connection marks is a failure: it cannot be told from
/// a cut one. Makes the process ignore SIGPIPE. Not thread-safe.
class CurlTransport final : public HttpTransport {
public:
    /// @throws Error(config)  base_url is no http(s) URL, or plain http to a host that is not loopback
    explicit CurlTransport(HttpSettings const& settings);
    ~CurlTransport() override;
    HttpResult send(HttpRequest const& request, std::stop_token const& stop) override;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

/// "libcurl/7.88.1 OpenSSL/3.0.15 ...": what this process has loaded.
std::string http_library_versions();

} // namespace billhouse
