#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace billhouse {

/// Inflates a gzip file (RFC 1952), also one of several members.
/// @param max_bytes  that it may have then; nothing much beyond is ever held in memory
/// @throws Error(data)  no gzip, cut off, damaged, bytes after its end, or more than max_bytes
std::string gunzip(std::string_view bytes, std::uint64_t max_bytes);

} // namespace billhouse
