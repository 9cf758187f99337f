#include "base/error.hpp"

#include "unit/transform/sample_jobs.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <random>

namespace billhouse {

namespace {

using samples::calculation;
using samples::constant;
using samples::line_rule;
using samples::mapped_plain;
using samples::path;
using testing::SizeIs;
using Kind = ValueSource::Kind;

constexpr std::string_view kRest = R"("date": "2026-03-01", "sku": "s", "cost": 1)";

/// What a plain record with one more rule and one more field becomes.
StarRows with_field(ColumnRule rule, std::string_view field) {
    auto stream = samples::plain_stream();
    std::erase_if(stream.mapping.columns,
                  [&](ColumnRule const& other) { return other.column == rule.column; });
    stream.mapping.columns.push_back(std::move(rule));
    return mapped_plain(stream, {fmt::format("{{{}{}{}}}", kRest, field.empty() ? "" : ", ", field)});
}

std::string shown(StarRows const& rows, std::string const& value) {
    if (rows.lines.size() + rows.rejects.size() != 1) return "not one row";
    return rows.rejects.empty() ? value : rows.rejects[0].reason_code + ": " + rows.rejects[0].reason;
}

std::string quantity(ColumnRule rule, std::string_view field) {
    auto const rows = with_field(std::move(rule), field);
    auto const value = rows.lines.empty() ? std::nullopt : rows.lines[0].measures[measure("quantity")];
    return shown(rows, value ? value->to_string() : "NULL");
}

std::string quantity_of(std::string_view json) {
    return quantity(line_rule("quantity", "q"), fmt::format("\"q\": {}", json));
}

std::string sku_name_of(std::string_view json, std::optional<std::vector<std::string>> null_tokens = {}) {
    auto rule = line_rule("sku_name", "n");
    rule.null_tokens = std::move(null_tokens);
    auto const rows = with_field(rule, fmt::format("\"n\": {}", json));
    return shown(rows, rows.lines.empty() ? "" : rows.members.skus[0].name.value_or("NULL"));
}

ColumnRule dated(std::string_view column, std::vector<std::string_view> const& patterns, int plus_days = 0) {
    auto rule = line_rule(column, "d");
    for (auto const pattern : patterns)
        rule.formats.push_back(samples::format(pattern));
    rule.plus_days = plus_days;
    return rule;
}

std::string charge_date(ColumnRule const& rule, std::string_view json) {
    auto const rows = with_field(rule, fmt::format("\"d\": {}", json));
    return shown(rows, rows.lines.empty() ? "" : to_string(rows.lines[0].charge_date));
}

std::string period_end(ColumnRule const& rule, std::string_view json) {
    auto const rows = with_field(rule, fmt::format("\"d\": {}", json));
    return shown(rows, rows.lines.empty() ? "" : to_string(rows.lines[0].charge_period_end));
}

} // namespace

TEST(ColumnRules, a_number_comes_from_a_number_or_from_numeric_text) {
    struct Case {
        std::string_view json, expected;
    };
    for (auto const& c :
         {Case{"5938", "5938"},
          Case{"\"5938\"", "5938"},
          Case{"\" 1.50 \"", "1.5"},
          Case{"-0", "0"},
          Case{"1E+2", "100"},
          Case{"\"1e-3\"", "0.001"},
          Case{"3.702E-7", "0.0000003702"},
          Case{"null", "NULL"},
          Case{"\"None\"", "NULL"},
          Case{"\" None \"", "NULL"},
          Case{"\"\"", "NULL"},
          Case{"\"  \"", "NULL"},
          Case{"\"none\"", "not_a_number: quantity is 'none', which is no number"},
          Case{"\"-\"", "not_a_number: quantity is '-', which is no number"},
          Case{"\"1,5\"", "not_a_number: quantity is '1,5', which is no number"},
          Case{"\"NaN\"", "not_a_number: quantity is 'NaN', which is no number"},
          Case{"true", "not_a_number: quantity is 'true', which is no number"},
          Case{"[]", "wrong_type: quantity is an array in field 'q'"},
          Case{"{}", "wrong_type: quantity is an object in field 'q'"},
          Case{"[1]", "wrong_type: quantity is an array in field 'q'"},
          Case{"123456789012345678901234567890123456789",
               "does_not_fit: quantity is '123456789012345678901234567890123456789', more than 38 digits "
               "hold"},
          Case{"\"1e-101\"", "does_not_fit: quantity is '1e-101', more than 38 digits hold"},
          Case{"999999999999999999999999999999", "999999999999999999999999999999"},
          Case{"1e30", "does_not_fit: quantity is 1000000000000000000000000000000, the limit is 1e30"},
          Case{"-1e30", "does_not_fit: quantity is -1000000000000000000000000000000, the limit is 1e30"}})
        EXPECT_EQ(quantity_of(c.json), c.expected) << c.json;
    EXPECT_EQ(quantity(line_rule("quantity", "q"), ""), "NULL");
}

TEST(ColumnRules, text_is_taken_as_it_is_from_any_scalar) {
    struct Case {
        std::string_view json, expected;
    };
    for (auto const& c :
         {Case{"\"a b\"", "a b"}, Case{"\" a \"", " a "}, Case{"1971", "1971"}, Case{"1.50", "1.50"},
          Case{"true", "true"}, Case{"false", "false"}, Case{"null", "NULL"}, Case{"\"None\"", "NULL"},
          Case{"\"Nonesuch\"", "Nonesuch"}, Case{"[]", "wrong_type: sku_name is an array in field 'n'"},
          Case{"{}", "wrong_type: sku_name is an object in field 'n'"}})
        EXPECT_EQ(sku_name_of(c.json), c.expected) << c.json;
}

TEST(ColumnRules, a_column_may_have_null_tokens_of_its_own) {
    EXPECT_EQ(sku_name_of("\"None\"", std::vector<std::string>{"-"}), "None");
    EXPECT_EQ(sku_name_of("\"-\"", std::vector<std::string>{"-"}), "NULL");
    EXPECT_EQ(sku_name_of("\"\"", std::vector<std::string>{}), "");
}

TEST(ColumnRules, the_first_source_with_a_value_wins) {
    auto const rule = line_rule("quantity", {path("a"), path("b.c"), constant("7")});
    EXPECT_EQ(quantity(rule, R"("a": 1, "b": {"c": 2})"), "1");
    EXPECT_EQ(quantity(rule, R"("a": "None", "b": {"c": 2})"), "2");
    EXPECT_EQ(quantity(rule, R"("b": {"d": 2})"), "7");
    EXPECT_EQ(quantity(rule, R"("b": 3)"), "7");
    // A wrong value is no missing one: the next source is not asked.
    EXPECT_EQ(quantity(rule, R"("a": "x", "b": {"c": 2})"),
              "not_a_number: quantity is 'x', which is no number");
    EXPECT_EQ(quantity(rule, R"("a": [], "b": {"c": 2})"), "wrong_type: quantity is an array in field 'a'");
}

TEST(ColumnRules, arithmetic_is_exact_and_missing_where_an_operand_is) {
    auto const calculated = [](Kind kind, std::string_view fields) {
        return quantity(line_rule("quantity", {calculation(kind, path("a"), path("b"))}), fields);
    };
    EXPECT_EQ(calculated(Kind::add, R"("a": 0.1, "b": "0.2")"), "0.3");
    EXPECT_EQ(calculated(Kind::subtract, R"("a": 1, "b": 0.9)"), "0.1");
    EXPECT_EQ(calculated(Kind::multiply, R"("a": "0.00000049", "b": 1000000)"), "0.49");
    EXPECT_EQ(calculated(Kind::add, R"("a": 1)"), "NULL");
    EXPECT_EQ(calculated(Kind::subtract, R"("b": 1, "a": "None")"), "NULL");
    EXPECT_EQ(calculated(Kind::add, R"("a": 1, "b": "x")"),
              "not_a_number: quantity is 'x', which is no number");
    EXPECT_EQ(calculated(Kind::add, R"("a": 1, "b": [])"), "wrong_type: quantity is an array in field 'b'");
    EXPECT_EQ(calculated(Kind::add, R"("a": 1e29, "b": 1e-29)"),
              "does_not_fit: quantity needs more than 38 digits (100000000000000000000000000000 and "
              "0.00000000000000000000000000001)");
    auto const nested =
        calculation(Kind::subtract, calculation(Kind::multiply, path("a"), path("b")), constant("1"));
    EXPECT_EQ(quantity(line_rule("quantity", {nested}), R"("a": 3, "b": 4)"), "11");
}

TEST(ColumnRules, units_and_nanos_make_one_exact_amount) {
    auto const money = [](std::string_view fields) {
        return quantity(line_rule("quantity", {calculation(Kind::units_nanos, path("u"), path("n"))}),
                        fields);
    };
    EXPECT_EQ(money(R"("u": "12", "n": 500000000)"), "12.5");
    EXPECT_EQ(money(R"("u": -1, "n": -750000000)"), "-1.75");
    EXPECT_EQ(money(R"("u": 0, "n": -1)"), "-0.000000001");
    EXPECT_EQ(money(R"("u": "99999999999999999999999999999", "n": "999999999")"),
              "99999999999999999999999999999.999999999");
    EXPECT_EQ(money(R"("n": 250000000)"), "0.25") << "protocol buffers leave out what is zero";
    EXPECT_EQ(money(R"("u": "3", "n": null)"), "3");
    EXPECT_EQ(money(R"("u": "None")"), "NULL");
    EXPECT_EQ(money(R"("u": 1, "n": -500000000)"),
              "not_allowed: quantity has 1 units and -500000000 nanos, expected one sign");
    EXPECT_EQ(money(R"("u": 1, "n": 1000000000)"),
              "not_allowed: quantity has 1 units and 1000000000 nanos, expected whole numbers and nanos of "
              "at most nine digits");
    EXPECT_EQ(money(R"("u": 1.5, "n": 0)"),
              "not_allowed: quantity has 1.5 units and 0 nanos, expected whole numbers and nanos of at most "
              "nine digits");
    EXPECT_EQ(money(R"("u": 1, "n": "x")"), "not_a_number: quantity is 'x', which is no number");
    EXPECT_EQ(money(R"("u": 123456789012345678901234567890123456, "n": 1)"),
              "does_not_fit: quantity needs more than 38 digits (123456789012345678901234567890123456 units "
              "and 1 nanos)");
}

TEST(ColumnRules, shift_moves_the_point_of_the_vendors_number_only) {
    auto rule = line_rule("quantity", "q");
    rule.shift = -2;
    rule.fallback = "5";
    EXPECT_EQ(quantity(rule, R"("q": 1234)"), "12.34");
    EXPECT_EQ(quantity(rule, R"("q": "123.45")"), "1.2345");
    EXPECT_EQ(quantity(rule, ""), "5");
    rule.shift = 3;
    EXPECT_EQ(quantity(rule, R"("q": 0.0015)"), "1.5");
}

TEST(ColumnRules, minor_units_are_as_small_as_the_lines_own_currency_says) {
    auto stream = samples::plain_stream();
    auto rule = line_rule("quantity", "q");
    rule.in_minor_units = true;
    stream.mapping.columns.push_back(rule);
    auto& units = stream.mapping.minor_units.emplace();
    units.currency = {path("cur").path, path("other").path};
    units.decimals = {{"jpy", 0}, {"kwd", 3}};
    units.otherwise = 2;
    auto const read = [&](std::string_view fields) {
        auto const rows = mapped_plain(stream, {fmt::format("{{{}, {}}}", kRest, fields)});
        auto const value = rows.lines.empty() ? std::nullopt : rows.lines[0].measures[measure("quantity")];
        return shown(rows, value ? value->to_string() : "NULL");
    };
    EXPECT_EQ(read(R"("q": 1234, "cur": "eur")"), "12.34");
    EXPECT_EQ(read(R"("q": 1234, "cur": "jpy")"), "1234");
    EXPECT_EQ(read(R"("q": 1234, "other": "kwd")"), "1.234");
    EXPECT_EQ(read(R"("q": 1234)"), "required_missing: quantity is in minor units of no currency");
    EXPECT_EQ(read(R"("cur": "eur")"), "NULL");
    units.otherwise.reset();
    EXPECT_EQ(read(R"("q": 1234, "cur": "eur")"),
              "not_allowed: quantity is in minor units of 'eur', whose decimals are not known");
}

TEST(ColumnRules, a_sum_adds_a_number_of_each_element_of_an_array) {
    ValueSource sum;
    sum.kind = Kind::sum;
    sum.path = path("list").path;
    sum.of.keys = {"deep", "amount"};
    auto const rule = line_rule("quantity", {sum});
    EXPECT_EQ(quantity(rule, R"("list": [{"deep": {"amount": 1.1}}, {"deep": {"amount": "-0.05"}}])"),
              "1.05");
    EXPECT_EQ(quantity(rule, R"("list": [])"), "0");
    EXPECT_EQ(quantity(rule, R"("list": null)"), "NULL");
    EXPECT_EQ(quantity(rule, R"("list": [{"deep": {"amount": 1}}, {"deep": {}}])"),
              "not_a_number: quantity is a sum over field 'list', which has no number in element 1");
    EXPECT_EQ(quantity(rule, R"("list": {"deep": 1})"),
              "wrong_type: quantity is a sum over field 'list', no array");
    EXPECT_EQ(
        quantity(rule, R"("list": [{"deep": {"amount": 99999999999999999999999999999999999999}},
                                         {"deep": {"amount": 1}}])"),
        "not_a_number: quantity is a sum over field 'list', which needs more than 38 digits at element 1");
    sum.of.keys.clear();
    EXPECT_EQ(quantity(line_rule("quantity", {sum}), R"("list": [1, 2.5])"), "3.5");
    auto const kept = with_field(rule, R"("list": [{"deep": {"amount": 1}, "id": "d"}])");
    EXPECT_EQ(kept.lines.at(0).attributes, R"({"list":[{"deep":{"amount":1},"id":"d"}]})");
}

TEST(ColumnRules, values_translate_the_vendors_words) {
    auto rule = line_rule("charge_category", "c");
    rule.values = {{"plan", "Purchase"}, {"metered", "Usage"}};
    rule.values_else = "Adjustment";
    rule.fallback = "Credit";
    auto const category = [&](std::string_view field) {
        auto frequency = samples::plain_stream();
        auto const rows = with_field(rule, field);
        return shown(rows, rows.lines.empty() ? "" : rows.members.charge_types[0].charge_category);
    };
    EXPECT_EQ(category(R"("c": "metered")"), "Usage");
    EXPECT_EQ(category(R"("c": " metered ")"), "Usage");
    EXPECT_EQ(category(R"("c": "other")"), "Adjustment");
    EXPECT_EQ(category(R"("c": null)"), "Credit");
    EXPECT_EQ(category(""), "Credit");
    rule.values_else.reset();
    EXPECT_EQ(category(R"("c": "Tax")"), "Tax");
}

TEST(ColumnRules, flags_are_true_or_false) {
    auto const flag = [](std::string_view json) {
        auto const rows = with_field(line_rule("third_party_billed", "f"), fmt::format("\"f\": {}", json));
        return shown(rows, rows.lines.empty()                                ? ""
                           : rows.members.charge_types[0].third_party_billed ? "yes"
                                                                             : "no");
    };
    EXPECT_EQ(flag("true"), "yes");
    EXPECT_EQ(flag("\"true\""), "yes");
    EXPECT_EQ(flag("false"), "no");
    EXPECT_EQ(flag("null"), "no");
    EXPECT_EQ(flag("1"), "not_allowed: third_party_billed is '1', neither true nor false");
    EXPECT_EQ(flag("\"yes\""), "not_allowed: third_party_billed is 'yes', neither true nor false");
}

TEST(ColumnRules, dates_are_read_by_the_first_format_that_fits) {
    auto const rule = dated("charge_date", {"rfc3339", "date", "%d.%m.%Y"});
    EXPECT_EQ(charge_date(rule, R"("2026-03-01T23:30:00Z")"), "2026-03-01");
    EXPECT_EQ(charge_date(rule, R"("2026-03-01")"), "2026-03-01");
    EXPECT_EQ(charge_date(rule, R"(" 29.02.2028 ")"), "2028-02-29");
    EXPECT_EQ(charge_date(dated("charge_date", {"unix"}), "1772323200"), "2026-03-01");
    EXPECT_EQ(charge_date(dated("charge_date", {"unix_ms"}), "\"1772323200000\""), "2026-03-01");
    EXPECT_EQ(charge_date(dated("charge_date", {"%Y%m%d"}), "20260301"), "2026-03-01");
    EXPECT_EQ(charge_date(dated("charge_date", {"date"}, 1), R"("2026-02-28")"), "2026-03-01");
}

TEST(ColumnRules, a_date_that_no_calendar_has_is_rejected) {
    for (auto const* json : {"\"2026-02-30\"", "\"0000-00-00\"", "\"2026-3-1\"", "\"01/03/2026\"",
                             "\"2026-03-01x\"", "20260301", "true", "\"today\""})
        EXPECT_TRUE(
            charge_date(dated("charge_date", {"date"}), json).starts_with("bad_date: charge_date is "))
            << json;
    EXPECT_EQ(charge_date(dated("charge_date", {"date"}), "\"2014-12-31\""),
              "bad_date: charge_date is 2014-12-31, outside 2015-01-01 to 2045-01-01");
    EXPECT_EQ(charge_date(dated("charge_date", {"date"}), "\"2045-01-01\""),
              "bad_date: charge_date is 2045-01-01, outside 2015-01-01 to 2045-01-01");
    EXPECT_EQ(charge_date(dated("charge_date", {"date"}), "\"2015-01-01\""), "2015-01-01");
    EXPECT_EQ(charge_date(dated("charge_date", {"date"}), "\"None\""),
              "required_missing: charge_date has no value");
    EXPECT_EQ(charge_date(dated("charge_date", {"date"}), "{}"),
              "wrong_type: charge_date is an object in field 'd'");
}

TEST(ColumnRules, a_time_with_an_offset_is_converted_to_the_billing_zone_and_one_without_is_meant_in_it) {
    auto const in_shanghai = [](std::string_view text) {
        auto source = samples::plain_source();
        source.billing_zone = Zone::find("Asia/Shanghai").value();
        auto stream = samples::plain_stream();
        samples::rule_of(stream.mapping, "charge_date").formats = {samples::format("rfc3339"),
                                                                   samples::format("%Y-%m-%d %H:%M:%S")};
        auto const rows = samples::mapped(
            source, stream, {fmt::format(R"({{"rows": [{{"date": "{}", "sku": "s", "cost": 1}}]}})", text)});
        return to_string(rows.lines.at(0).charge_date);
    };
    EXPECT_EQ(in_shanghai("2026-03-01T16:00:00Z"), "2026-03-02");
    EXPECT_EQ(in_shanghai("2026-03-01T15:59:59Z"), "2026-03-01");
    EXPECT_EQ(in_shanghai("2026-03-01T23:00:00+08:00"), "2026-03-01");
    EXPECT_EQ(in_shanghai("2026-03-01 23:59:59"), "2026-03-01");
}

TEST(ColumnRules, an_inclusive_end_becomes_exclusive_by_plus_days) {
    auto const rule = dated("charge_period_end", {"rfc3339", "date"}, 1);
    EXPECT_EQ(period_end(rule, R"("2026-03-31")"), "2026-04-01T00:00:00Z");
    EXPECT_EQ(period_end(rule, R"("2026-03-31T12:00:00Z")"), "2026-04-01T12:00:00Z");
    EXPECT_EQ(period_end(rule, "null"), "2026-03-02T00:00:00Z");
    EXPECT_EQ(period_end(rule, R"("2026-02-28")"),
              "bad_period: charge_period_end is 2026-03-01T00:00:00Z, not after 2026-03-01T00:00:00Z");
}

TEST(ColumnRules, months_are_added_on_the_calendar_and_end_with_its_last_day) {
    auto rule = dated("charge_period_end", {"date"});
    rule.plus_months = 1;
    EXPECT_EQ(period_end(rule, R"("2026-03-31")"), "2026-04-30T00:00:00Z");
    EXPECT_EQ(period_end(rule, R"("2026-12-15")"), "2027-01-15T00:00:00Z");
}

TEST(ColumnRules, a_required_column_without_a_value_rejects_the_record) {
    auto rule = line_rule("quantity", "q");
    rule.required = true;
    EXPECT_EQ(quantity(rule, ""), "required_missing: quantity has no value");
    EXPECT_EQ(quantity(rule, R"("q": "None")"), "required_missing: quantity has no value");
    EXPECT_EQ(quantity(rule, R"("q": 0)"), "0");
}

TEST(ColumnRules, the_partition_is_a_source) {
    auto stream = samples::plain_stream();
    stream.mapping.columns.push_back(line_rule("sub_account_id", {samples::partition()}));
    auto const rows = samples::mapped(samples::plain_source(), stream,
                                      {fmt::format(R"({{"rows": [{{{}}}]}})", kRest)}, "1007");
    EXPECT_EQ(rows.members.sub_accounts.at(0).id, "1007");
}

TEST(ColumnRules, a_path_without_a_key_is_a_configuration_error) {
    auto stream = samples::plain_stream();
    stream.mapping.columns.push_back(line_rule("quantity", {ValueSource{}}));
    EXPECT_THROW(StarMapper(samples::plain_source(), stream, ""), Error);
}

TEST(ColumnRules, money_comes_out_with_the_value_it_came_in_with) {
    std::mt19937_64 random(20260301);
    auto const digits = [&](int count) {
        std::string text;
        for (int i = 0; i < count; ++i)
            text += static_cast<char>('0' + random() % 10);
        return text;
    };
    std::vector<std::string> records;
    std::vector<Decimal> expected;
    for (int i = 0; i < 10'000; ++i) {
        auto const whole = std::to_string(random() % 1'000'000'000'000 >> random() % 40);
        auto const decimals = digits(static_cast<int>(random() % 19));
        auto text = (random() % 4 == 0 ? "-" : "") + whole + (decimals.empty() ? "" : "." + decimals);
        if (random() % 5 == 0) text += fmt::format("{}{}", random() % 2 == 0 ? "e" : "E+", random() % 7);
        expected.push_back(Decimal::parse(text).value());
        auto const json = random() % 2 == 0 ? text : '"' + text + '"';
        records.push_back(fmt::format(R"({{"date": "2026-03-01", "sku": "s{}", "cost": {}}})", i, json));
    }
    auto const rows = mapped_plain(samples::plain_stream(), records);
    ASSERT_THAT(rows.lines, SizeIs(10'000));
    Decimal sum_in, sum_out;
    for (std::size_t i = 0; i < expected.size(); ++i) {
        EXPECT_EQ(rows.lines[i].measures[measure("billed_cost")], expected[i]) << records[i];
        sum_in = Decimal::add(sum_in, expected[i]).value();
        sum_out = Decimal::add(sum_out, rows.lines[i].measures[measure("total_amount")].value()).value();
    }
    EXPECT_EQ(sum_in, sum_out);
}

} // namespace billhouse
