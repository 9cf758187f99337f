#pragma once

#include "fetch/request_auth.hpp"

namespace billhouse {

/// The request signed with AWS Signature Version 4: adds X-Amz-Date, X-Amz-Security-Token (temporary
/// credentials) and Authorization. Covers every header of the request, the query and the body.
/// Source: AWS, "Create a signed AWS API request" (IAM User Guide). The path is encoded twice, as every
/// service but S3 demands; it must hold no "." or ".." segments.
/// @param rule  region and service
HttpRequest with_aws_signature(HttpRequest request, AuthRule const& rule, ResolvedAuth const& keys,
                               Instant now);

} // namespace billhouse
