#include "job/source_schema.hpp"

#include "job/template_text.hpp"
#include "job/value_shapes.hpp"

#include <fmt/format.h>

namespace billhouse {

namespace {

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

ValueSource sum_source(ValuePath array, std::optional<Path> const& of) {
    auto source = path_source(std::move(array));
    source.kind = ValueSource::Kind::sum;
    if (of) source.of = *of;
    return source;
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
                static auto const shape = sequence_of(value_source());
                return shape.read(node, reading);
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

} // namespace

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
    if (draft.sum) sources.push_back(sum_source(*draft.sum, draft.of));
    if (draft.units && draft.nanos)
        sources.push_back(arithmetic(ValueSource::Kind::units_nanos,
                                     {path_source(*draft.units), path_source(*draft.nanos)}));
    if (draft.concat) sources.push_back(arithmetic(ValueSource::Kind::concat, *draft.concat));
    if (draft.concat) sources.back().text = draft.separator.value_or("");
    if (draft.window) sources.push_back(text_source(ValueSource::Kind::window, *draft.window));
    if (draft.job) sources.push_back(text_source(ValueSource::Kind::job, *draft.job));
    return sources;
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
        .optional("sum", &SourceDraft::sum, value_path(), {},
                  {"Sum over the elements of an array; of an empty one 0, missing if the array is.",
                   "discount_amounts"})
        .optional(
            "of", &SourceDraft::of, path(), {},
            {"The number in each element that `sum` adds; left out: the elements are numbers.", "amount"})
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
            if (draft.of && !draft.sum) reading.report(*node.find("of"), "`of` needs `sum`");
        });
    return keys;
}

template MappingShape<SourceDraft> source_keys<SourceDraft>();
template MappingShape<ColumnDraft> source_keys<ColumnDraft>();

bool is_one_source(SourceDraft const& draft, std::size_t count, YamlNode const& node, Reading& reading) {
    bool const is_half = draft.units.has_value() != draft.nanos.has_value();
    if (is_half)
        reading.report(node, "`units` and `nanos` go together", "For whole units alone use `from`.");
    else if (count != 1)
        reading.report(
            node,
            count == 0 ? "says not where the value comes from" : "says twice where the value comes from",
            "Use one of from, constant, partition, window, job, add, subtract, multiply, sum, units with "
            "nanos, concat.");
    return !is_half && count == 1;
}

Shape<ValueSource> value_source() {
    ValueDescription description =
        described_as("source", "path, or {constant|partition|window|job|add|subtract|multiply|sum|units "
                               "with nanos|concat: ...}");
    description.kind = ValueDescription::Kind::any_of;
    description.inner = {value_path().description, source_keys<SourceDraft>().description()};
    return {description, [](YamlNode const& node, Reading& reading) -> std::optional<ValueSource> {
                if (node.kind == YamlNode::Kind::mapping) {
                    static auto const keys = source_keys<SourceDraft>().shape();
                    auto const draft = keys.read(node, reading);
                    if (!draft) return std::nullopt;
                    auto sources = sources_of(*draft);
                    if (!is_one_source(*draft, sources.size(), node, reading)) return std::nullopt;
                    return std::move(sources.front());
                }
                static auto const text = value_path();
                auto path = text.read(node, reading);
                if (!path) return std::nullopt;
                return path_source(std::move(*path));
            }};
}

} // namespace billhouse
