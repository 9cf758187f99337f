#pragma once

#include "base/error.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace billhouse {

/// What is gzip would take more than it may.
class InflatesTooFar : public Error {
public:
    using Error::Error;
};

/// Inflates a gzip file (RFC 1952), also one of several members.
/// @param max_bytes  that it may have then; nothing much beyond is ever held in memory
/// @throws InflatesTooFar  more than max_bytes
/// @throws Error(data)     no gzip, cut off, damaged, or bytes after its end
std::string gunzip(std::string_view bytes, std::uint64_t max_bytes);

} // namespace billhouse
