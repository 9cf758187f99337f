#pragma once

#include "decode/json_records.hpp"
#include "decode/tree_builder.hpp"

#include <string_view>

namespace billhouse {

/// The key of a path that stands for every element of an array and every member of an object.
inline constexpr std::string_view kEvery = "*";

/// Whether the next value of the container that is open lies on the path's way.
inline bool leads(Path const& path, std::size_t step, TreeBuilder const& builder) {
    return path.keys[step] == kEvery || builder.next_step_is(path.keys[step]);
}

/// Whether a value of this kind is what the job's `records` expects at its path.
bool holds_records(RecordsSpec const& records, JsonKind kind);

/// Sets `found` and `missing_at` of a page that was read to its end. Every place that a "*" leads to must
/// hold records, or null: one that does not would be records lost in silence.
void note_place(RecordsSpec const& records, DecodedPage& page);

} // namespace billhouse
