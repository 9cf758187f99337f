#include "base/error.hpp"
#include "fetch/paginator.hpp"

#include <gtest/gtest.h>

/// Paginators that follow what a page says: offsets, cursors and links.
namespace billhouse {
namespace {

using Kind = Pagination::Kind;

Pagination of(Kind kind) {
    Pagination pagination;
    pagination.kind = kind;
    pagination.max_pages = 10;
    if (kind == Kind::offset) pagination.first_page = 0;
    if (kind == Kind::cursor) pagination.cursor = CursorSource{CursorSource::From::body, {{"next"}}, {}, {}};
    return pagination;
}

/// A page whose records nobody has seen before.
PageFacts page(std::size_t records, std::string const& next = {}) {
    static int unique = 0;
    PageFacts facts{records, std::nullopt, std::to_string(++unique)};
    if (!next.empty()) facts.next = Scalar{Scalar::Kind::string, next};
    facts.url = "https://api.example/v1/costs?p=1";
    return facts;
}

PageFacts saying(std::size_t records, bool has_more, std::string const& next = {}) {
    auto facts = page(records, next);
    facts.has_more = has_more;
    return facts;
}

std::string error_of(Paginator& paginator, PageFacts const& facts) {
    try {
        paginator.next(facts);
    } catch (Error const& error) {
        EXPECT_EQ(error.kind(), ErrorKind::data);
        EXPECT_FALSE(error.hint().empty());
        return error.what();
    }
    return "no error";
}

} // namespace

TEST(OffsetPages, go_on_after_the_records_received) {
    auto const paginator = make_paginator(of(Kind::offset));
    EXPECT_EQ(paginator->first().offset, 0);
    EXPECT_EQ(paginator->next(page(100))->offset, 100);
    EXPECT_EQ(paginator->next(page(30))->offset, 130) << "a vendor may cap the size of its pages";
    EXPECT_FALSE(paginator->next(page(0)));
    EXPECT_EQ(paginator->proof().how, "empty page 3");
}

TEST(OffsetPages, begin_at_another_first_record_where_the_vendor_counts_from_1) {
    auto pagination = of(Kind::offset);
    pagination.first_page = 1;
    auto const paginator = make_paginator(pagination);
    EXPECT_EQ(paginator->first().offset, 1);
    EXPECT_EQ(paginator->next(page(100))->offset, 101);
}

TEST(OffsetPages, more_announced_by_an_empty_page_is_an_error_as_it_would_be_asked_for_again) {
    EXPECT_EQ(error_of(*make_paginator(of(Kind::offset)), saying(0, true)),
              "the vendor says that there is more, but page 1 is empty");
}

TEST(OffsetPages, end_with_has_more_false_the_total_or_the_vendors_own_size) {
    auto const flagged = make_paginator(of(Kind::offset));
    EXPECT_TRUE(flagged->next(saying(3, true)));
    EXPECT_FALSE(flagged->next(saying(3, false)));
    EXPECT_EQ(flagged->proof().how, "no more pages");
    auto sized = page(2);
    sized.page_size = 5;
    EXPECT_FALSE(make_paginator(of(Kind::offset))->next(sized));
    auto totalled = page(2);
    totalled.total = 2;
    EXPECT_FALSE(make_paginator(of(Kind::offset))->next(totalled));
}

TEST(CursorPages, carry_each_cursor_as_it_came_and_end_without_one) {
    auto const paginator = make_paginator(of(Kind::cursor));
    EXPECT_EQ(paginator->first().cursor, Scalar());
    EXPECT_EQ(paginator->next(page(1, "a+b/c=="))->cursor, (Scalar{Scalar::Kind::string, "a+b/c=="}));
    EXPECT_EQ(paginator->next(page(1, "0"))->cursor.text, "0") << "0 is a cursor";
    EXPECT_FALSE(paginator->next(page(1)));
    EXPECT_EQ(paginator->proof().how, "no cursor after page 3");
}

TEST(CursorPages, an_empty_page_in_the_middle_is_not_the_end) {
    auto const paginator = make_paginator(of(Kind::cursor));
    EXPECT_TRUE(paginator->next(saying(0, true, "b")));
    EXPECT_FALSE(paginator->next(saying(5, false, "c"))) << "has_more false wins over a cursor";
}

TEST(CursorPages, has_more_without_a_cursor_is_an_error) {
    EXPECT_EQ(error_of(*make_paginator(of(Kind::cursor)), saying(5, true)),
              "page 1 says that there are more, but has no cursor");
}

TEST(CursorPages, a_cursor_that_came_before_is_a_loop_also_if_others_lie_between) {
    auto const paginator = make_paginator(of(Kind::cursor));
    EXPECT_TRUE(paginator->next(page(1, "a")));
    EXPECT_TRUE(paginator->next(page(1, "b")));
    EXPECT_EQ(error_of(*paginator, page(1, "a")), "a loop: page 3 gives the cursor 'a' again");
}

TEST(CursorPages, the_first_cursor_of_the_job_counts_as_one_that_came_before) {
    auto pagination = of(Kind::cursor);
    pagination.cursor->first = "*";
    auto const paginator = make_paginator(pagination);
    EXPECT_EQ(paginator->first().cursor.text, "*");
    EXPECT_EQ(error_of(*paginator, page(1, "*")), "a loop: page 1 gives the cursor '*' again");
}

TEST(CursorPages, records_without_the_last_ones_cursor_are_an_error_but_an_empty_page_is_the_end) {
    auto pagination = of(Kind::cursor);
    pagination.cursor->from = CursorSource::From::last_record;
    auto const paginator = make_paginator(pagination);
    EXPECT_TRUE(paginator->next(page(2, "r2")));
    EXPECT_FALSE(paginator->next(page(0)));
    EXPECT_EQ(paginator->proof().how, "empty page 2");
    EXPECT_EQ(error_of(*make_paginator(pagination), page(2)),
              "page 1 has records, but the last one lacks the cursor");
}

TEST(CursorPages, a_total_must_be_met_where_the_cursors_end) {
    auto const paginator = make_paginator(of(Kind::cursor));
    auto facts = page(2);
    facts.total = 3;
    EXPECT_EQ(error_of(*paginator, facts), "the vendor says 3 records in all but sent 2");
}

TEST(CursorPages, a_page_that_was_announced_cannot_be_empty_by_a_rule) {
    auto const paginator = make_paginator(of(Kind::cursor));
    PageFacts empty;
    empty.empty_by_rule = true;
    EXPECT_TRUE(paginator->next(page(1, "a")));
    EXPECT_EQ(error_of(*paginator, empty),
              "page 2 was announced by a cursor, but a response rule calls it empty");
    EXPECT_FALSE(make_paginator(of(Kind::cursor))->next(empty));
}

TEST(CursorPages, an_endless_series_ends_at_the_page_limit) {
    auto pagination = of(Kind::cursor);
    pagination.max_pages = 2;
    auto const paginator = make_paginator(pagination);
    EXPECT_TRUE(paginator->next(page(1, "a")));
    EXPECT_EQ(error_of(*paginator, page(1, "b")), "no end after 2 pages with 2 records");
}

TEST(LinkedPages, follow_links_from_where_they_stand) {
    auto const paginator = make_paginator(of(Kind::next_url));
    EXPECT_EQ(paginator->first().url, "");
    EXPECT_EQ(paginator->next(page(1, "?p=2"))->url, "https://api.example/v1/costs?p=2");
    EXPECT_FALSE(paginator->next(page(1)));
    EXPECT_EQ(paginator->proof().how, "no next link after page 2");
}

TEST(LinkedPages, a_link_to_the_page_itself_is_a_loop) {
    EXPECT_EQ(error_of(*make_paginator(of(Kind::link_header)), page(1, "?p=1")),
              "a loop: page 1 gives the link 'https://api.example/v1/costs?p=1' again");
}

TEST(LinkedPages, a_link_to_another_host_is_an_error) {
    EXPECT_EQ(error_of(*make_paginator(of(Kind::next_url)), page(1, "https://evil.example/v1/costs?p=2")),
              "the link to the next page is refused: 'https://evil.example/v1/costs' leads away from "
              "https://api.example:443");
}

TEST(LinkedPages, has_more_without_a_link_is_an_error) {
    EXPECT_EQ(error_of(*make_paginator(of(Kind::next_url)), saying(1, true)),
              "page 1 says that there are more, but has no link");
}

TEST(LinkedPages, a_page_that_was_linked_cannot_be_empty_by_a_rule) {
    auto const paginator = make_paginator(of(Kind::next_url));
    EXPECT_TRUE(paginator->next(page(1, "?p=2")));
    auto empty = page(0);
    empty.empty_by_rule = true;
    EXPECT_EQ(error_of(*paginator, empty), "page 2 was linked, but a response rule calls it empty");
}

TEST(NumberedPages, a_page_that_was_announced_cannot_be_empty_by_a_rule) {
    auto pagination = of(Kind::page_number);
    pagination.has_more = Path{{"more"}};
    auto const paginator = make_paginator(pagination);
    EXPECT_TRUE(paginator->next(saying(1, true)));
    auto empty = page(0);
    empty.empty_by_rule = true;
    EXPECT_EQ(error_of(*paginator, empty), "page 2 was announced, but a response rule calls it empty");
}

TEST(NumberedPages, end_with_the_number_of_pages_which_must_not_change) {
    auto const paginator = make_paginator(of(Kind::page_number));
    auto facts = page(1);
    facts.pages = 2;
    EXPECT_TRUE(paginator->next(facts));
    auto last = page(0);
    last.pages = 2;
    EXPECT_FALSE(paginator->next(last));
    EXPECT_EQ(paginator->proof().how, "page 2 of 2");
    auto const changed = make_paginator(of(Kind::page_number));
    EXPECT_TRUE(changed->next(facts));
    last.pages = 3;
    EXPECT_EQ(error_of(*changed, last), "the number of pages changed from 2 to 3 at page 2");
}

TEST(NumberedPages, has_more_decides_before_an_empty_page_does) {
    auto const paginator = make_paginator(of(Kind::page_number));
    EXPECT_TRUE(paginator->next(saying(0, true)));
    EXPECT_FALSE(paginator->next(saying(5, false)));
}

TEST(NumberedPages, a_declared_total_that_no_page_gives_is_an_error) {
    auto pagination = of(Kind::page_number);
    pagination.total = Path{{"meta", "total"}};
    EXPECT_EQ(error_of(*make_paginator(pagination), page(1)), "meta.total is missing");
}

} // namespace billhouse
