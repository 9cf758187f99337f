#include "job/column_checks.hpp"

#include "base/decimal.hpp"
#include "base/text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <functional>

namespace billhouse {

namespace {

/// Columns with a closed list of texts: wh.dim_charge_type, after FOCUS.
struct ClosedColumn {
    std::string_view name;
    std::vector<std::string> choices;
};

ClosedColumn const* closed_column(std::string_view name) {
    static std::array<ClosedColumn, 4> const columns{{
        {"charge_category", {"Adjustment", "Credit", "Purchase", "Tax", "Usage"}},
        {"charge_class", {"Correction"}},
        {"charge_frequency", {"One-Time", "Recurring", "Usage-Based"}},
        {"pricing_category", {"Committed", "Dynamic", "Other", "Standard"}},
    }};
    auto const found =
        std::find_if(columns.begin(), columns.end(), [&](auto const& each) { return each.name == name; });
    return found == columns.end() ? nullptr : &*found;
}

constexpr auto kRequired = std::to_array<std::string_view>(
    {"charge_date", "charge_category", "charge_frequency", "list_cost", "billed_cost", "total_amount"});

/// What changes without the line becoming another one.
constexpr auto kNames =
    std::to_array<std::string_view>({"billing_account_name", "sub_account_name", "service_name",
                                     "service_category", "service_subcategory", "meter_name"});

bool is_time(ColumnType type) {
    return type == ColumnType::date || type == ColumnType::instant;
}

/// Each text that the rule itself may put into the column.
std::vector<std::string> own_texts(ColumnRule const& rule) {
    std::vector<std::string> texts;
    for (auto const& source : rule.from)
        if (source.kind == ValueSource::Kind::constant && rule.values.empty()) texts.push_back(source.text);
    for (auto const& [from, to] : rule.values)
        texts.push_back(to);
    if (rule.values_else) texts.push_back(*rule.values_else);
    if (rule.fallback) texts.push_back(*rule.fallback);
    return texts;
}

bool is_arithmetic(ValueSource const& source) {
    using Kind = ValueSource::Kind;
    return source.kind == Kind::add || source.kind == Kind::subtract || source.kind == Kind::multiply ||
           source.kind == Kind::sum;
}

bool is_text_only(ValueSource const& source) {
    return source.kind == ValueSource::Kind::concat || source.kind == ValueSource::Kind::window ||
           source.kind == ValueSource::Kind::job;
}

void check_own_text(StarColumn const& column, ColumnRule const& rule, std::string const& value,
                    YamlNode const& node, Reading& reading) {
    auto const shown = printable(value, 80);
    if (auto const* const closed = closed_column(column.name);
        closed && !value.empty() &&
        std::find(closed->choices.begin(), closed->choices.end(), value) == closed->choices.end())
        reading.report(node, fmt::format("{} cannot be '{}'", column.name, shown),
                       fmt::format("Choices: {}.", fmt::join(closed->choices, ", ")));
    if (column.type == ColumnType::decimal && !Decimal::parse(value))
        reading.report(node, fmt::format("'{}' is no number", shown), {});
    if (column.type == ColumnType::boolean && value != "true" && value != "false")
        reading.report(node, fmt::format("{} is true or false, not '{}'", column.name, shown),
                       "Use `values` and `else` to turn texts into \"true\" and \"false\".");
    bool const fits = std::any_of(rule.formats.begin(), rule.formats.end(),
                                  [&](TimeFormat const& format) { return format.read(value).has_value(); });
    if (is_time(column.type) && !fits && !rule.formats.empty())
        reading.report(node, fmt::format("'{}' does not have the column's format", shown), {});
}

YamlNode const& member_or_self(YamlNode const& node, std::string_view key) {
    auto const* const member = node.find(key);
    return member ? *member : node;
}

/// Keys that shape a text or number before it is read, where and only where they mean something.
void check_shaping(StarColumn const& column, ColumnRule const& rule, YamlNode const& node, Reading& reading) {
    bool const is_number = column.type == ColumnType::decimal;
    auto const refuse = [&](char const* key, std::string const& why) {
        reading.report(member_or_self(node, key), fmt::format("{} is {}", column.name, why), {});
    };
    if (!is_time(column.type) && rule.zone) refuse("timezone", "no date: it has no zone");
    if (!is_number && rule.number) refuse("number", "no number: it is not written as one");
    if (column.type != ColumnType::text && rule.trim) refuse("trim", "no text: spaces around it never count");
    if (is_number || is_time(column.type)) {
        if (rule.letters != ColumnRule::Case::as_is) refuse("case", "no text: it has no case");
    }
    if (is_number && std::any_of(rule.from.begin(), rule.from.end(), is_text_only))
        refuse("from", "a number: concat, window and job are texts");
}

void check_identity(MappingSpec const& mapping, YamlNode const& node, Reading& reading) {
    auto const& at = *node.find("identity")->find("columns");
    auto const is_mapped = [&](std::size_t column) {
        return std::any_of(mapping.columns.begin(), mapping.columns.end(),
                           [=](ColumnRule const& rule) { return rule.column == column; });
    };
    for (std::size_t i = 0; i < mapping.identity.size(); ++i) {
        auto const column = mapping.identity[i];
        auto const name = kLineColumns[column].name;
        if (!is_mapped(column))
            reading.report(at.elements[i], fmt::format("column '{}' has no source", name),
                           "Map it under columns.");
        if (std::find(kNames.begin(), kNames.end(), name) != kNames.end())
            reading.report(at.elements[i], fmt::format("'{}' must not tell lines apart", name),
                           "A renamed thing would become another one; use its code or id.");
        if (std::count(mapping.identity.begin(), mapping.identity.begin() + static_cast<std::ptrdiff_t>(i),
                       column) > 0)
            reading.report(at.elements[i], fmt::format("column '{}' is listed twice", name), {});
    }
    for (auto const column : {line_column("charge_date"), line_column("currency_code")})
        if (std::find(mapping.identity.begin(), mapping.identity.end(), column) == mapping.identity.end())
            reading.report(at, fmt::format("'{}' is missing", kLineColumns[column].name),
                           "Amounts of two days or currencies are never one line.");
}

void check_minor_units(MappingSpec const& mapping, YamlNode const& node, Reading& reading) {
    auto rules = mapping.columns;
    if (mapping.document)
        for (auto const* more : {&mapping.document->columns, &mapping.document->line_money})
            rules.insert(rules.end(), more->begin(), more->end());
    bool const is_used = std::any_of(rules.begin(), rules.end(), std::mem_fn(&ColumnRule::in_minor_units));
    if (is_used && !mapping.minor_units)
        reading.report(node, "a column says `shift: minor_units`, but nothing says how small they are",
                       "Add minor_units: {currency: FIELD, decimals: {...}, else: 2}.");
    if (!is_used && mapping.minor_units)
        reading.report(*node.find("minor_units"), "no column is in minor units",
                       "Say shift: minor_units at the columns that are.");
}

} // namespace

void check_column(StarColumn const& column, ColumnRule const& rule, YamlNode const& node, Reading& reading) {
    if (is_time(column.type) && rule.formats.empty())
        reading.report(node, fmt::format("{} is a date: it needs a format", column.name),
                       "For example: {from: day, format: date}.");
    if (!is_time(column.type) && !rule.formats.empty())
        reading.report(member_or_self(node, "format"),
                       fmt::format("{} is no date: it has no format", column.name), {});
    if (!is_time(column.type) && (rule.plus_days != 0 || rule.plus_months != 0))
        reading.report(member_or_self(node, "plus"),
                       fmt::format("{} is no date: nothing can be added", column.name), {});
    if (column.type != ColumnType::decimal && (rule.shift != 0 || rule.in_minor_units))
        reading.report(member_or_self(node, "shift"),
                       fmt::format("{} is no number: it cannot be shifted", column.name), {});
    if (column.type != ColumnType::decimal && std::any_of(rule.from.begin(), rule.from.end(), is_arithmetic))
        reading.report(node, fmt::format("{} is no number: it cannot be calculated", column.name), {});
    check_shaping(column, rule, node, reading);
    if (rule.values_else && rule.values.empty())
        reading.report(member_or_self(node, "else"), "`else` needs `values`", {});
    if (rule.required && rule.fallback)
        reading.report(member_or_self(node, "default"), "a required column needs no default",
                       "Remove one of the two.");
    for (auto const& value : own_texts(rule))
        check_own_text(column, rule, value, node, reading);
}

void check_mapping(MappingSpec& mapping, YamlNode const& node, Reading& reading) {
    auto const& columns = *node.find("columns");
    for (auto const name : kRequired)
        if (!columns.find(name))
            reading.report(columns, fmt::format("column '{}' is missing", name), "Every line needs it.");
    check_identity(mapping, node, reading);
    check_minor_units(mapping, node, reading);
    if (!mapping.document) return;
    auto const& document = *node.find("document");
    for (auto const* name : {"period_start", "period_end"})
        if (!document.find("columns")->find(name))
            reading.report(*document.find("columns"), fmt::format("column '{}' is missing", name),
                           "Every document needs it.");
    for (auto const& rule : mapping.document->line_money)
        if (rule.column < kFirstMeasure)
            reading.report(*document.find("line_money")->find(kLineColumns[rule.column].name),
                           "only amounts can come from the header here", {});
}

} // namespace billhouse
