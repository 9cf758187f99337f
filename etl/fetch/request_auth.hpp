#pragma once

#include "fetch/http_transport.hpp"
#include "job/job_definition.hpp"

#include <string>
#include <vector>

namespace billhouse {

/// The secrets of a job's AuthRules, resolved, in the same order.
struct ResolvedAuth {
    std::string value;
    std::string user; ///< basic only
};

/// The request with the job's secrets in it: what goes over the wire, and nowhere else.
/// @param auth  as many as `rules`
HttpRequest with_auth(HttpRequest request, std::vector<AuthRule> const& rules,
                      std::vector<ResolvedAuth> const& auth);

} // namespace billhouse
