#pragma once

#include "base/clock.hpp"
#include "fetch/http_transport.hpp"
#include "job/job_definition.hpp"

#include <string>
#include <vector>

namespace billhouse {

/// The secrets of a job's AuthRules, resolved, in the same order.
struct ResolvedAuth {
    std::string value;
    std::string user;            ///< user name, client id or access key id
    std::string session_token{}; ///< signing kinds, with temporary credentials
    friend bool operator==(ResolvedAuth const&, ResolvedAuth const&) = default;
};

/// What makes each signature another one.
struct SigningMoment {
    Instant now{};
    std::string nonce; ///< never twice; Alibaba only
};

/// The request with the job's secrets in it: what goes over the wire, and nowhere else. Signatures come last,
/// as they cover the rest.
/// @param auth  as many as `rules`; for oauth2 the value is the access token
HttpRequest with_auth(HttpRequest request, std::vector<AuthRule> const& rules,
                      std::vector<ResolvedAuth> const& auth, SigningMoment const& moment = {});

} // namespace billhouse
