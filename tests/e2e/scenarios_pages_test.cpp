#include "e2e/paging_jobs.hpp"

#include <gmock/gmock.h>

/// Rows 1 to 11 of the acceptance scenarios, pages by number and offset, each under its own name.
/// Where a row would cut a read short or guess, the project's rule is tested instead: a read is complete, or
/// it fails.
namespace billhouse {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

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

TEST_F(Scenario1, a_page_whose_records_are_all_filtered_away_is_not_the_end) {
    vendor_says({json(page({row("a", 1), row("b", 2)})), json(page({row("c", 5)})), json(page({}))});
    auto filtered = numbered("{kind: page_number, size: 2}");
    filtered.records = "{path: data, where: [{path: id, not_in: [a, b]}]}";
    job(filtered);
    load_january();
    EXPECT_THAT(targets(), ElementsAre(HasSubstr("page=1"), HasSubstr("page=2"), HasSubstr("page=3")));
    EXPECT_EQ(star(), "1 lines, 5");
}

TEST_F(Scenario1, a_page_whose_records_all_came_before_is_not_the_end) {
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

} // namespace
} // namespace billhouse
