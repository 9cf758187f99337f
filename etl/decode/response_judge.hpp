#pragma once

#include "decode/json_records.hpp"
#include "fetch/paginator.hpp"
#include "fetch/vendor_client.hpp"

namespace billhouse {

/// Holds a response against the job's rules, in order; then against the defaults: 2xx ok if `ok_when` holds,
/// 401 and 403 refused, 429 rate-limited, 408, 425 and 5xx retry, a redirect or another status fail.
/// @param document  the body's envelope, or nullptr where the body is not JSON; then a 2xx (an HTML login
/// page, a cut-off body) is worth a
///     retry and, when attempts are used up, a data error
BodyVerdict judge_response(ResponseSpec const& spec, HttpResponse const& response, JsonTree const* document);

/// What the paginator needs of a page.
/// @throws Error(data)  the records' path is missing, or the total is not a whole number >= 0 (as number or
/// text)
PageFacts page_facts(DecodedPage const& page, Pagination const& pagination, RecordsSpec const& records);

} // namespace billhouse
