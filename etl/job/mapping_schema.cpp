#include "job/mapping_schema.hpp"

#include "base/text.hpp"
#include "job/column_checks.hpp"
#include "job/template_text.hpp"
#include "job/value_shapes.hpp"

#include <fmt/format.h>

#include <span>

namespace billhouse {

namespace {

/// What a source or column mapping may hold instead of a path, as written.
struct SourceDraft {
    std::optional<std::string> constant;
    std::optional<bool> partition;
    std::optional<std::vector<ValueSource>> add, subtract, multiply, concat;
    std::optional<ValuePath> units, nanos;
    std::optional<std::string> separator, window, job;
};

struct ColumnDraft : SourceDraft {
    std::optional<std::vector<ValueSource>> from;
    ColumnRule rule;
};

ValueSource arithmetic(ValueSource::Kind kind, std::vector<ValueSource> operands) {
    ValueSource source;
    source.kind = kind;
    source.operands = std::move(operands);
    return source;
}

ValueSource path_source(ValuePath path) {
    ValueSource source;
    source.path = std::move(path);
    return source;
}

ValueSource text_source(ValueSource::Kind kind, std::string text) {
    ValueSource source;
    source.kind = kind;
    source.text = std::move(text);
    return source;
}

/// All sources that the mapping names: exactly one is right.
std::vector<ValueSource> sources_of(SourceDraft const& draft) {
    std::vector<ValueSource> sources;
    if (draft.constant) {
        sources.emplace_back();
        sources.back().kind = ValueSource::Kind::constant;
        sources.back().text = *draft.constant;
    }
    if (draft.partition) sources.push_back(arithmetic(ValueSource::Kind::partition, {}));
    if (draft.add) sources.push_back(arithmetic(ValueSource::Kind::add, *draft.add));
    if (draft.subtract) sources.push_back(arithmetic(ValueSource::Kind::subtract, *draft.subtract));
    if (draft.multiply) sources.push_back(arithmetic(ValueSource::Kind::multiply, *draft.multiply));
    if (draft.units && draft.nanos)
        sources.push_back(arithmetic(ValueSource::Kind::units_nanos,
                                     {path_source(*draft.units), path_source(*draft.nanos)}));
    if (draft.concat) sources.push_back(arithmetic(ValueSource::Kind::concat, *draft.concat));
    if (draft.concat) sources.back().text = draft.separator.value_or("");
    if (draft.window) sources.push_back(text_source(ValueSource::Kind::window, *draft.window));
    if (draft.job) sources.push_back(text_source(ValueSource::Kind::job, *draft.job));
    return sources;
}

ValueDescription described_as(std::string name, std::string words) {
    ValueDescription description;
    description.kind = ValueDescription::Kind::named;
    description.name = std::move(name);
    description.words = std::move(words);
    return description;
}

/// Operands, each a source: the recursion of value_source().
Shape<std::vector<ValueSource>> operands(std::string const& words, std::size_t least, std::size_t most) {
    ValueDescription description;
    description.kind = ValueDescription::Kind::sequence;
    description.words = words;
    description.inner = {described_as("source", "source")};
    return {description,
            [=](YamlNode const& node, Reading& reading) -> std::optional<std::vector<ValueSource>> {
                bool const fits = node.kind == YamlNode::Kind::sequence && node.elements.size() >= least &&
                                  node.elements.size() <= most;
                if (!fits) return reading.expected("a " + words, node), std::nullopt;
                return sequence_of(value_source()).read(node, reading);
            }};
}

Shape<std::vector<ValueSource>> two_operands() {
    return operands("list of two sources", 2, 2);
}

Shape<std::string> one_of(std::vector<std::string> const& words) {
    std::vector<std::pair<std::string, std::string>> choices;
    for (auto const& word : words)
        choices.emplace_back(word, word);
    return choice<std::string>(choices);
}

Shape<bool> only_true() {
    return {boolean().description, [](YamlNode const& node, Reading& reading) -> std::optional<bool> {
                if (node.kind == YamlNode::Kind::scalar && !node.quoted && node.text == "true") return true;
                return reading.expected("true", node), std::nullopt;
            }};
}

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

template <class Draft>
MappingShape<Draft> source_keys() {
    MappingShape<Draft> keys;
    keys.optional("constant", &SourceDraft::constant, text_or_empty(), {},
                  {"The same text for every line.", "Workspace"})
        .optional("partition", &SourceDraft::partition, only_true(), {},
                  {"The value of the stream's partition.", "true"})
        .optional("add", &SourceDraft::add, two_operands(), {},
                  {"Sum of two sources; missing if one is.", "[price, tax]"})
        .optional("subtract", &SourceDraft::subtract, two_operands(), {},
                  {"First source less the second; missing if one is.", "[originAmount, billingResult]"})
        .optional("multiply", &SourceDraft::multiply, two_operands(), {},
                  {"Product of two sources; missing if one is.", "[quantity, unit_price]"})
        .optional(
            "units", &SourceDraft::units, value_path(), {},
            {"Whole units of an amount whose billionths stand in `nanos` (google.type.Money); one that is "
             "missing counts as 0.",
             "cost.units"})
        .optional("nanos", &SourceDraft::nanos, value_path(), {},
                  {"Billionths beside `units`, of the same sign; missing if both are.", "cost.nanos"})
        .optional("concat", &SourceDraft::concat, operands("list of 2 to 20 sources", 2, 20), {},
                  {"Texts of the sources one after the other; missing if one is.", "[region, sku]"})
        .optional("separator", &SourceDraft::separator, text_or_empty(), {},
                  {"What stands between the texts of `concat`; left out: nothing.", "\"/\""})
        .optional(
            "window", &SourceDraft::window, one_of({"start", "last", "end"}), {},
            {"A day of the window that was asked for, as 2026-03-01: its first, its last, or the day after.",
             "start"})
        .optional("job", &SourceDraft::job, one_of({"source", "vendor", "provider", "currency"}), {},
                  {"What the job says under `source`: code, vendor, provider or currency.", "source"})
        .check([](Draft& draft, YamlNode const& node, Reading& reading) {
            if (draft.separator && !draft.concat)
                reading.report(*node.find("separator"), "`separator` needs `concat`");
        });
    return keys;
}

bool is_one_source(SourceDraft const& draft, std::size_t count, YamlNode const& node, Reading& reading) {
    bool const is_half = draft.units.has_value() != draft.nanos.has_value();
    if (is_half)
        reading.report(node, "`units` and `nanos` go together", "For whole units alone use `from`.");
    else if (count != 1)
        reading.report(
            node,
            count == 0 ? "says not where the value comes from" : "says twice where the value comes from",
            "Use one of from, constant, partition, window, job, add, subtract, multiply, units with "
            "nanos, concat.");
    return !is_half && count == 1;
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
    rule("shift", &Rule::shift, integer(-30, 30),
         {"The number is multiplied by 10 to this power: -2 for cents.", "-2"});
    rule("plus", &Rule::plus_days, days(0, 366),
         {"Days added to a date: 1 day makes an inclusive end exclusive.", "1 day"});
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
        auto sources = one_or_more(value_source()).read(node, reading);
        if (!sources) return std::nullopt;
        ColumnRule rule;
        rule.from = std::move(*sources);
        return rule;
    }
    static auto const shape = column_keys().shape();
    auto draft = shape.read(node, reading);
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

Shape<ValueSource> value_source() {
    ValueDescription description =
        described_as("source", "path, or {constant|partition|window|job|add|subtract|multiply|units with "
                               "nanos|concat: ...}");
    description.kind = ValueDescription::Kind::any_of;
    description.inner = {value_path().description, source_keys<SourceDraft>().description()};
    return {description, [](YamlNode const& node, Reading& reading) -> std::optional<ValueSource> {
                if (node.kind == YamlNode::Kind::mapping) {
                    auto const draft = source_keys<SourceDraft>().shape().read(node, reading);
                    if (!draft) return std::nullopt;
                    auto sources = sources_of(*draft);
                    if (!is_one_source(*draft, sources.size(), node, reading)) return std::nullopt;
                    return std::move(sources.front());
                }
                auto path = value_path().read(node, reading);
                if (!path) return std::nullopt;
                return path_source(std::move(*path));
            }};
}

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
        .optional("document", &MappingSpec::document, document_keys().shape(), {},
                  {"For records that are billing documents with a header of their own.", {}})
        .check(check_mapping);
    return keys;
}

} // namespace billhouse
