#include "e2e/paging_jobs.hpp"

#include <gmock/gmock.h>

/// Rows 12 to 22 of the acceptance scenarios, pages by cursor and link, each under its own name.
/// Where a row would cut a read short or guess, the project's rule is tested instead: a read is complete, or
/// it fails.
namespace billhouse {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

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

} // namespace
} // namespace billhouse
