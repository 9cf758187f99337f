#pragma once

#include "job/job_definition.hpp"
#include "job/schema.hpp"

namespace billhouse {

/// One element of http.auth.
Shape<AuthRule> auth_shape();

/// A response header that tells when a limit ends: {name, unit}.
Shape<ResetHeader> reset_header_shape();

/// What rules mean together: two of them cannot fill the same header.
void check_auth_rules(std::vector<AuthRule> const& rules, YamlNode const& node, Reading& reading);

} // namespace billhouse
