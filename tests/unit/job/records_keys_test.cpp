#include "base/error.hpp"
#include "job/job_loader.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

/// The keys of `records`, and the column keys that shape texts and numbers.
namespace billhouse {

namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::string_view kJob = R"(version: 1
job: acme
description: An example
source: {{code: acme, vendor: acme, provider: Acme, invoice_issuer: Acme, publisher: Acme, currency: EUR, timezone: UTC}}
http: {{base_url: "https://api.example.com"}}
streams:
  usage:
    request: {{path: "/usage/{{window.start}}"}}
    window: {{earliest: 2024-01-01}}
    pagination: {pagination}
    response: {response}
    records: {records}
    mapping:
      identity: {{columns: [charge_date, sku_code, currency_code]}}
      columns:
        charge_date: {{from: day, format: date}}
        sku_code: {sku}
        currency_code: currency
        charge_category: {{constant: Usage}}
        charge_frequency: {{constant: Usage-Based}}
        list_cost: cost
        billed_cost: cost
        total_amount: {total}
)";

struct Parts {
    std::string records = "{path: rows}";
    std::string sku = "sku";
    std::string total = "cost";
    std::string pagination = "{kind: none}";
    std::string response = "{}";
};

StreamDefinition stream(Parts const& parts) {
    auto const text = fmt::format(kJob, fmt::arg("records", parts.records), fmt::arg("sku", parts.sku),
                                  fmt::arg("total", parts.total), fmt::arg("pagination", parts.pagination),
                                  fmt::arg("response", parts.response));
    return parse_configuration(std::nullopt, {{"jobs/acme.yaml", text}}).jobs.at(0).streams.at(0);
}

RecordsSpec records(std::string text) {
    return stream({.records = std::move(text)}).records;
}

std::string problem_of(Parts const& parts) {
    try {
        stream(parts);
    } catch (Error const& error) {
        return error.what();
    }
    return "no problem";
}

std::string problem(std::string records_text) {
    return problem_of(Parts{.records = std::move(records_text)});
}

ColumnRule sku_rule(std::string text) {
    for (auto const& rule : stream({.sku = std::move(text)}).mapping.columns)
        if (rule.column == line_column("sku_code")) return rule;
    throw std::logic_error("no rule");
}

} // namespace

TEST(RecordsKeys, say_how_records_are_written) {
    EXPECT_EQ(records("{path: rows}").format, RecordsSpec::Format::json);
    EXPECT_EQ(records("{format: jsonl}").format, RecordsSpec::Format::json_lines);
    auto const csv = records("{format: csv, csv: {delimiter: tab}, compression: gzip}");
    EXPECT_EQ(csv.format, RecordsSpec::Format::csv);
    EXPECT_EQ(csv.csv_delimiter, '\t');
    EXPECT_EQ(csv.compression, RecordsSpec::Compression::gzip);
    EXPECT_EQ(records("{format: csv}").csv_delimiter, ',');
}

TEST(RecordsKeys, say_what_counts_as_a_record) {
    EXPECT_EQ(records("{path: rows}").shape, RecordsSpec::Shape::array);
    EXPECT_EQ(records("{path: row, single: true}").shape, RecordsSpec::Shape::single);
    auto const map = records("{path: data, map: {key: name, value: cost}}");
    EXPECT_EQ(map.shape, RecordsSpec::Shape::map);
    EXPECT_EQ(map.map_key, "name");
    EXPECT_EQ(map.map_value, "cost");
    EXPECT_THAT(records("{explode: items}").explode, ElementsAre(Path{{"items"}}));
    EXPECT_THAT(records("{explode: [results, usage.items]}").explode,
                ElementsAre(Path{{"results"}}, Path{{"usage", "items"}}));
}

TEST(RecordsKeys, that_contradict_each_other_are_refused) {
    EXPECT_THAT(problem("{single: true, map: {key: name}}"),
                HasSubstr("`single` and `map` exclude each other"));
    EXPECT_THAT(problem("{map: {key: name, value: name}}"), HasSubstr("cannot become the same field"));
    EXPECT_THAT(problem("{csv: {delimiter: \";\"}}"), HasSubstr("'csv' means nothing with another format"));
    EXPECT_THAT(problem("{format: csv, path: rows}"), HasSubstr("'path' means nothing with format: csv"));
    EXPECT_THAT(problem("{format: csv, explode: items}"), HasSubstr("Values of CSV are text."));
    EXPECT_THAT(problem("{format: jsonl, map: {key: k}}"),
                HasSubstr("'map' means nothing with format: jsonl"));
    EXPECT_THAT(problem("{format: jason}"), HasSubstr("expected one of csv, json, jsonl"));
    EXPECT_THAT(problem("{explod: items}"), HasSubstr("did you mean `explode`?"));
}

TEST(RecordsKeys, that_choose_lines_say_one_thing_each) {
    auto const where =
        records("{explode: items, where: [{path: parent.kind, in: [a, b]}, {path: x, not_in: [\"\"]}]}")
            .where;
    ASSERT_EQ(where.size(), 2U);
    EXPECT_EQ(where[0].path.up, 1);
    EXPECT_THAT(where[0].in, ElementsAre("a", "b"));
    EXPECT_THAT(where[1].not_in, ElementsAre(""));
    EXPECT_THAT(problem("{where: [{path: x}]}"), HasSubstr("where[0]: say either `in` or `not_in`"));
    EXPECT_THAT(problem("{where: [{path: x, in: [a], not_in: [b]}]}"), HasSubstr("write two conditions"));
}

TEST(RecordsKeys, without_an_envelope_leave_nothing_to_look_into) {
    EXPECT_THAT(problem_of({.records = "{format: csv}", .pagination = "{kind: none, total: total}"}),
                HasSubstr("pagination.total: there is no envelope to look into"));
    EXPECT_THAT(problem_of({.records = "{format: jsonl}", .response = "{ok_when: {success: true}}"}),
                HasSubstr("response.ok_when: there is no envelope to look into"));
}

TEST(ColumnKeys, shape_texts_and_numbers) {
    auto const rule =
        sku_rule("{concat: [region, {constant: x}, sku], separator: \"-\", case: upper, trim: true}");
    ASSERT_EQ(rule.from.size(), 1U);
    EXPECT_EQ(rule.from[0].kind, ValueSource::Kind::concat);
    EXPECT_EQ(rule.from[0].operands.size(), 3U);
    EXPECT_EQ(rule.from[0].text, "-");
    EXPECT_EQ(rule.letters, ColumnRule::Case::upper);
    EXPECT_TRUE(rule.trim);
    EXPECT_EQ(sku_rule("{window: last}").from[0].text, "last");
    EXPECT_EQ(sku_rule("[sku, {job: source}]").from[1].kind, ValueSource::Kind::job);
    auto const total =
        stream({.total = "{from: cost, number: {decimal: \",\", group: \".\"}}"}).mapping.columns.back();
    ASSERT_TRUE(total.number);
    EXPECT_EQ(total.number->decimal, ',');
    EXPECT_EQ(total.number->group, '.');
}

TEST(ColumnKeys, in_minor_units_need_to_know_how_small_those_are) {
    EXPECT_THAT(problem_of({.total = "{from: cost, shift: minor_units}"}),
                HasSubstr("nothing says how small they are"));
    EXPECT_THAT(problem_of({.total = "{from: cost, shift: minor}"}),
                HasSubstr("expected a whole number or minor_units"));
    auto const units = "\n      minor_units: {currency: [cur, parent.cur], decimals: {jpy: 0}, else: 2}";
    EXPECT_THAT(problem_of({.total = std::string("cost") + units}), HasSubstr("no column is in minor units"));
    auto const mapping = stream({.total = std::string("{from: cost, shift: minor_units}") + units}).mapping;
    EXPECT_TRUE(mapping.columns.back().in_minor_units);
    ASSERT_TRUE(mapping.minor_units);
    EXPECT_EQ(mapping.minor_units->currency.size(), 2U);
    EXPECT_EQ(mapping.minor_units->decimals.at(0).second, 0);
    EXPECT_EQ(mapping.minor_units->otherwise, 2);
}

TEST(ColumnKeys, add_up_arrays_of_what_the_vendor_lists) {
    auto const sum =
        stream({.total = "{sum: discounts, of: amount.value}"}).mapping.columns.back().from.at(0);
    EXPECT_EQ(sum.kind, ValueSource::Kind::sum);
    EXPECT_EQ(sum.of.keys.size(), 2U);
    EXPECT_THAT(problem_of({.total = "{from: cost, of: amount}"}), HasSubstr("`of` needs `sum`"));
    EXPECT_THAT(problem_of({.sku = "{sum: discounts}"}), HasSubstr("it cannot be calculated"));
}

TEST(ColumnKeys, that_mean_nothing_for_the_columns_type_are_refused) {
    EXPECT_THAT(problem_of({.total = "{from: cost, trim: true}"}), HasSubstr("total_amount is no text"));
    EXPECT_THAT(problem_of({.total = "{from: cost, case: upper}"}), HasSubstr("total_amount is no text"));
    EXPECT_THAT(problem_of({.total = "{from: cost, timezone: UTC}"}), HasSubstr("total_amount is no date"));
    EXPECT_THAT(problem_of({.total = "{concat: [cost, cost]}"}), HasSubstr("total_amount is a number"));
    EXPECT_THAT(problem_of({.total = "{from: cost, number: {decimal: \",\", group: \",\"}}"}),
                HasSubstr("decimal and group cannot be the same"));
    EXPECT_THAT(problem_of({.sku = "{from: sku, number: {decimal: \",\"}}"}),
                HasSubstr("sku_code is no number"));
    EXPECT_THAT(problem_of({.sku = "{from: sku, separator: \"-\"}"}),
                HasSubstr("`separator` needs `concat`"));
    EXPECT_THAT(problem_of({.sku = "{concat: [sku]}"}), HasSubstr("a list of 2 to 20 sources"));
    EXPECT_THAT(problem_of({.sku = "{window: begin}"}), HasSubstr("expected one of end, last, start"));
    EXPECT_THAT(problem_of({.sku = "{from: sku, window: last}"}),
                HasSubstr("says twice where the value comes from"));
}

} // namespace billhouse
