#include "job/template_text.hpp"

#include "base/text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>

namespace billhouse {

namespace {

struct KnownPlaceholder {
    std::string_view name;
    Placeholder::Name value;
    bool is_time;
};
constexpr auto kPlaceholders = std::to_array<KnownPlaceholder>({
    {"window.start", Placeholder::Name::window_start, true},
    {"window.end", Placeholder::Name::window_end, true},
    {"window.last", Placeholder::Name::window_last, true},
    {"window.last_second", Placeholder::Name::window_last_second, true},
    {"page.number", Placeholder::Name::page_number, false},
    {"page.size", Placeholder::Name::page_size, false},
    {"page.offset", Placeholder::Name::page_offset, false},
    {"page.cursor", Placeholder::Name::page_cursor, false},
    {"partition", Placeholder::Name::partition, false},
});

constexpr std::string_view kRecord = "record.";

Parsed<Placeholder> record_placeholder(std::string_view path) {
    auto parsed = parse_path(path);
    if (!parsed.value) return {std::nullopt, parsed.problem, parsed.hint};
    return {Placeholder{Placeholder::Name::record, std::nullopt, std::move(*parsed.value)}, {}, {}};
}

Parsed<Placeholder> parse_placeholder(std::string_view inside) {
    auto const colon = inside.find(':');
    auto const name = inside.substr(0, colon);
    std::vector<std::string> names;
    for (auto const& known : kPlaceholders) {
        names.emplace_back(known.name);
        if (known.name != name) continue;
        if (!known.is_time && colon != std::string_view::npos)
            return {std::nullopt, fmt::format("{{{}}} takes no format", name), {}};
        if (!known.is_time) return {Placeholder{known.value, std::nullopt, {}}, {}, {}};
        auto const pattern =
            colon == std::string_view::npos ? std::string_view("date") : inside.substr(colon + 1);
        auto format = TimeFormat::compile(pattern);
        if (!format)
            return {std::nullopt, fmt::format("unknown date format '{}'", printable(pattern, 80)),
                    "Use date, rfc3339, unix, unix_ms, or a pattern of %Y %m %d %H %M %S %% and text."};
        return {Placeholder{known.value, std::move(format), {}}, {}, {}};
    }
    if (name.starts_with(kRecord)) return record_placeholder(inside.substr(kRecord.size()));
    auto const near = nearest(name, names);
    return {std::nullopt, fmt::format("unknown placeholder '{{{}}}'", printable(inside, 80)),
            near ? fmt::format("did you mean `{{{}}}`?", *near)
                 : fmt::format("Known are {}; a literal brace is written '{{{{'.", fmt::join(names, ", "))};
}

/// Shape of a text that `parse` reads.
template <class T>
Shape<T> parsed_by(std::string words, Parsed<T> (*parse)(std::string_view)) {
    ValueDescription description;
    description.words = words;
    return {description, [words, parse](YamlNode const& node, Reading& reading) -> std::optional<T> {
                if (node.kind != YamlNode::Kind::scalar) return reading.expected(words, node), std::nullopt;
                auto parsed = parse(node.text);
                if (!parsed.value) reading.report(node, parsed.problem, parsed.hint);
                return parsed.value;
            }};
}

} // namespace

Parsed<Path> parse_path(std::string_view text) {
    Path path;
    std::string key;
    for (std::size_t i = 0; i <= text.size(); ++i) {
        if (i < text.size() && text[i] == '\\' && i + 1 < text.size() && text[i + 1] == '.') {
            key += text[++i];
        } else if (i < text.size() && text[i] != '.') {
            key += text[i];
        } else if (key.empty()) {
            return {std::nullopt, fmt::format("'{}' is no path: a key is empty", printable(text, 80)),
                    "Write keys with dots between, such as pageInfo.totalCount."};
        } else {
            path.keys.push_back(std::move(key));
            key.clear();
        }
    }
    return {std::move(path), {}, {}};
}

Parsed<ValuePath> parse_value_path(std::string_view text) {
    ValuePath result;
    for (constexpr std::string_view kParent = "parent."; text.starts_with(kParent);
         text.remove_prefix(kParent.size()))
        ++result.up;
    auto parsed = parse_path(text);
    if (!parsed.value) return {std::nullopt, parsed.problem, parsed.hint};
    result.path = std::move(*parsed.value);
    return {std::move(result), {}, {}};
}

Parsed<Template> parse_template(std::string_view text) {
    Template result;
    std::string literal;
    while (!text.empty()) {
        if (text[0] != '{' || text.starts_with("{{")) {
            literal += text[0];
            text.remove_prefix(text[0] == '{' ? 2 : 1);
            continue;
        }
        auto const end = text.find('}');
        if (end == std::string_view::npos)
            return {std::nullopt, "'{' without '}'", "A literal brace is written '{{'."};
        auto placeholder = parse_placeholder(text.substr(1, end - 1));
        if (!placeholder.value) return {std::nullopt, placeholder.problem, placeholder.hint};
        if (!literal.empty()) result.parts.emplace_back(std::move(literal));
        literal.clear();
        result.parts.emplace_back(std::move(*placeholder.value));
        text.remove_prefix(end + 1);
    }
    if (!literal.empty()) result.parts.emplace_back(std::move(literal));
    return {std::move(result), {}, {}};
}

Shape<Path> path() {
    return parsed_by<Path>("path (keys with dots between)", parse_path);
}

Shape<ValuePath> value_path() {
    return parsed_by<ValuePath>("path (keys with dots between; 'parent.' steps out of an exploded element)",
                                parse_value_path);
}

Shape<Template> template_text() {
    return parsed_by<Template>("text with placeholders", parse_template);
}

} // namespace billhouse
