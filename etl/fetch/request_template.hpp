#pragma once

#include "fetch/http_transport.hpp"
#include "job/job_definition.hpp"

#include <string>

namespace billhouse {

/// What fills the placeholders of one request.
struct RequestValues {
    Date window_from{}; ///< first day, in the billing zone
    Date window_to{};   ///< exclusive
    Zone zone;
    std::string partition;
    std::int64_t page_number = 0;
    std::int64_t page_size = 0;
    std::int64_t page_offset = 0;
};

std::string expand(Template const& text, RequestValues const& values);

/// The request without its secrets. Query names and values are percent-encoded; of the path only what
/// placeholders put in, of the body (JSON) the same as the inside of a string literal. A query parameter or
/// header whose value is '' is left out. A header of the stream replaces the job's header of that name.
HttpRequest build_request(HttpSettings const& http, RequestTemplate const& request,
                          RequestValues const& values);

} // namespace billhouse
