#include "job/mapping_schema.hpp"

#include "base/text.hpp"
#include "job/column_checks.hpp"
#include "job/source_schema.hpp"
#include "job/template_text.hpp"
#include "job/value_shapes.hpp"

#include <fmt/format.h>

#include <span>

namespace billhouse {

namespace {

MappingShape<NumberStyle> number_style() {
    MappingShape<NumberStyle> keys;
    keys.optional("decimal", &NumberStyle::decimal, choice<char>({{".", '.'}, {",", ','}}), {"."},
                  {"What stands before the decimals.", "\",\""})
        .optional("group", &NumberStyle::group,
                  choice<char>({{".", '.'}, {",", ','}, {" ", ' '}, {"'", '\''}}), {},
                  {"What may stand between groups of three digits; left out: nothing.", "\".\""})
        .check([](NumberStyle& style, YamlNode const& node, Reading& reading) {
            if (style.decimal == style.group) reading.report(node, "decimal and group cannot be the same");
        });
    return keys;
}

struct Shift {
    int power = 0;
    bool in_minor_units = false;
};

Shape<Shift> shift() {
    auto const power = integer(-30, 30);
    ValueDescription description;
    description.kind = ValueDescription::Kind::any_of;
    description.inner = {power.description, describe_choice({"minor_units"})};
    description.words = power.description.words + ", or minor_units";
    return {description, [power](YamlNode const& node, Reading& reading) -> std::optional<Shift> {
                bool const is_scalar = node.kind == YamlNode::Kind::scalar;
                if (is_scalar && node.text == "minor_units") return Shift{0, true};
                bool const is_word = !is_scalar || node.text.find_first_of("0123456789") == std::string::npos;
                if (is_word) return reading.expected("a whole number or minor_units", node), std::nullopt;
                auto const value = power.read(node, reading);
                return value ? std::optional(Shift{*value, false}) : std::nullopt;
            }};
}

MappingShape<ColumnDraft> column_keys() {
    auto keys = source_keys<ColumnDraft>();
    using Rule = ColumnRule;
    auto const rule = [&keys]<class Member, class Value>(std::string name, Member Rule::*member,
                                                         Shape<Value> shape, KeyText about) {
        keys.accept(
            std::move(name), std::move(shape),
            [member](ColumnDraft& draft, Value value) { draft.rule.*member = Member(std::move(value)); },
            std::move(about));
    };
    keys.optional(
        "from", &ColumnDraft::from, one_or_more(value_source()), {},
        {"Where the value is taken from; of a list, the first that has a value.", "[tag6, billingKey]"});
    rule("null_tokens", &Rule::null_tokens, sequence_of(text_or_empty()),
         {"Texts that mean \"no value\" in this column, instead of the mapping's.", "[\"\"]"});
    rule("format", &Rule::formats, one_or_more(time_format()),
         {"How a date or instant is written; of a list, the first that fits.", "[rfc3339, date]"});
    rule("timezone", &Rule::zone, time_zone(),
         {"Of dates and times without an offset, and of the day that an instant falls on; left out: "
          "source.timezone.",
          "America/New_York"});
    rule("number", &Rule::number, number_style().shape(),
         {"How the vendor writes numbers in text, where it is not as in JSON.",
          "{decimal: \",\", group: \".\"}"});
    rule("trim", &Rule::trim, boolean(), {"Cut spaces around a text.", "true"});
    rule("case", &Rule::letters,
         choice<Rule::Case>({{"lower", Rule::Case::lower}, {"upper", Rule::Case::upper}}),
         {"Turns the letters a-z of a text into one case.", "upper"});
    keys.accept(
        "shift", shift(),
        [](ColumnDraft& draft, Shift const& value) {
            draft.rule.shift = value.power;
            draft.rule.in_minor_units = value.in_minor_units;
        },
        {"The number is multiplied by 10 to this power: -2 for cents. minor_units: as mapping.minor_units "
         "says of the line's currency.",
         "-2"});
    keys.accept("plus", step(),
                [](ColumnDraft& draft, Step const& value) {
                    auto const is_months = value.unit == WindowSpec::Unit::month;
                    (is_months ? draft.rule.plus_months : draft.rule.plus_days) = value.count;
                },
                {"Added to a date: 1 day makes an inclusive end exclusive. The 31st plus 1 month is the next "
                 "month's last day.",
                 "1 day"});
    rule("values", &Rule::values, table_of(text_or_empty()),
         {"Vendor's text to the column's text.", "{AWS: \"true\"}"});
    rule("else", &Rule::values_else, text_or_empty(),
         {"For text that `values` lacks; without it such text is kept.", "\"false\""});
    rule("required", &Rule::required, boolean(), {"No value: the record is rejected.", "true"});
    rule("default", &Rule::fallback, text_or_empty(), {"Used where no source has a value.", "Usage"});
    return keys;
}

/// A column: its sources in short form, or a mapping of column_keys().
std::optional<ColumnRule> read_column(YamlNode const& node, Reading& reading) {
    if (node.kind != YamlNode::Kind::mapping) {
        static auto const short_form = one_or_more(value_source());
        auto sources = short_form.read(node, reading);
        if (!sources) return std::nullopt;
        ColumnRule rule;
        rule.from = std::move(*sources);
        return rule;
    }
    static auto const long_form = column_keys().shape();
    auto draft = long_form.read(node, reading);
    if (!draft) return std::nullopt;
    auto sources = sources_of(*draft);
    auto const count = sources.size() + (draft->from ? 1 : 0);
    if (!is_one_source(*draft, count, node, reading)) return std::nullopt;
    draft->rule.from = draft->from ? std::move(*draft->from) : std::move(sources);
    return std::move(draft->rule);
}

/// Rules for columns of one set, each checked against its column's type.
Shape<std::vector<ColumnRule>> columns_of(std::span<StarColumn const> columns, std::string name) {
    ValueDescription description;
    description.kind = ValueDescription::Kind::table;
    description.words = "mapping of columns to sources";
    description.name = std::move(name);
    for (auto const& column : columns)
        description.choices.emplace_back(column.name);
    auto long_form = column_keys().description();
    long_form.name = "column";
    ValueDescription any;
    any.kind = ValueDescription::Kind::any_of;
    any.inner = {long_form, one_or_more(value_source()).description};
    any.words = "source, list of sources, or keys";
    description.inner = {any};
    return {description,
            [columns, names = description.choices](
                YamlNode const& node, Reading& reading) -> std::optional<std::vector<ColumnRule>> {
                if (node.kind != YamlNode::Kind::mapping)
                    return reading.expected("a mapping of columns to sources", node), std::nullopt;
                std::vector<ColumnRule> rules;
                bool good = true;
                for (auto const& member : node.members) {
                    auto const found = std::find(names.begin(), names.end(), member.key);
                    auto rule = read_column(member.value, reading);
                    if (found == names.end()) reading.unknown_key(node, member, names);
                    good = good && found != names.end() && rule;
                    if (found == names.end() || !rule) continue;
                    rule->column = static_cast<std::size_t>(found - names.begin());
                    check_column(columns[rule->column], *rule, member.value, reading);
                    rules.push_back(std::move(*rule));
                }
                if (!good) return std::nullopt;
                return rules;
            }};
}

/// Names of line columns, as their indexes.
Shape<std::vector<std::size_t>> identity_columns() {
    std::vector<std::pair<std::string, std::size_t>> choices;
    for (std::size_t i = 0; i < kFirstMeasure; ++i)
        choices.emplace_back(kLineColumns[i].name, i);
    auto shape = sequence_of(choice(choices), 1);
    shape.description.words = "list of line columns";
    return shape;
}

MappingShape<MappingSpec> identity_keys() {
    MappingShape<MappingSpec> keys;
    keys.optional("version", &MappingSpec::identity_version, integer(1, 1000), {"1"},
                  {"To be raised when the columns below change: all lines then get new keys.", "1"})
        .required(
            "columns", &MappingSpec::identity, identity_columns(),
            {"Line columns that tell lines apart. Never amounts; names only where the vendor has no codes.",
             "[charge_date, sku_code, currency_code]"})
        .optional(
            "ordinal", &MappingSpec::ordinal_by_position,
            choice<bool>({{"content", false}, {"position", true}}), {"content"},
            {"How lines of equal identity are numbered: by their content, or by their place in the document.",
             "position"});
    return keys;
}

MappingShape<MinorUnits> minor_unit_keys() {
    MappingShape<MinorUnits> keys;
    keys.required("currency", &MinorUnits::currency, one_or_more(value_path()),
                  {"Where a line's currency stands; of a list, the first that has a value.",
                   "[currency, parent.currency]"})
        .optional("decimals", &MinorUnits::decimals, table_of(integer(0, 8)), {},
                  {"Currency, as the vendor writes it, to the decimals of its amounts.", "{jpy: 0, bhd: 3}"})
        .optional("else", &MinorUnits::otherwise, integer(0, 8), {},
                  {"Decimals of currencies that are not listed; left out: their records are rejected.", "2"});
    return keys;
}

MappingShape<DocumentSpec> document_keys() {
    MappingShape<DocumentSpec> keys;
    keys.required("id", &DocumentSpec::id, value_path(),
                  {"The document's id, seen from a line.", "parent.id"})
        .required("columns", &DocumentSpec::columns, columns_of(kDocumentColumns, "document_columns"),
                  {"Columns of the document's header, seen from the header.",
                   "{period_start: {from: start_date, format: date}}"})
        .optional("line_money", &DocumentSpec::line_money, columns_of(kLineColumns, "line_money"), {},
                  {"Header amounts for documents whose lines carry no money; seen from the header.",
                   "{list_cost: price, total_amount: amount}"});
    return keys;
}

} // namespace

MappingShape<MappingSpec> mapping_shape() {
    MappingShape<MappingSpec> keys;
    keys.optional("null_tokens", &MappingSpec::null_tokens, sequence_of(text_or_empty()), {"[]"},
                  {"Texts that mean \"no value\" in every column, after trimming; null and absent always do.",
                   "[\"None\", \"\"]"})
        .group("identity", identity_keys(), true,
               {"What makes a line the same line when it is read again.", {}})
        .required("columns", &MappingSpec::columns, columns_of(kLineColumns, "line_columns"),
                  {"Star columns and where their values come from. Vendor fields that no column uses go to "
                   "attributes.",
                   "{sku_code: [tag6, billingKey]}"})
        .optional("minor_units", &MappingSpec::minor_units, minor_unit_keys().shape(), {},
                  {"How small the units are of columns that say `shift: minor_units`.",
                   "{currency: currency, decimals: {jpy: 0}, else: 2}"})
        .optional("document", &MappingSpec::document, document_keys().shape(), {},
                  {"For records that are billing documents with a header of their own.", {}})
        .check(check_mapping);
    return keys;
}

} // namespace billhouse
