#include "unit/transform/sample_jobs.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

namespace billhouse {

namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Date day(std::string_view text) {
    return parse_date(text).value();
}

ChargeLine line(std::string_view date, std::string document = {}) {
    ChargeLine result;
    result.charge_date = day(date);
    result.document_id = std::move(document);
    return result;
}

BillingDocument document(std::string id) {
    BillingDocument result;
    result.id = std::move(id);
    return result;
}

Reject reject(std::optional<Date> date) {
    Reject result;
    result.charge_date = date;
    return result;
}

std::vector<std::string> dates(StarRows const& rows) {
    std::vector<std::string> texts;
    for (auto const& row : rows.lines)
        texts.push_back(to_string(row.charge_date));
    return texts;
}

std::vector<std::string> ids(StarRows const& rows) {
    std::vector<std::string> texts;
    for (auto const& row : rows.documents)
        texts.push_back(row.id);
    return texts;
}

bool adds_up(StarRows const& rows) {
    return rows.read == std::ssize(rows.lines) + std::ssize(rows.rejects) + rows.duplicates;
}

} // namespace

TEST(WindowCut, takes_the_lines_of_a_half_open_window_in_their_order) {
    StarRows rows;
    rows.members.currencies = {"EUR"};
    for (auto const* date : {"2026-03-31", "2026-03-01", "2026-04-01", "2026-02-28", "2026-03-15"})
        rows.lines.push_back(line(date));
    rows.read = 5;
    auto const march = take_window(rows, day("2026-03-01"), day("2026-04-01"));
    EXPECT_THAT(dates(march), ElementsAre("2026-03-31", "2026-03-01", "2026-03-15"));
    EXPECT_THAT(dates(rows), ElementsAre("2026-04-01", "2026-02-28"));
    EXPECT_THAT(march.members.currencies, ElementsAre("EUR"));
    EXPECT_THAT(rows.members.currencies, ElementsAre("EUR"));
    EXPECT_TRUE(adds_up(march) && adds_up(rows));
    EXPECT_EQ(march.read, 3);
}

TEST(WindowCut, documents_go_with_their_lines_and_to_both_where_they_have_lines_in_both) {
    StarRows rows;
    rows.lines = {line("2026-03-01", "march"), line("2026-04-01", "april"), line("2026-03-31", "both"),
                  line("2026-04-01", "both")};
    rows.documents = {document("march"), document("april"), document("both")};
    auto const march = take_window(rows, day("2026-03-01"), day("2026-04-01"));
    EXPECT_THAT(ids(march), ElementsAre("march", "both"));
    EXPECT_THAT(ids(rows), ElementsAre("april", "both"));
}

TEST(WindowCut, rejects_go_by_their_date_and_undated_ones_and_duplicates_with_the_first_cut) {
    StarRows rows;
    rows.rejects = {reject(day("2026-03-02")), reject(std::nullopt), reject(day("2026-05-01"))};
    rows.duplicates = 4;
    rows.read = 7;
    auto const march = take_window(rows, day("2026-03-01"), day("2026-04-01"));
    EXPECT_EQ(march.rejects.size(), 2U);
    EXPECT_EQ(march.duplicates, 4);
    EXPECT_EQ(march.read, 6);
    auto const april = take_window(rows, day("2026-04-01"), day("2026-05-01"));
    EXPECT_THAT(april.rejects, IsEmpty());
    EXPECT_EQ(april.read, 0);
    EXPECT_EQ(rows.read, 1);
    EXPECT_TRUE(adds_up(march) && adds_up(april) && adds_up(rows));
}

} // namespace billhouse
