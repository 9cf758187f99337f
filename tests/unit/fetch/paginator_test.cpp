#include "base/error.hpp"
#include "fetch/paginator.hpp"

#include <gtest/gtest.h>

namespace billhouse {
namespace {

Pagination numbered() {
    Pagination pagination;
    pagination.kind = Pagination::Kind::page_number;
    pagination.page_size = 100;
    pagination.max_pages = 10;
    return pagination;
}

Pagination const kNumbered = numbered();

/// A page whose records nobody has seen before.
PageFacts page(std::size_t records, std::optional<std::int64_t> total = std::nullopt) {
    static int unique = 0;
    return {records, total, std::to_string(++unique)};
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

TEST(SinglePage, ends_after_its_page_by_contract) {
    auto const paginator = make_paginator({});
    paginator->first();
    EXPECT_FALSE(paginator->next(page(0)));
    EXPECT_EQ(paginator->proof().how, "single page by contract");
}

TEST(SinglePage, takes_a_total_that_agrees_as_proof) {
    auto const paginator = make_paginator({});
    EXPECT_FALSE(paginator->next(page(61, 61)));
    EXPECT_EQ(paginator->proof().how, "total 61 reached");
}

TEST(SinglePage, refuses_a_total_that_differs_from_its_records) {
    EXPECT_EQ(error_of(*make_paginator({}), page(100, 250)),
              "the vendor says 250 records in all but sent 100");
    EXPECT_EQ(error_of(*make_paginator({}), page(1, 0)), "the vendor says 0 records in all but sent 1");
}

TEST(SinglePage, refuses_an_answer_that_says_there_is_more) {
    auto more = page(1);
    more.has_more = true;
    EXPECT_EQ(error_of(*make_paginator({}), more), "the vendor says that there are more pages");
}

TEST(NumberedPages, asks_for_the_first_page_with_its_number_size_and_offset) {
    for (std::int64_t const first_page : {0, 1, 10}) {
        auto pagination = kNumbered;
        pagination.first_page = first_page;
        auto const paginator = make_paginator(pagination);
        auto const first = paginator->first();
        EXPECT_EQ(first.number, first_page);
        EXPECT_EQ(first.size, 100);
        EXPECT_EQ(first.offset, 0);
        auto const second = paginator->next(page(100, 300));
        ASSERT_TRUE(second);
        EXPECT_EQ(second->number, first_page + 1);
        EXPECT_EQ(second->offset, 100);
    }
}

TEST(NumberedPages, ends_where_the_total_is_reached) {
    auto const paginator = make_paginator(kNumbered);
    EXPECT_TRUE(paginator->next(page(100, 250)));
    EXPECT_TRUE(paginator->next(page(100, 250)));
    EXPECT_FALSE(paginator->next(page(50, 250)));
    EXPECT_EQ(paginator->proof().how, "total 250 reached");
}

TEST(NumberedPages, a_total_of_zero_is_an_end) {
    auto const paginator = make_paginator(kNumbered);
    EXPECT_FALSE(paginator->next(page(0, 0)));
    EXPECT_EQ(paginator->proof().how, "total 0 reached");
}

TEST(NumberedPages, a_short_page_is_not_the_end) {
    auto const paginator = make_paginator(kNumbered);
    EXPECT_TRUE(paginator->next(page(3))) << "a vendor may cap the size of its pages";
    EXPECT_TRUE(paginator->next(page(3)));
    EXPECT_FALSE(paginator->next(page(0)));
    EXPECT_EQ(paginator->proof().how, "empty page 3");
}

TEST(NumberedPages, keeps_a_total_that_later_pages_leave_out) {
    auto const paginator = make_paginator(kNumbered);
    EXPECT_TRUE(paginator->next(page(100, 101)));
    EXPECT_FALSE(paginator->next(page(1)));
    EXPECT_EQ(paginator->proof().how, "total 101 reached");
}

TEST(NumberedPages, an_empty_page_before_the_total_is_an_error) {
    auto const paginator = make_paginator(kNumbered);
    EXPECT_TRUE(paginator->next(page(100, 250)));
    EXPECT_EQ(error_of(*paginator, page(0, 250)), "the vendor says 250 records in all but sent 100");
}

TEST(NumberedPages, more_records_than_the_total_are_an_error) {
    auto const paginator = make_paginator(kNumbered);
    EXPECT_TRUE(paginator->next(page(100, 150)));
    EXPECT_EQ(error_of(*paginator, page(100, 150)), "the vendor says 150 records in all but sent 200");
}

TEST(NumberedPages, a_total_that_changes_between_pages_is_an_error) {
    auto const paginator = make_paginator(kNumbered);
    EXPECT_TRUE(paginator->next(page(100, 250)));
    EXPECT_EQ(error_of(*paginator, page(100, 249)), "the total changed from 250 to 249 at page 2");
}

TEST(NumberedPages, the_same_page_twice_in_a_row_is_an_error) {
    auto const paginator = make_paginator(kNumbered);
    EXPECT_TRUE(paginator->next({100, std::nullopt, "aa"}));
    EXPECT_TRUE(paginator->next({100, std::nullopt, "bb"}));
    EXPECT_EQ(error_of(*paginator, {100, std::nullopt, "bb"}), "the vendor sent page 2 again as page 3");
}

TEST(NumberedPages, the_same_records_later_on_are_no_repetition) {
    auto const paginator = make_paginator(kNumbered);
    EXPECT_TRUE(paginator->next({1, 3, "aa"}));
    EXPECT_TRUE(paginator->next({1, 3, "bb"}));
    EXPECT_FALSE(paginator->next({1, 3, "aa"}));
}

TEST(NumberedPages, an_endless_series_ends_at_the_page_limit) {
    auto pagination = kNumbered;
    pagination.max_pages = 3;
    auto const paginator = make_paginator(pagination);
    EXPECT_TRUE(paginator->next(page(100)));
    EXPECT_TRUE(paginator->next(page(100)));
    EXPECT_EQ(error_of(*paginator, page(100)), "no end after 3 pages with 300 records");
}

TEST(NumberedPages, the_last_page_allowed_may_be_the_end) {
    auto pagination = kNumbered;
    pagination.max_pages = 2;
    auto const paginator = make_paginator(pagination);
    EXPECT_TRUE(paginator->next(page(100)));
    EXPECT_FALSE(paginator->next(page(0)));
}

} // namespace billhouse
