#pragma once

#include "base/spooled_text.hpp"
#include "decode/json_records.hpp"

#include <cstdint>

namespace billhouse {

/// Reads a page as the job's `records` says it is written, and hands each record to `sink`. Of a page in a
/// file it keeps some megabytes in memory, however large it is.
/// @param max_body  bytes that the page may have after inflating
/// @throws Error(data)  the page is not what it should be: with its place
DecodedPage decode_page(SpooledText const& body, RecordsSpec const& records, std::uint64_t max_body,
                        RecordSink const& sink);

} // namespace billhouse
