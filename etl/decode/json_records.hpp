#pragma once

#include "decode/json_tree.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace billhouse {

struct DecodeLimits {
    unsigned depth = 64;             ///< nesting
    std::size_t text = 1ULL << 20;   ///< bytes of one string or key
    std::size_t values = 10'000'000; ///< of one page
};

/// One record, valid during the call that hands it over.
struct RecordView {
    JsonTree const& tree;
    std::string_view raw; ///< its exact bytes in the page
    std::size_t index;    ///< place in its array, line or row, from 0
    /// Empty, or why no fact may be made of it: a NUL character, a lone surrogate, a key given twice.
    std::string const& defect;
    std::string_view place{};  ///< JSON pointer (RFC 6901) of the array or object that it stands in
    std::string_view member{}; ///< its name there, where it is an object's member
};
using RecordSink = std::function<void(RecordView const&)>;

enum class RecordsFound { array, null, missing };

/// The page without its records.
struct DecodedPage {
    JsonTree envelope; ///< what holds the records stands in it without elements
    std::size_t records = 0;
    RecordsFound found = RecordsFound::missing;
    Path missing_at;          ///< RecordsFound::missing: where no records stand, its "*" filled in
    std::string content_hash; ///< SHA-256 (hex) over the records' bytes
};

/// Reads a JSON page and hands each record at `records.path` to `sink`, in order, as soon as it is complete.
/// Only what `records.shape` says counts as records: an object does not pass for an array. The whole body
/// must be one JSON value in UTF-8.
/// @throws Error(data)  not JSON, not UTF-8, trailing bytes, or beyond a limit: with the byte offset
DecodedPage decode_json_page(std::string_view body, RecordsSpec const& records, DecodeLimits const& limits,
                             RecordSink const& sink);

/// The same for a body whose records do not matter (error answers): the whole document as a tree.
JsonTree decode_json_document(std::string_view body, DecodeLimits const& limits);

} // namespace billhouse
