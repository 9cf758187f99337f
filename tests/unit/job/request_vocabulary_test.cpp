#include "base/error.hpp"
#include "job/job_loader.hpp"

#include "support/job_text.hpp"

#include <gmock/gmock.h>

/// Keys of pagination, request and window, as a job file writes them.
namespace billhouse {
namespace {

using ::testing::HasSubstr;

struct Parts {
    std::string query = R"({from: "{window.start}"})";
    std::string request{};
    std::string window{};
    std::string pagination = "{kind: none}";
};

std::string file(Parts const& parts) {
    return JobText{.request = "{path: /u, query: " + parts.query + parts.request + "}",
                   .window = "{earliest: 2024-01-01" + parts.window + "}",
                   .pagination = parts.pagination,
                   .records = "{path: data}"}
        .str();
}

StreamDefinition stream(Parts const& parts) {
    return parse_configuration(std::nullopt, {{"jobs/acme.yaml", file(parts)}}).jobs.at(0).streams.at(0);
}

std::string problem(Parts const& parts) {
    try {
        stream(parts);
    } catch (Error const& error) {
        return error.what();
    }
    return "no problem";
}

} // namespace

TEST(RequestVocabulary, a_list_in_the_query_repeats_its_name) {
    auto const query = stream({.query = R"({from: "{window.start}", "group_by[]": [a, b]})"}).request.query;
    ASSERT_EQ(query.size(), 3U);
    EXPECT_EQ(query[1].first, "group_by[]");
    EXPECT_EQ(query[2].first, "group_by[]");
    EXPECT_EQ(std::get<std::string>(query[2].second.parts.at(0)), "b");
}

TEST(RequestVocabulary, a_body_is_text_or_a_mapping_with_typed_leaves) {
    auto const text = stream({.request = R"(, method: POST, body: '{{"a": "{window.start}"}')"}).request;
    EXPECT_TRUE(text.body);
    EXPECT_FALSE(text.json_body);
    auto const body =
        stream({.request = R"(, method: POST, body: {a: 1.50, b: "1", c: [true, "{window.last}"]})"})
            .request.json_body.value();
    ASSERT_EQ(body.children.size(), 3U);
    EXPECT_EQ(body.children[0].scalar, (Scalar{Scalar::Kind::number, "1.50"}));
    EXPECT_EQ(body.children[1].kind, JsonTemplate::Kind::text);
    EXPECT_EQ(body.children[2].children[0].scalar.text, "true");
    EXPECT_TRUE(body.children[2].children[1].text.uses(Placeholder::Name::window_last));
}

TEST(RequestVocabulary, a_body_needs_a_post_and_known_placeholders) {
    EXPECT_THAT(problem({.request = ", body: {a: 1}"}), HasSubstr("a GET request has no body"));
    EXPECT_THAT(
        problem({.request = R"(, method: POST, body: {a: [{b: "{page.cursr}"}]})"}),
        HasSubstr(
            "request.body.a[0].b: unknown placeholder '{page.cursr}'\nHINT: did you mean `{page.cursor}`?"));
    EXPECT_THAT(problem({.request = ", method: POST, body: {a: yes}"}),
                HasSubstr("'yes' may be meant as text or not"));
}

TEST(RequestVocabulary, steps_of_weeks_and_years_are_days_and_months) {
    auto const weeks = stream({.window = ", step: 2 weeks"}).window;
    EXPECT_EQ(weeks.unit, WindowSpec::Unit::day);
    EXPECT_EQ(weeks.count, 14);
    auto const year = stream({.window = ", step: 1 year"}).window;
    EXPECT_EQ(year.unit, WindowSpec::Unit::month);
    EXPECT_EQ(year.count, 12);
    EXPECT_THAT(problem({.window = ", step: 60 weeks"}), HasSubstr("at most 366 days or months"));
}

TEST(RequestVocabulary, a_request_step_must_divide_a_day_and_be_shown_by_the_request) {
    EXPECT_EQ(stream({.window = ", step: 1 month, request_step: 31 days"}).window.request_days, 31);
    auto const hourly =
        stream({.query = R"({from: "{window.start:%Y-%m-%dT%H}"})", .window = ", request_step: 6 hours"});
    EXPECT_EQ(hourly.window.request_hours, 6);
    EXPECT_THAT(problem({.window = ", request_step: 5 hours"}),
                HasSubstr("expected 1, 2, 3, 4, 6, 8 or 12 hours"));
    EXPECT_THAT(problem({.window = ", request_step: 1 hour"}), HasSubstr("would ask for the whole day"));
    EXPECT_THAT(problem({.query = R"({month: "{window.start:%Y-%m}"})",
                         .window = ", step: 1 month, request_step: 7 days"}),
                HasSubstr("does not name the day"));
    EXPECT_THAT(problem({.query = "{all: yes_please}", .window = ", fetch: all, request_step: 7 days"}),
                HasSubstr("'request_step' means nothing with fetch: all"));
}

TEST(RequestVocabulary, reads_every_kind_of_pagination) {
    auto const offset = stream({.query = R"({d: "{window.start}", o: "{page.offset}"})",
                                .pagination = "{kind: offset, size_from: meta.limit}"})
                            .pagination;
    EXPECT_EQ(offset.first_page, 0) << "offsets begin at 0, page numbers at 1";
    EXPECT_EQ(to_string(offset.size_from.value()), "meta.limit");
    auto const cursor =
        stream({.query = R"({d: "{window.start}", c: "{page.cursor}"})",
                .pagination = "{kind: cursor, cursor: {header: X-Next, first: \"*\"}, has_more: more}"})
            .pagination;
    EXPECT_EQ(cursor.cursor->from, CursorSource::From::header);
    EXPECT_EQ(cursor.cursor->header, "x-next");
    EXPECT_EQ(cursor.cursor->first, "*");
    EXPECT_EQ(to_string(stream({.pagination = "{kind: next_url, url: links.next}"}).pagination.url.value()),
              "links.next");
    EXPECT_EQ(stream({.pagination = "{kind: link_header, total: n}"}).pagination.kind,
              Pagination::Kind::link_header);
}

TEST(RequestVocabulary, pagination_that_could_not_end_or_contradicts_itself_is_refused_with_a_hint) {
    std::string const by_cursor = R"({d: "{window.start}", c: "{page.cursor}"})";
    EXPECT_THAT(
        problem({.pagination = "{kind: cursor, cursor: {body: next}}"}),
        HasSubstr("every request would ask for the same page\nHINT: Put {page.cursor} into the request."));
    EXPECT_THAT(problem({.pagination = "{kind: offset}"}),
                HasSubstr("HINT: Put {page.offset} into the request."));
    EXPECT_THAT(problem({.query = by_cursor, .pagination = "{kind: cursor}"}),
                HasSubstr("missing key 'cursor'"));
    EXPECT_THAT(problem({.query = by_cursor, .pagination = "{kind: cursor, cursor: {first: a}}"}),
                HasSubstr("expected one of the keys body, header and last_record"));
    EXPECT_THAT(problem({.query = by_cursor, .pagination = "{kind: next_url, url: n}"}),
                HasSubstr("{page.cursor} means nothing with this kind of pagination"));
    EXPECT_THAT(problem({.pagination = "{kind: next_url}"}), HasSubstr("missing key 'url'"));
    EXPECT_THAT(problem({.pagination = "{kind: none, max_pages: 3}"}),
                HasSubstr("'max_pages' means nothing with kind: none"));
    EXPECT_THAT(problem({.query = R"({d: "{window.start}", p: "{page.number}", o: "{page.offset}"})",
                         .pagination = "{kind: page_number, size: 5}"}),
                HasSubstr("in two places which page"));
}

} // namespace billhouse
