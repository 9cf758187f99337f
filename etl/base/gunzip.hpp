#pragma once

#include "base/error.hpp"
#include "base/spooled_text.hpp"

#include <cstdint>

namespace billhouse {

/// What is gzip would take more than it may.
class InflatesTooFar : public Error {
public:
    using Error::Error;
};

/// Inflates a gzip file (RFC 1952), also one of several members.
/// @param max_bytes  that it may have then; nothing much beyond is ever kept
/// @throws InflatesTooFar   more than max_bytes
/// @throws Error(data)      no gzip, cut off, damaged, or bytes after its end
/// @throws Error(local_io)  what is large does not fit on disk
SpooledText gunzip(SpooledText const& file, std::uint64_t max_bytes);

} // namespace billhouse
