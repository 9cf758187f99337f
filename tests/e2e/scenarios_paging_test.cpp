#include "e2e/scenario_run.hpp"

#include <gmock/gmock.h>

/// Rows of the acceptance scenarios (1 to 22) and of the vendors' paging table, each under its own name.
/// Where a row would cut a read short or guess, the project's rule is tested instead: a read is complete, or
/// it fails.
namespace billhouse {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

bool asks(std::string const& request, std::string const& part) {
    return request.substr(0, request.find("\r\n")).find(part) != std::string::npos;
}

ScenarioJob numbered(std::string pagination = "{kind: page_number}") {
    return {.query = R"({from: "{window.start}", page: "{page.number}"})",
            .pagination = std::move(pagination)};
}

ScenarioJob by_offset(std::string pagination) {
    return {.query = R"({from: "{window.start}", offset: "{page.offset}"})",
            .pagination = std::move(pagination)};
}

ScenarioJob by_cursor(std::string cursor, std::string more = {}) {
    return {.query = R"({from: "{window.start}", after: "{page.cursor}"})",
            .pagination = "{kind: cursor, cursor: " + std::move(cursor) + std::move(more) + "}"};
}

ScenarioJob by_url(std::string path = "next") {
    return {.pagination = "{kind: next_url, url: " + std::move(path) + "}"};
}

class Scenario1 : public ScenarioRun {};
class Scenario2 : public ScenarioRun {};
class Scenario3 : public ScenarioRun {};
class Scenario4 : public ScenarioRun {};
class Scenario5 : public ScenarioRun {};
class Scenario6 : public ScenarioRun {};
class Scenario7 : public ScenarioRun {};
class Scenario8 : public ScenarioRun {};
class Scenario9 : public ScenarioRun {};
class Scenario10 : public ScenarioRun {};
class Scenario11 : public ScenarioRun {};
class Scenario12 : public ScenarioRun {};
class Scenario13 : public ScenarioRun {};
class Scenario14 : public ScenarioRun {};
class Scenario15 : public ScenarioRun {};
class Scenario16 : public ScenarioRun {};
class Scenario17 : public ScenarioRun {};
class Scenario18 : public ScenarioRun {};
class Scenario19 : public ScenarioRun {};
class Scenario20 : public ScenarioRun {};
class Scenario21 : public ScenarioRun {};
class Scenario22 : public ScenarioRun {};
class PagingTable : public ScenarioRun {};

/// There is no row filter; records that came before are what is dropped of a page.
TEST_F(Scenario1, a_page_whose_records_are_all_dropped_is_not_the_end) {
    vendor_says({json(page({row("a", 1), row("b", 2)})), json(page({row("b", 2), row("a", 1)})),
                 json(page({row("c", 5)})), json(page({}))});
    auto overlapping = numbered("{kind: page_number, size: 2}");
    overlapping.records = "{path: data, id: id}";
    job(overlapping);
    load_january();
    EXPECT_THAT(targets(), ElementsAre(HasSubstr("page=1"), HasSubstr("page=2"), HasSubstr("page=3"),
                                       HasSubstr("page=4")));
    EXPECT_EQ(star(), "3 lines, 8");
}

TEST_F(Scenario2, the_second_request_counts_on_from_any_first_page) {
    for (auto const& [first, second] : {std::pair("0", "page=1"), {"1", "page=2"}, {"10", "page=11"}}) {
        vendor_says({json(page({row("a", 1)})), json(page({}))});
        job(numbered(std::string("{kind: page_number, first: ") + first + "}"));
        load_january();
        EXPECT_THAT(targets(), ElementsAre(HasSubstr(std::string("page=") + first), HasSubstr(second)));
    }
}

/// A number in quotes is text by the rules of the files: refused as well, nothing is guessed.
TEST_F(Scenario3, a_page_size_that_is_no_number_is_refused) {
    job_is_refused(numbered("{kind: page_number, size: abc}"), "pagination.size: expected a whole number");
    job_is_refused(numbered("{kind: page_number, size: \"2\"}"), "pagination.size: expected a whole number");
}

TEST_F(Scenario4, each_window_begins_with_its_own_first_page) {
    vendor([](std::string const& request) {
        return json(asks(request, "page=1")
                        ? page({row("a", 1, asks(request, "2026-01") ? "2026-01-01" : "2026-02-01")})
                        : page({}));
    });
    job(numbered());
    EXPECT_EQ(billhouse({"run", "acme", "--until", "2026-02-28"}).exit_code, 0);
    EXPECT_THAT(targets(), ElementsAre("/costs?from=2026-01-01&page=1", "/costs?from=2026-01-01&page=2",
                                       "/costs?from=2026-02-01&page=1", "/costs?from=2026-02-01&page=2"));
    EXPECT_EQ(star(), "2 lines, 2");
}

TEST_F(Scenario5, a_page_below_the_size_that_the_vendor_names_is_the_last) {
    vendor_says(
        {json(page({row("a", 1), row("b", 2), row("c", 3), row("d", 4), row("e", 5)}, R"("limit":5)")),
         json(page({row("f", 6), row("g", 7)}, R"("limit":5)"))});
    job(by_offset("{kind: offset, size_from: limit}"));
    load_january();
    EXPECT_THAT(targets(), ElementsAre(HasSubstr("offset=0"), HasSubstr("offset=5")));
    EXPECT_EQ(end_proof(), "2 records on page 2, the vendor's size is 5");
    EXPECT_EQ(star(), "7 lines, 28");
}

TEST_F(Scenario6, a_body_without_the_records_path_is_an_error_that_names_it) {
    vendor_says({json(R"({"rows":[]})")});
    job(numbered());
    january_fails(65, "the answer has no records: data is missing");
}

TEST_F(Scenario7, a_total_may_be_text_but_must_be_a_number_and_must_be_there) {
    vendor_says({json(page({row("a", 1)}, R"("total":"invalid")"))});
    job(by_offset("{kind: offset, total: total}"));
    january_fails(65, "total is 'invalid'");
    vendor_says({json(page({row("a", 1)}))});
    job(by_offset("{kind: offset, total: total}"));
    january_fails(65, "total is missing");
    vendor_says({json(page({row("a", 1)}, R"("total":"2")")), json(page({row("b", 2)}, R"("total":"2")"))});
    job(by_offset("{kind: offset, total: total}"));
    load_january();
    EXPECT_EQ(end_proof(), "total 2 reached");
    EXPECT_EQ(star(), "2 lines, 3");
}

TEST_F(Scenario8, has_more_may_be_text_but_must_be_true_or_false_and_must_be_there) {
    vendor_says({json(page({row("a", 1)}, R"("has_more":"invalid")"))});
    job(numbered("{kind: page_number, has_more: has_more}"));
    january_fails(65, "expected true or false");
    vendor_says({json(page({row("a", 1)}))});
    job(numbered("{kind: page_number, has_more: has_more}"));
    january_fails(65, "has_more is missing");
    vendor_says({json(page({row("a", 1)}, R"("has_more":"true")")),
                 json(page({row("b", 2)}, R"("has_more":"false")"))});
    job(numbered("{kind: page_number, has_more: has_more}"));
    load_january();
    EXPECT_EQ(targets().size(), 2U);
    EXPECT_EQ(end_proof(), "no more pages");
}

TEST_F(Scenario9, a_job_that_could_never_end_is_refused) {
    ScenarioJob same_page;
    same_page.pagination = "{kind: page_number, size: 100}";
    job_is_refused(same_page, "every request would ask for the same page");
    same_page.pagination = "{kind: cursor, cursor: {body: next}}";
    job_is_refused(same_page, "every request would ask for the same page");
}

/// Others cut with a warning; a billing read that is cut has failed.
TEST_F(Scenario10, more_pages_than_allowed_are_an_error_after_exactly_so_many_requests) {
    vendor([](std::string const& request) {
        auto const at = request.find("page=") + 5;
        return json(page({row("p" + request.substr(at, request.find(' ', at) - at), 1)}));
    });
    job(numbered("{kind: page_number, max_pages: 3}"));
    january_fails(65, "no end after 3 pages with 3 records");
    EXPECT_EQ(targets().size(), 6U) << "three requests, and the window is looked at once more";
}

TEST_F(Scenario11, an_offset_in_two_places_is_refused) {
    auto twice = by_offset("{kind: offset}");
    twice.request = R"(, method: POST, body: {offset: "{page.offset}"})";
    job_is_refused(twice, "in two places which page");
}

TEST_F(Scenario12, a_cursor_reaches_the_next_request_unchanged) {
    std::string const cursor = "a+b/c==&d é%41";
    std::string const encoded = "after=a%2Bb%2Fc%3D%3D%26d%20%C3%A9%2541";
    auto const second = page({row("b", 2)}, R"("next":null)");
    vendor_says({json(page({row("a", 1)}, R"("next":")" + cursor + "\"")), json(second)});
    job(by_cursor("{body: next}"));
    load_january();
    EXPECT_THAT(targets(), ElementsAre("/costs?from=2026-01-01", "/costs?from=2026-01-01&" + encoded));

    vendor_says({json(page({row("a", 1)}), "X-Next: a+b/c==\r\n"), json(second)});
    job(by_cursor("{header: X-Next}"));
    load_january();
    EXPECT_THAT(targets(),
                ElementsAre("/costs?from=2026-01-01", "/costs?from=2026-01-01&after=a%2Bb%2Fc%3D%3D"));

    vendor_says({json(page({row("a", 1), row("b/+", 1)}, R"("more":true)")),
                 json(page({row("b", 2)}, R"("more":false)"))});
    job(by_cursor("{last_record: id}", ", has_more: more"));
    load_january();
    EXPECT_THAT(targets(), ElementsAre("/costs?from=2026-01-01", "/costs?from=2026-01-01&after=b%2F%2B"));

    vendor_says({json(second)});
    job(by_cursor("{body: next, first: \"*\"}"));
    load_january();
    EXPECT_THAT(targets(), ElementsAre("/costs?from=2026-01-01&after=%2A"));
}

TEST_F(Scenario12, a_cursor_goes_into_the_body_of_a_post_and_stays_a_number) {
    vendor_says({json(page({row("a", 1)}, R"("next":0)")), json(page({row("b", 2)}))});
    auto posted = by_cursor("{body: next}");
    posted.query = "{}";
    posted.request =
        R"(, method: POST, body: {from: "{window.start}", page: {after: "{page.cursor}", limit: 100}})";
    job(posted);
    load_january();
    ASSERT_EQ(server_->requests().size(), 2U);
    EXPECT_THAT(server_->requests()[0],
                HasSubstr("\r\n\r\n{\"from\":\"2026-01-01\",\"page\":{\"limit\":100}}"));
    EXPECT_THAT(server_->requests()[1], HasSubstr(R"("page":{"after":0,"limit":100}})"));
    EXPECT_EQ(star(), "2 lines, 3");
}

TEST_F(Scenario13, an_absent_cursor_stops_and_so_does_has_more_beside_a_cursor) {
    vendor_says({json(page({row("a", 1)}))});
    job(by_cursor("{body: meta.next}"));
    load_january();
    EXPECT_EQ(targets().size(), 1U);
    EXPECT_EQ(end_proof(), "no cursor after page 1");
    vendor_says({json(page({row("a", 1)}, R"("next":"n2","more":false)"))});
    job(by_cursor("{body: next}", ", has_more: more"));
    load_january();
    EXPECT_EQ(targets().size(), 1U);
    EXPECT_EQ(end_proof(), "no more pages after page 1");
}

TEST_F(Scenario14, an_empty_cursor_stops_and_so_does_has_more_as_text) {
    vendor_says({json(page({row("a", 1)}, R"("next":"")"))});
    job(by_cursor("{body: next}"));
    load_january();
    EXPECT_EQ(targets().size(), 1U);
    vendor_says({json(page({row("a", 1)}, R"("next":"n2","more":"false")"))});
    job(by_cursor("{body: next}", ", has_more: more"));
    load_january();
    EXPECT_EQ(targets().size(), 1U);
}

TEST_F(Scenario15, an_empty_page_with_a_cursor_is_not_the_end) {
    vendor_says({json(page({}, R"("next":"n2","more":true)")), json(page({row("a", 4)}, R"("more":false)"))});
    job(by_cursor("{body: next}", ", has_more: more"));
    load_january();
    EXPECT_EQ(star(), "1 lines, 4");
}

TEST_F(Scenario16, null_in_place_of_the_last_pages_records_is_an_empty_page) {
    vendor_says({json(page({row("a", 4)})), json(R"({"data":null})")});
    job(numbered());
    load_january();
    EXPECT_EQ(end_proof(), "empty page 2");
    EXPECT_EQ(star(), "1 lines, 4");
}

TEST_F(Scenario17, the_same_cursor_again_is_a_loop_that_names_it) {
    vendor([](std::string const& request) {
        return json(page({row(asks(request, "after=") ? "b" : "a", 1)}, R"("next":"stuck-7")"));
    });
    job(by_cursor("{body: next}"));
    january_fails(65, "a loop: page 2 gives the cursor 'stuck-7' again");
}

TEST_F(Scenario17, the_same_link_again_is_a_loop_too) {
    vendor([](std::string const& request) {
        return json(page({row(asks(request, "p=2") ? "b" : "a", 1)}, R"("next":"/costs?p=2")"));
    });
    job(by_url());
    january_fails(65, "/costs?p=2' again");
}

TEST_F(Scenario17, a_page_that_comes_again_is_an_error) {
    vendor_says({json(page({row("a", 1)}))});
    job(numbered());
    january_fails(65, "the vendor sent page 1 again as page 2");
}

TEST_F(Scenario18, links_stand_under_keys_with_dots_and_in_mappings) {
    vendor_says({json(page({row("a", 1)}, R"("@odata.nextLink":"/costs?p=2")")), json(page({row("b", 2)}))});
    job(by_url("'@odata\\.nextLink'"));
    load_january();
    EXPECT_THAT(targets(), ElementsAre("/costs?from=2026-01-01&to=2026-02-01", "/costs?p=2"));
    vendor_says({json(page({row("a", 1)}, R"("next_page":{"url":"/costs?p=2"})")),
                 json(page({row("b", 2)}, R"("next_page":{"url":null})"))});
    job(by_url("next_page.url"));
    load_january();
    EXPECT_EQ(targets().size(), 2U);
    EXPECT_EQ(star(), "2 lines, 3");
}

TEST_F(Scenario19, a_relative_link_keeps_scheme_host_and_port) {
    vendor_says({json(page({row("a", 1)}, R"("next":"/api/resource?page=2")")),
                 json(page({row("b", 2)}, R"("next":"more?page=3")")),
                 json(page({row("c", 3)}, R"("next":"")"))});
    job(by_url());
    load_january();
    EXPECT_THAT(targets(), ElementsAre("/costs?from=2026-01-01&to=2026-02-01", "/api/resource?page=2",
                                       "/api/more?page=3"));
    EXPECT_EQ(end_proof(), "no next link after page 3");
}

TEST_F(Scenario20, a_link_carries_headers_and_credentials_but_no_parameter_twice) {
    vendor([this](std::string const& request) {
        auto const link = R"("next":")" + url() + R"(/costs?from=2026-01-01&p=2&api_key=canary-key")";
        return json(asks(request, "p=2") ? page({row("b", 2)}) : page({row("a", 1)}, link));
    });
    auto keyed = by_url();
    keyed.http = R"(, auth: [{kind: query, name: api_key, secret: {credential: acme_key}}],
                     headers: {X-Version: "7"})";
    job(keyed);
    load_january();
    EXPECT_EQ(targets().at(1), "/costs?from=2026-01-01&p=2&api_key=canary-key");
    EXPECT_THAT(server_->requests().at(1), HasSubstr("X-Version: 7\r\n"));
    EXPECT_EQ(value("SELECT count(*) FROM etl.page WHERE url LIKE '%canary%'"), "0");
    EXPECT_EQ(star(), "2 lines, 3");
}

/// The whole table of headers is a unit test (link_header_test.cpp); this is one of its rows on the wire.
TEST_F(Scenario21, a_link_header_is_read_as_rfc_8288_says) {
    vendor_says({json(page({row("a", 1)}),
                      "Link: </costs?ids=1,2;v=3&p=9>; title=\"a, b; rel=next\"; rel=prev\r\n"
                      "Link: </costs?ids=1,2;v=3&p=2>; title=\"c\"; rel=\"last Next\"; rel=prev\r\n"),
                 json(page({row("b", 2)}), "Link: </costs?p=1>; rel=\"prev\"; rel=\"next\"\r\n")});
    ScenarioJob linked;
    linked.pagination = "{kind: link_header}";
    job(linked);
    load_january();
    EXPECT_THAT(targets(), ElementsAre("/costs?from=2026-01-01&to=2026-02-01", "/costs?ids=1,2;v=3&p=2"));
    EXPECT_EQ(star(), "2 lines, 3");
}

/// The whole table of references is a unit test (url_reference_test.cpp).
TEST_F(Scenario22, a_link_to_another_origin_is_refused_before_any_request) {
    ScriptedServer other([](std::string const&) { return ScriptedReply{json(page({}))}; });
    for (auto const& link :
         {other.url() + "/costs?p=2", std::string("//example.com/costs"),
          std::string("https://127.0.0.1/costs"), std::string("\\\\\\\\example.com/costs")}) {
        vendor_says({json(page({row("a", 1)}, R"("next":")" + link + "\""))});
        job(by_url());
        january_fails(65, "the link to the next page is refused");
    }
    EXPECT_EQ(other.connections(), 0);
}

TEST_F(Scenario22, an_empty_link_is_the_end_and_never_joined) {
    vendor_says({json(page({row("a", 1)}, R"("next":"")"))});
    job(by_url());
    load_january();
    EXPECT_EQ(targets().size(), 1U);
    EXPECT_EQ(end_proof(), "no next link after page 1");
}

TEST_F(PagingTable, none_is_one_call_and_a_total_or_has_more_that_says_otherwise_is_an_error) {
    vendor_says({json(page({row("a", 1)}, R"("total":1)"))});
    job({.pagination = "{kind: none, total: total}"});
    load_january();
    EXPECT_EQ(end_proof(), "total 1 reached");
    EXPECT_EQ(targets().size(), 1U);
    vendor_says({json(page({row("a", 1)}, R"("more":true)"))});
    job({.pagination = "{kind: none, has_more: more}"});
    auto const run = billhouse({"backfill", "acme", "--from", "2026-01-01", "--to", "2026-02-01", "--force"});
    EXPECT_EQ(run.exit_code, 65) << run.err;
    EXPECT_THAT(run.err, HasSubstr("there are more pages"));
}

TEST_F(PagingTable, page_number_ends_at_the_number_of_pages_the_total_or_an_empty_page) {
    vendor_says({json(page({row("a", 1)}, R"("meta":{"pages":"2"})")),
                 json(page({row("b", 2)}, R"("meta":{"pages":2})"))});
    job(numbered("{kind: page_number, pages: meta.pages}"));
    load_january();
    EXPECT_EQ(end_proof(), "page 2 of 2");
    vendor_says({json(page({row("a", 1)}, R"("total":2)")), json(page({row("b", 2)}, R"("total":2)"))});
    job(numbered("{kind: page_number, total: total}"));
    load_january();
    EXPECT_EQ(end_proof(), "total 2 reached");
    vendor_says({json(page({row("a", 1)})), json(page({row("b", 2)})), json(page({}))});
    job(numbered());
    load_january();
    EXPECT_EQ(end_proof(), "empty page 3");
    EXPECT_EQ(star(), "2 lines, 3");
}

TEST_F(PagingTable, offset_goes_on_after_the_records_received_and_ends_with_an_empty_page) {
    vendor_says({json(page({row("a", 1), row("b", 2)})), json(page({row("c", 3)})), json(page({}))});
    auto capped = by_offset("{kind: offset, size: 100}");
    capped.query = R"({from: "{window.start}", offset: "{page.offset}", limit: "{page.size}"})";
    job(capped);
    load_january();
    EXPECT_THAT(targets(), ElementsAre(HasSubstr("offset=0&limit=100"), HasSubstr("offset=2&limit=100"),
                                       HasSubstr("offset=3&limit=100")));
    EXPECT_EQ(star(), "3 lines, 6");
}

TEST_F(PagingTable, cursor_in_the_body_takes_0_as_a_cursor) {
    vendor_says({json(page({row("a", 1)}, R"("next":"0")")), json(page({row("b", 2)}, R"("next":null)"))});
    job(by_cursor("{body: next}"));
    load_january();
    EXPECT_THAT(targets(), ElementsAre("/costs?from=2026-01-01", "/costs?from=2026-01-01&after=0"));
}

TEST_F(PagingTable, last_record_id_ends_with_has_more_false) {
    vendor([](std::string const& request) {
        if (asks(request, "after=b")) return json(page({row("c", 3)}, R"("has_more":false)"));
        return json(page({row("a", 1), row("b", 2)}, R"("has_more":true)"));
    });
    job(by_cursor("{last_record: id}", ", has_more: has_more"));
    load_january();
    EXPECT_EQ(targets().size(), 2U);
    EXPECT_EQ(star(), "3 lines, 6");
}

TEST_F(PagingTable, next_url_may_be_absolute) {
    vendor([this](std::string const& request) {
        if (asks(request, "token=x%3D")) return json(page({row("b", 2)}, R"("links":{})"));
        return json(page({row("a", 1)}, R"("links":{"next":")" + url() + R"(/costs?token=x%3D#top"})"));
    });
    job(by_url("links.next"));
    load_january();
    EXPECT_EQ(targets().at(1), "/costs?token=x%3D");
    EXPECT_EQ(star(), "2 lines, 3");
}

TEST_F(PagingTable, link_header_ends_without_rel_next) {
    vendor([](std::string const& request) {
        if (asks(request, "page=2"))
            return json(page({row("b", 2)}), "Link: </costs?page=1>; rel=\"first\"\r\n");
        return json(page({row("a", 1)}),
                    "Link: </costs?page=2>; rel=\"next\", </costs?page=2>; rel=\"last\"\r\n");
    });
    job({.pagination = "{kind: link_header}"});
    load_january();
    EXPECT_EQ(targets().size(), 2U);
    EXPECT_EQ(end_proof(), "no next link after page 2");
}

TEST_F(PagingTable, a_compound_page_parameter_holds_number_and_size) {
    vendor_says({json(page({row("a", 1)}, R"("total":1)"))});
    auto compound = numbered("{kind: page_number, size: 50, total: total}");
    compound.query = R"({from: "{window.start}", page: "{page.number},{page.size}"})";
    job(compound);
    load_january();
    EXPECT_THAT(targets(), ElementsAre("/costs?from=2026-01-01&page=1%2C50"));
}

TEST_F(PagingTable, a_total_that_changes_between_pages_is_an_error) {
    vendor([](std::string const& request) {
        return json(asks(request, "page=1") ? page({row("a", 1)}, R"("total":3)")
                                            : page({row("b", 1)}, R"("total":2)"));
    });
    job(numbered("{kind: page_number, total: total}"));
    january_fails(65, "the total changed from 3 to 2 at page 2");
}

TEST_F(PagingTable, query_keys_repeat_and_keep_their_brackets) {
    auto grouped = ScenarioJob{};
    grouped.query = R"({"filter[start]": "{window.start}", "group_by[]": [project_id, line_item], limit: 7})";
    job(grouped);
    load_january();
    EXPECT_THAT(targets(), ElementsAre("/costs?filter%5Bstart%5D=2026-01-01&group_by%5B%5D=project_id&"
                                       "group_by%5B%5D=line_item&limit=7"));
}

TEST_F(PagingTable, a_job_key_of_another_kind_of_paging_is_refused) {
    job_is_refused(numbered("{kind: page_number, url: next}"), "'url' means nothing with kind: page_number");
    job_is_refused(by_cursor("{body: next, header: X-Next}"),
                   "expected one of the keys body, header and last_record");
    ScenarioJob unlinked;
    unlinked.pagination = "{kind: next_url}";
    job_is_refused(unlinked, "missing key 'url'");
}

} // namespace
} // namespace billhouse
