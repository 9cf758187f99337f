#pragma once

#include "decode/json_records.hpp"

#include <string_view>

namespace billhouse {

/// Reads JSON Lines: one JSON value in UTF-8 a line, the last with or without a line end, blank lines
/// skipped. There is nothing around the records: the envelope is null, and a body without lines is a page of
/// no records.
/// @throws Error(data)  a line that is not JSON or beyond a limit: with line (from 1) and byte
DecodedPage decode_json_lines(std::string_view body, DecodeLimits const& limits, RecordSink const& sink);

/// Reads CSV as RFC 4180 has it, in UTF-8 with or without byte order mark, lines ending in CRLF or LF: the
/// first row names the fields, each further one is a record whose values are all text. Blank lines are
/// skipped.
/// @throws Error(data)  no header row, a name that is empty or given twice, a row of another length, quotes
/// that do not match, not UTF-8, or beyond a limit: with the line (from 1)
DecodedPage decode_csv(std::string_view body, char delimiter, DecodeLimits const& limits,
                       RecordSink const& sink);

} // namespace billhouse
