#include "transform/text_rules.hpp"

#include "unit/transform/sample_jobs.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

namespace billhouse {

namespace {

using samples::constant;
using samples::line_rule;
using samples::path;
using Kind = ValueSource::Kind;

/// What a plain record with one more rule and one more field becomes, asked for by a window.
StarRows with_field(ColumnRule rule, std::string_view field) {
    auto stream = samples::plain_stream();
    std::erase_if(stream.mapping.columns,
                  [&](ColumnRule const& other) { return other.column == rule.column; });
    stream.mapping.columns.push_back(std::move(rule));
    auto const body =
        fmt::format(R"({{"rows": [{{"date": "2026-03-05", "sku": "s", "cost": 1, {}}}]}})", field);
    StarMapper mapper(samples::plain_source(), stream, "");
    mapper.expect_only(*parse_date("2026-03-01"), *parse_date("2026-04-01"));
    mapper.begin_page(0);
    decode_json_page(body, stream.records, {}, [&](RecordView const& record) { mapper.map(record); });
    mapper.commit_page();
    return mapper.finish();
}

std::string shown(StarRows const& rows, std::string const& value) {
    return rows.rejects.empty() ? value : rows.rejects[0].reason_code + ": " + rows.rejects[0].reason;
}

std::string sku_name(ColumnRule rule, std::string_view field) {
    auto const rows = with_field(std::move(rule), field);
    return shown(rows, rows.lines.empty() ? "" : rows.members.skus[0].name.value_or("NULL"));
}

std::string quantity(NumberStyle style, std::string_view json) {
    auto rule = line_rule("quantity", "q");
    rule.number = style;
    auto const rows = with_field(rule, fmt::format("\"q\": {}", json));
    return shown(rows, rows.lines.empty() ? "" : rows.lines[0].measures[measure("quantity")]->to_string());
}

std::string charge_date(ColumnRule rule, std::string_view json) {
    auto const rows = with_field(std::move(rule), fmt::format("\"t\": {}", json));
    return shown(rows, rows.lines.empty() ? "" : to_string(rows.lines[0].charge_date));
}

ValueSource source(Kind kind, std::string text, std::vector<ValueSource> operands = {}) {
    ValueSource result;
    result.kind = kind;
    result.text = std::move(text);
    result.operands = std::move(operands);
    return result;
}

} // namespace

TEST(NumberStyle, reads_decimal_commas_and_groups_only_as_declared) {
    NumberStyle const german{',', '.'};
    EXPECT_EQ(quantity(german, "\"1.234.567,89\""), "1234567.89");
    EXPECT_EQ(quantity(german, "\"-1234,5\""), "-1234.5") << "groups may be left out";
    EXPECT_EQ(quantity(german, "\" 12 \""), "12");
    EXPECT_EQ(quantity(german, "1.5"), "1.5") << "a JSON number is JSON's";
    EXPECT_EQ(quantity({'.', ','}, "\"12,345.67\""), "12345.67");
    EXPECT_EQ(quantity({'.', '\''}, "\"12'345\""), "12345");
    EXPECT_EQ(quantity({',', ' '}, "\"1 234,50\""), "1234.5");
}

TEST(NumberStyle, rejects_text_that_is_written_otherwise) {
    NumberStyle const german{',', '.'};
    for (auto const* json : {"\"1.5\"", "\"1,234.50\"", "\"1.23.456\"", "\"1234.567\"", "\"1.2345\"",
                             "\",5\"", "\"5,\"", "\"1,5,5\"", "\"1e3\"", "\"--1\"", "\".123\"", "\"1..234\""})
        EXPECT_THAT(quantity(german, json), testing::StartsWith("not_a_number: quantity is ")) << json;
    EXPECT_THAT(quantity({',', '\0'}, "\"1.234,5\""), testing::StartsWith("not_a_number"))
        << "no group declared";
}

TEST(TextRules, case_changes_ascii_letters_and_trim_cuts_spaces) {
    auto rule = line_rule("sku_name", "n");
    rule.letters = ColumnRule::Case::upper;
    EXPECT_EQ(sku_name(rule, R"("n": " usd é ")"), " USD é ");
    rule.trim = true;
    EXPECT_EQ(sku_name(rule, R"("n": " usd é ")"), "USD é");
    rule.letters = ColumnRule::Case::lower;
    EXPECT_EQ(sku_name(rule, R"("n": "ABC-Z")"), "abc-z");
    rule.values = {{"abc-z", "Known"}};
    EXPECT_EQ(sku_name(rule, R"("n": "ABC-Z")"), "Known") << "`values` sees the text in its case";
}

TEST(TextRules, concat_joins_texts_and_numbers_and_is_missing_where_a_part_is) {
    auto const joined = source(Kind::concat, "/", {path("a"), constant("x"), path("b")});
    EXPECT_EQ(sku_name(line_rule("sku_name", {joined}), R"("a": "eu", "b": 1.50)"), "eu/x/1.50");
    EXPECT_EQ(sku_name(line_rule("sku_name", {joined, constant("none")}), R"("a": "eu")"), "none");
    EXPECT_EQ(sku_name(line_rule("sku_name", {joined, constant("none")}), R"("a": "None", "b": 1)"), "none");
    auto const nested = source(Kind::concat, "", {joined, constant("!")});
    EXPECT_EQ(sku_name(line_rule("sku_name", {nested}), R"("a": "q", "b": "r")"), "q/x/r!");
    EXPECT_EQ(sku_name(line_rule("sku_name", {joined}), R"("a": {}, "b": 1)"),
              "wrong_type: sku_name is an object in field 'a'");
}

TEST(TextRules, window_and_job_values_are_sources) {
    auto const window = [](char const* which) {
        return sku_name(line_rule("sku_name", {source(Kind::window, which)}), R"("x": 1)");
    };
    EXPECT_EQ(window("start"), "2026-03-01");
    EXPECT_EQ(window("last"), "2026-03-31");
    EXPECT_EQ(window("end"), "2026-04-01");
    auto const job = [](char const* which) {
        return sku_name(line_rule("sku_name", {source(Kind::job, which)}), R"("x": 1)");
    };
    EXPECT_EQ(job("source"), samples::plain_source().code);
    EXPECT_EQ(job("vendor"), samples::plain_source().vendor_code);
    EXPECT_EQ(job("provider"), samples::plain_source().provider_name);
    EXPECT_EQ(job("currency"), "EUR");
}

TEST(TextRules, a_column_may_have_a_zone_of_its_own) {
    auto rule = line_rule("charge_date", "t");
    rule.formats = {samples::format("unix"), samples::format("rfc3339")};
    EXPECT_EQ(charge_date(rule, "1772769600.25"), "2026-03-06") << "04:00 UTC";
    rule.zone = Zone::find("America/New_York");
    EXPECT_EQ(charge_date(rule, "1772769600.25"), "2026-03-05");
    EXPECT_EQ(charge_date(rule, "\"2026-03-06T04:00:00Z\""), "2026-03-05");
}

TEST(TextRules, a_month_stands_for_its_first_day) {
    auto rule = line_rule("charge_date", "t");
    rule.formats = {samples::format("%Y-%m")};
    EXPECT_EQ(charge_date(rule, "\"2026-03\""), "2026-03-01");
}

} // namespace billhouse
