#pragma once

#include <string>
#include <string_view>

namespace billhouse {

/// Keyed hashes (RFC 2104) as raw bytes: 32 of SHA-256, 20 of SHA-1. The latter only where a vendor's own
/// signature demands it.
/// @throws Error(local_io)  OpenSSL does not offer the hash
std::string hmac_sha256(std::string_view key, std::string_view bytes);
std::string hmac_sha1(std::string_view key, std::string_view bytes);

} // namespace billhouse
