#include "unit/transform/sample_jobs.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

namespace billhouse {

namespace {

using testing::ElementsAre;
using testing::SizeIs;

std::string document(std::string_view id, std::string_view header, std::string_view items) {
    return fmt::format(
        R"({{"id": "{}", "company_id": "c", "app_id": "a", "currency_code": "USD", "start_date": "2026-03-01",
        "end_date": "2026-03-31"{}{}, "items": {}}})",
        id, header.empty() ? "" : ", ", header, items);
}

StarRows mapped(std::vector<std::string> const& documents,
                StreamDefinition const& stream = samples::ocamba_stream()) {
    return samples::mapped(samples::ocamba_source(), stream,
                           {fmt::format(R"({{"items": [{}]}})", fmt::join(documents, ","))});
}

/// "kind sku list/billed/total" of each line.
std::vector<std::string> money(StarRows const& rows) {
    std::vector<std::string> lines;
    for (auto const& line : rows.lines) {
        auto const& kind = rows.members.charge_types[static_cast<std::size_t>(line.charge_type)].line_kind;
        auto const sku = line.sku == kNone ? "-" : rows.members.skus[static_cast<std::size_t>(line.sku)].code;
        auto const amount = [&](std::size_t i) { return line.measures[i].value().to_string(); };
        lines.push_back(fmt::format("{} {} {}/{}/{}", kind, sku, amount(measure("list_cost")),
                                    amount(measure("billed_cost")), amount(measure("total_amount"))));
    }
    return lines;
}

constexpr std::string_view kHeaderMoney = R"("price": 10, "discount": 1, "amount": 10.8)";

} // namespace

TEST(DocumentLines, with_money_of_their_own_leave_the_headers_alone) {
    auto const rows = mapped(
        {document("1", kHeaderMoney,
                  R"([{"name": "x", "price": 4, "amount": 4.8}, {"name": "y", "price": 6, "amount": 6}])")});
    EXPECT_THAT(money(rows), ElementsAre("item x 4/4/4.8", "item y 6/6/6"));
    ASSERT_THAT(rows.documents, SizeIs(1));
    EXPECT_EQ(rows.documents[0].line_count, 2);
    EXPECT_EQ(rows.read, 2);
}

TEST(DocumentLines, a_single_one_without_money_takes_the_headers) {
    auto const rows = mapped({document("1", kHeaderMoney, R"([{"name": "x", "quantity": 3}])")});
    EXPECT_THAT(money(rows), ElementsAre("header_total x 10/9/10.8"));
    EXPECT_EQ(rows.lines[0].measures[measure("quantity")], Decimal(3));
    EXPECT_EQ(rows.lines[0].measures[measure("discount_amount")], Decimal(1));
    EXPECT_EQ(rows.read, 1);
}

TEST(DocumentLines, several_without_money_get_zero_and_a_remainder_line_beside_them) {
    auto const rows = mapped({document("1", kHeaderMoney, R"([{"name": "x"}, {"name": "y"}])")});
    EXPECT_THAT(money(rows), ElementsAre("item x 0/0/0", "item y 0/0/0", "header_remainder - 10/9/10.8"));
    EXPECT_EQ(rows.lines[2].record_path, "/items/0");
    EXPECT_EQ(rows.lines[2].attributes, "");
    EXPECT_EQ(rows.documents.at(0).line_count, 3);
    EXPECT_EQ(rows.read, 3);
}

TEST(DocumentLines, of_a_document_without_lines_are_one_with_the_headers_money) {
    for (auto const* items : {"[]", "null"}) {
        auto const rows = mapped({document("1", kHeaderMoney, items)});
        EXPECT_THAT(money(rows), ElementsAre("header_total - 10/9/10.8")) << items;
        EXPECT_EQ(rows.lines[0].record_path, "/items/0");
        EXPECT_EQ(rows.read, 1);
    }
}

TEST(DocumentLines, that_are_not_there_and_no_money_either_are_a_reject) {
    auto const rows = mapped({document("1", "", "[]"), document("2", "", "null"), document("3", "", "7"),
                              document("4", "", R"({"name": "x"})")});
    EXPECT_THAT(rows.lines, SizeIs(0));
    std::vector<std::string> codes;
    for (auto const& reject : rows.rejects)
        codes.push_back(reject.reason_code);
    EXPECT_THAT(codes, ElementsAre("no_lines", "no_lines", "wrong_type", "wrong_type"));
    EXPECT_EQ(rows.rejects[0].reason, "items has no elements");
    EXPECT_EQ(rows.rejects[2].reason, "items is no array");
    EXPECT_THAT(rows.documents, SizeIs(0));
    EXPECT_EQ(rows.read, 4);
}

TEST(DocumentLines, without_money_anywhere_are_rejected_one_by_one) {
    auto const rows =
        mapped({document("1", "", R"([{"name": "x"}, {"name": "y", "price": 1, "amount": 1}, 5, null])")});
    EXPECT_THAT(money(rows), ElementsAre("item y 1/1/1"));
    ASSERT_THAT(rows.rejects, SizeIs(3));
    EXPECT_EQ(rows.rejects[0].reason, "list_cost has no value");
    EXPECT_EQ(rows.rejects[0].record_path, "/items/0/items/0");
    EXPECT_EQ(rows.rejects[1].reason, "the line is no object");
    EXPECT_EQ(rows.rejects[2].record_path, "/items/0/items/3");
    EXPECT_EQ(rows.read, 4);
}

TEST(DocumentLines, one_with_money_keeps_the_header_out_for_all) {
    auto const rows =
        mapped({document("1", kHeaderMoney, R"([{"name": "x"}, {"name": "y", "price": 1, "amount": 1}])")});
    EXPECT_THAT(money(rows), ElementsAre("item y 1/1/1"));
    EXPECT_THAT(rows.rejects, SizeIs(1));
}

TEST(DocumentLines, rejected_with_the_headers_money_say_how_much_is_missing) {
    auto const rows =
        mapped({document("1", R"("price": 10, "amount": 12)", R"([{"name": "x", "unit": "many"}])")});
    ASSERT_THAT(rows.rejects, SizeIs(1));
    EXPECT_EQ(rows.rejects[0].reason_code, "not_a_number");
    EXPECT_EQ(rows.rejects[0].amount_hint, Decimal(10));
    EXPECT_EQ(rows.rejects[0].currency_hint, "USD");
    EXPECT_EQ(rows.rejects[0].charge_date, parse_date("2026-03-01"));
}

TEST(DocumentLines, a_header_that_breaks_a_rule_rejects_the_whole_record_once) {
    auto const rows = mapped(
        {document("1", R"("usage_percent": "half")",
                  R"([{"name": "x", "price": 1, "amount": 1}, {"name": "y"}])"),
         R"({"company_id": "c", "id": 5, "start_date": "2026-03-05", "end_date": "2026-03-03", "currency_code": "USD", "items": []})"});
    ASSERT_THAT(rows.rejects, SizeIs(2));
    EXPECT_EQ(rows.rejects[0].reason, "usage_percent is 'half', which is no number");
    EXPECT_EQ(rows.rejects[0].column, "usage_percent");
    EXPECT_EQ(rows.rejects[1].reason, "period_end is 2026-03-04, not after 2026-03-05");
    EXPECT_EQ(rows.read, 2);
}

TEST(DocumentLines, take_the_documents_period_from_its_first_line_where_the_header_has_none) {
    auto stream = samples::ocamba_stream();
    std::erase_if(stream.mapping.document->columns, [](ColumnRule const& rule) {
        return rule.column == document_column("period_start") || rule.column == document_column("period_end");
    });
    auto const rows = mapped({document("1", "", R"([{"name": "x", "price": 1, "amount": 1}])")}, stream);
    EXPECT_EQ(to_string(rows.documents.at(0).period_start) + " " + to_string(rows.documents.at(0).period_end),
              "2026-03-01 2026-04-01");
}

TEST(DocumentLines, equal_ones_are_numbered_by_their_place_in_the_document) {
    auto const twins =
        R"([{"name": "x", "price": 5, "amount": 5}, {"name": "y", "price": 1, "amount": 1}, {"name": "x", "price": 2, "amount": 2},
        {"name": "x", "price": 3, "amount": 3}])";
    auto const first = document("b", "", twins);
    auto const second = document("a", "", R"([{"name": "x", "price": 9, "amount": 9}])");
    for (auto const& order : {std::vector{first, second}, std::vector{second, first}}) {
        auto const rows = mapped(order);
        std::vector<std::string> numbered;
        for (auto const& line : rows.lines)
            numbered.push_back(fmt::format("{} {} #{}", line.document_id,
                                           line.measures[measure("list_cost")]->to_string(), line.line_no));
        std::ranges::sort(numbered);
        EXPECT_THAT(numbered, ElementsAre("a 9 #1", "b 1 #1", "b 2 #2", "b 3 #3", "b 5 #1"));
    }
}

TEST(DocumentLines, that_come_as_records_of_their_own_share_one_document) {
    auto stream = samples::plain_stream();
    stream.mapping.document = DocumentSpec{
        samples::path("doc").path, {samples::document_rule("price", {samples::path("doc_price")})}, {}};
    auto const rows = samples::mapped_plain(
        stream, {R"({"date": "2026-03-01", "sku": "s", "cost": 1, "doc": "d1", "doc_price": 3})",
                 R"({"date": "2026-03-01", "sku": "t", "cost": 2, "doc": "d1", "doc_price": 3, "more": 1})",
                 R"({"date": "2026-03-01", "sku": "u", "cost": 2})"});
    ASSERT_THAT(rows.documents, SizeIs(1));
    EXPECT_EQ(rows.documents[0].line_count, 2);
    EXPECT_EQ(rows.documents[0].price, Decimal(3));
    EXPECT_EQ(rows.lines.at(1).attributes, R"({"more":1})");
    EXPECT_EQ(rows.rejects.at(0).reason, "document_id has no value");
}

} // namespace billhouse
