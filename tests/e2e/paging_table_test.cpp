#include "e2e/paging_jobs.hpp"

#include <gmock/gmock.h>

/// Rows of the vendors' paging table.
/// Where a row would cut a read short or guess, the project's rule is tested instead: a read is complete, or
/// it fails.
namespace billhouse {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class PagingTable : public ScenarioRun {};

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
