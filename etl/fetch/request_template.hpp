#pragma once

#include "fetch/http_transport.hpp"
#include "job/job_definition.hpp"

#include <functional>
#include <string>

namespace billhouse {

/// What fills the placeholders of one request.
struct RequestValues {
    Instant window_from{};
    Instant window_to{}; ///< exclusive
    Zone zone;           ///< that dates and times are written in
    std::string partition;
    std::int64_t page_number = 0;
    std::int64_t page_size = 0;
    std::int64_t page_offset = 0;
    Scalar cursor{}; ///< null = none
    /// Text of a field of the record whose children are asked for. @throws Error(data)  it has none
    std::function<std::string(Path const&)> record{};
    std::string url{}; ///< where the vendor's link leads, instead of path and query; empty = no link
};

std::string expand(Template const& text, RequestValues const& values);

/// The request without its secrets. Query names and values are percent-encoded; of the path only what
/// placeholders put in, of the body (JSON) the same as the inside of a string literal. A query parameter or
/// header whose value is '' is left out. A header of the stream replaces the job's header of that name. A
/// vendor's link is taken as it is, but for parameters of http.auth, which are added anew to every request.
HttpRequest build_request(HttpSettings const& http, RequestTemplate const& request,
                          RequestValues const& values);

} // namespace billhouse
