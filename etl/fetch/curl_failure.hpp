#pragma once

#include "fetch/curl_options.hpp"
#include "fetch/http_transport.hpp"

namespace billhouse {

/// What the libcurl code of a failed transfer means. Transient unless known to be otherwise: the attempts are
/// counted.
TransportFailure failure_of(CURL* easy, CURLcode code, Transfer const& transfer, HttpSettings const& settings,
                            std::string const& peer);

/// Said of a body that is larger than http.max_body, compressed or not.
TransportFailure too_large(HttpSettings const& settings);

} // namespace billhouse
