#pragma once

#include "fetch/http_transport.hpp"
#include "job/job_definition.hpp"

#include <memory>

namespace billhouse {

/// HttpTransport over libcurl, hardened: https only unless the host is a loopback address, TLS >= 1.2 with
/// verification, no redirects, no cookies, no .netrc, no proxy from the environment, gzip only, body cap
/// counted after decompression. Keeps its connection.
class CurlTransport final : public HttpTransport {
public:
    explicit CurlTransport(HttpSettings const& settings);
    ~CurlTransport() override;
    HttpResult send(HttpRequest const& request, std::stop_token const& stop) override;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace billhouse
