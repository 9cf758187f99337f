#include "unit/transform/sample_jobs.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace billhouse {

namespace {

constexpr std::string_view kRest = R"("date": "2026-03-01", "sku": "s", "cost": 1)";

std::string attributes(StreamDefinition const& stream, std::string_view fields) {
    auto const rows = samples::mapped_plain(stream, {fmt::format("{{{}, {}}}", fields, kRest)});
    return rows.lines.at(0).attributes;
}

std::string attributes(std::string_view fields) {
    return attributes(samples::plain_stream(), fields);
}

} // namespace

TEST(Attributes, hold_every_field_that_no_rule_reads_with_sorted_keys) {
    EXPECT_EQ(attributes(R"("z": 1.50, "a": "text", "m": true, "l": [1, null, {"y": 1, "x": "None"}])"),
              R"({"a":"text","l":[1,null,{"x":"None","y":1}],"m":true,"z":1.50})");
}

TEST(Attributes, leave_out_nulls_null_tokens_and_what_is_empty_without_them) {
    EXPECT_EQ(
        attributes(
            R"("a": null, "b": "None", "c": "  ", "d": {"e": "None", "f": {"g": null}}, "h": {}, "i": 0, "j": false, "k": "none")"),
        R"({"i":0,"j":false,"k":"none"})");
    EXPECT_EQ(attributes(R"("a": null, "b": {"c": "None"})"), "");
}

TEST(Attributes, keep_the_rest_of_an_object_that_is_read_in_part) {
    auto stream = samples::plain_stream();
    stream.mapping.columns.push_back(samples::line_rule("sku_name", "app.name"));
    stream.mapping.columns.push_back(samples::line_rule("meter_name", "app.plan.code"));
    EXPECT_EQ(
        attributes(stream,
                   R"("app": {"name": "adex", "id": "1", "plan": {"code": "p", "tier": 2, "none": "None"}})"),
        R"({"app":{"id":"1","plan":{"tier":2}}})");
    EXPECT_EQ(attributes(stream, R"("app": {"name": "adex", "plan": {"code": "p"}})"), "");
    EXPECT_EQ(attributes(stream, R"("app": "a text")"), R"({"app":"a text"})");
    EXPECT_EQ(attributes(stream, R"("app": ["name"])"), R"({"app":["name"]})");
}

TEST(Attributes, do_not_depend_on_what_came_before) {
    auto const alone = attributes(R"("a": 1, "x": 2)");
    auto const rows = samples::mapped_plain(
        samples::plain_stream(),
        {fmt::format(R"({{{}}})", kRest),
         fmt::format(R"({{"cost": 2, "b": 3, "date": "2026-03-01", "sku": "t"}})"),
         fmt::format(R"({{"a": 1, "x": 2, {}}})", kRest), fmt::format(R"({{"x": 2, "a": 1, {}}})", kRest)});
    ASSERT_EQ(rows.lines.size(), 4U);
    EXPECT_EQ(rows.lines[0].attributes, "");
    EXPECT_EQ(rows.lines[1].attributes, R"({"b":3})");
    EXPECT_EQ(rows.lines[2].attributes, alone);
    EXPECT_EQ(rows.lines[3].attributes, alone);
}

TEST(Attributes, keep_a_number_that_jsonb_cannot_hold_as_text) {
    EXPECT_EQ(attributes(R"("tiny": 1e-99999)"), R"({"tiny":"1e-99999"})");
}

TEST(Attributes, escape_what_json_wants_escaped) {
    EXPECT_EQ(attributes(R"("q\"k": "a\\b\n")"), "{\"q\\\"k\":\"a\\\\b\\n\"}");
}

TEST(Attributes, of_the_enclosing_record_go_to_the_line_where_there_is_no_document) {
    auto stream = samples::ocamba_stream();
    stream.mapping.document.reset();
    auto const rows = samples::mapped(samples::ocamba_source(), stream,
                                      {R"({"items": [{"id": "7", "limit_status": "0", "note": "header",
        "company_id": "c", "app_id": "a", "currency_code": "USD", "start_date": "2026-03-01", "end_date": "2026-03-31",
        "items": [{"name": "n", "price": 1, "amount": 1, "note": "line", "extra": 5}]}]})"});
    ASSERT_EQ(rows.lines.size(), 1U);
    EXPECT_EQ(rows.lines[0].attributes,
              R"({"extra":5,"id":"7","limit_status":"0","note":"line","parent.note":"header"})");
}

} // namespace billhouse
