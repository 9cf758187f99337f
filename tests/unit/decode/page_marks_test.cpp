#include "base/error.hpp"
#include "decode/page_marks.hpp"

#include <gtest/gtest.h>

namespace billhouse {
namespace {

PageFacts marks(std::string_view body, Pagination const& pagination, Headers const& headers = {}) {
    PageFacts facts;
    read_page_marks(facts, decode_json_document(body, {}), headers, std::nullopt, pagination);
    return facts;
}

std::string problem(std::string_view body, Pagination const& pagination) {
    try {
        marks(body, pagination);
    } catch (Error const& error) {
        EXPECT_EQ(error.kind(), ErrorKind::data);
        return error.what();
    }
    return "no problem";
}

Pagination with_has_more() {
    Pagination pagination;
    pagination.has_more = Path{{"more"}};
    return pagination;
}

Pagination with_cursor() {
    Pagination pagination;
    pagination.kind = Pagination::Kind::cursor;
    pagination.cursor = CursorSource{CursorSource::From::body, {{"next"}}, {}, {}};
    return pagination;
}

Pagination with_url() {
    Pagination pagination;
    pagination.kind = Pagination::Kind::next_url;
    pagination.url = Path{{"next"}};
    return pagination;
}

} // namespace

TEST(PageMarks, has_more_is_true_or_false_as_value_or_text_and_nothing_else) {
    EXPECT_EQ(marks(R"({"more":true})", with_has_more()).has_more, true);
    EXPECT_EQ(marks(R"({"more":"False"})", with_has_more()).has_more, false);
    EXPECT_EQ(problem(R"({"more":"maybe"})", with_has_more()), "more is \"maybe\", expected true or false");
    EXPECT_EQ(problem(R"({"more":1})", with_has_more()), "more is 1, expected true or false");
    EXPECT_EQ(problem(R"({"more":null})", with_has_more()), "more is null, expected true or false");
    EXPECT_EQ(problem("{}", with_has_more()), "more is missing, expected true or false");
}

TEST(PageMarks, counts_are_whole_numbers_as_value_or_text) {
    Pagination pagination;
    pagination.pages = Path{{"pages"}};
    EXPECT_EQ(marks(R"({"pages":" 12 "})", pagination).pages, 12);
    EXPECT_EQ(problem(R"({"pages":1.5})", pagination), "pages is 1.5, expected a whole number");
    EXPECT_EQ(problem("{}", pagination), "pages is missing, expected a whole number");
}

TEST(PageMarks, a_cursor_is_text_or_number_and_null_empty_or_absent_is_none) {
    EXPECT_EQ(marks(R"({"next":"0"})", with_cursor()).next, (Scalar{Scalar::Kind::string, "0"}));
    EXPECT_EQ(marks(R"({"next":7})", with_cursor()).next, (Scalar{Scalar::Kind::number, "7"}));
    for (auto const* body : {R"({"next":null})", R"({"next":""})", "{}"})
        EXPECT_EQ(marks(body, with_cursor()).next, std::nullopt) << body;
    EXPECT_EQ(problem(R"({"next":{"a":1}})", with_cursor()),
              R"(next is {"a":1}, expected a text, a number or null)");
    EXPECT_EQ(problem(R"({"next":false})", with_cursor()),
              "next is false, expected a text, a number or null");
}

TEST(PageMarks, a_link_is_text_and_null_empty_or_absent_is_none) {
    EXPECT_EQ(marks(R"({"next":"/p2"})", with_url()).next->text, "/p2");
    for (auto const* body : {R"({"next":null})", R"({"next":""})", "{}"})
        EXPECT_EQ(marks(body, with_url()).next, std::nullopt) << body;
    EXPECT_EQ(problem(R"({"next":2})", with_url()), "next is 2, expected a link or null");
}

TEST(PageMarks, several_link_headers_are_one_list) {
    Pagination pagination;
    pagination.kind = Pagination::Kind::link_header;
    EXPECT_EQ(marks("{}", pagination, {{"link", "</a>; rel=prev"}, {"link", "</b>; rel=next"}}).next->text,
              "/b");
    EXPECT_EQ(marks("{}", pagination).next, std::nullopt);
    EXPECT_EQ(marks("{}", pagination, {{"link", "<>; rel=next"}}).next, std::nullopt)
        << "the page itself: no end";
}

TEST(PageMarks, a_header_may_hold_the_cursor) {
    auto pagination = with_cursor();
    pagination.cursor = CursorSource{CursorSource::From::header, {}, "x-next", {}};
    EXPECT_EQ(marks("{}", pagination, {{"x-next", "c2"}}).next->text, "c2");
    EXPECT_EQ(marks("{}", pagination).next, std::nullopt);
}

} // namespace billhouse
