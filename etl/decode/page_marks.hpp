#pragma once

#include "decode/json_records.hpp"
#include "fetch/http_transport.hpp"
#include "fetch/paginator.hpp"

namespace billhouse {

/// Adds what a page says of the next one: pages, page size, has_more, cursor or link, where the job names a
/// place for them.
/// @param last_record  cursor of the page's last record, for CursorSource::From::last_record
/// @throws Error(data)  has_more is neither true nor false, a count is no whole number, a cursor no text or
///                      number, a link no text, or what is declared is missing (cursors and links may be)
void read_page_marks(PageFacts& facts, JsonTree const& envelope, Headers const& headers,
                     std::optional<Scalar> const& last_record, Pagination const& pagination);

/// The cursor at a place in a body or record; nullopt where it is null, absent or empty text.
/// @throws Error(data)  an object, an array, true or false
std::optional<Scalar> cursor_at(JsonTree const& tree, Path const& path);

} // namespace billhouse
