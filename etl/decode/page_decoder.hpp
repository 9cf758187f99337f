#pragma once

#include "decode/json_records.hpp"

#include <cstdint>
#include <string_view>

namespace billhouse {

/// Reads a page as the job's `records` says it is written, and hands each record to `sink`.
/// @param max_body  bytes that the page may have after inflating
/// @throws Error(data)  the page is not what it should be: with its place
DecodedPage decode_page(std::string_view body, RecordsSpec const& records, std::uint64_t max_body,
                        RecordSink const& sink);

} // namespace billhouse
