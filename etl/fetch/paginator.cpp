#include "fetch/paginator.hpp"

#include "fetch/paginator_kinds.hpp"

namespace billhouse {

std::unique_ptr<Paginator> make_paginator(Pagination const& pagination) {
    using enum Pagination::Kind;
    switch (pagination.kind) {
    case none:
        return make_single_page(pagination);
    case page_number:
        return make_numbered_pages(pagination);
    case offset:
        return make_offset_pages(pagination);
    case cursor:
        return make_cursor_pages(pagination);
    case next_url:
    case link_header:
        return make_linked_pages(pagination);
    }
    return nullptr;
}

} // namespace billhouse
