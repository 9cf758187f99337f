#pragma once

#include "fetch/authenticator.hpp"
#include "fetch/vendor_client.hpp"
#include "run/run_context.hpp"

#include <memory>

namespace billhouse {

/// Asks an oauth2 rule's token endpoint for an access token with the client's own credentials (RFC 6749 4.4),
/// with the retries and timeouts of `http`, over a connection that may go to its host and no other.
/// @param access  the job's pace and budget: the request and its retries count as any other; `auth` is not
/// used
/// @throws Error(refused)  the client is not accepted (400, 401, 403: RFC 6749 5.2)
/// @throws Error(data)     the answer holds no bearer token
/// @throws Error, Stopped  as VendorClient::fetch does
AccessToken ask_for_token(RunContext& context, HttpSettings const& http, AuthRule const& rule,
                          ResolvedAuth const& client, VendorAccess access, std::stop_token const& stop);

} // namespace billhouse
