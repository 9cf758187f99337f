#pragma once

#include "fetch/paginator.hpp"

/// The kinds of paginators, one file each.
namespace billhouse {

/// The vendor sends everything in one answer.
std::unique_ptr<Paginator> make_single_page(Pagination const& pagination);
/// Pages are numbered.
std::unique_ptr<Paginator> make_numbered_pages(Pagination const& pagination);
/// A page begins at a record's number.
std::unique_ptr<Paginator> make_offset_pages(Pagination const& pagination);
/// Each page, or its last record, says what to ask for the next one with.
std::unique_ptr<Paginator> make_cursor_pages(Pagination const& pagination);
/// Each page links to the next one, in its body or in a Link header.
std::unique_ptr<Paginator> make_linked_pages(Pagination const& pagination);

} // namespace billhouse
