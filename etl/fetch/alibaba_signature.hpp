#pragma once

#include "fetch/request_auth.hpp"

namespace billhouse {

/// The request signed as Alibaba Cloud's RPC-style APIs demand (signature version 1.0, HMAC-SHA1): adds
/// AccessKeyId, SecurityToken (temporary credentials), SignatureMethod, SignatureNonce, SignatureVersion,
/// Timestamp and Signature to the query. Action, Version and Format are the job's own parameters.
/// Source: Alibaba Cloud, "Request syntax and signature method V2 for RPC APIs".
HttpRequest with_alibaba_signature(HttpRequest request, ResolvedAuth const& keys,
                                   SigningMoment const& moment);

} // namespace billhouse
