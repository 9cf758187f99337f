#include "job/key_reference.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <set>

namespace billhouse {

namespace {

/// '|' would end a table's cell.
std::string cell(std::string text) {
    for (auto at = text.find('|'); at != std::string::npos; at = text.find('|', at + 2))
        text.insert(at, "\\");
    return text;
}

std::string code(std::string const& text) {
    return text.empty() ? "" : "`" + cell(text) + "`";
}

/// The mapping whose keys a value has, however deep it stands in lists and tables; nullptr for plain values.
ValueDescription const* mapping_in(ValueDescription const& value) {
    if (!value.keys.empty()) return &value;
    for (auto const& inner : value.inner)
        if (auto const* const found = mapping_in(inner)) return found;
    return nullptr;
}

std::string words_for(ValueDescription const& value) {
    if (!value.words.empty() && !value.words.ends_with(": ")) return cell(value.words);
    switch (value.kind) {
    case ValueDescription::Kind::table:
        return "names with keys, see below";
    case ValueDescription::Kind::sequence:
        return "list of mappings, see below";
    default:
        return "keys, see below";
    }
}

void write(std::string& text, std::string const& title, ValueDescription const& mapping, int level,
           std::set<std::string>& seen) {
    text += fmt::format("{} `{}`\n\n", std::string(static_cast<std::size_t>(level), '#'), title);
    text += "| key | value | default | meaning | example |\n|---|---|---|---|---|\n";
    for (auto const& key : mapping.keys)
        text +=
            fmt::format("| `{}` | {} | {} | {} | {} |\n", key.name, words_for(key.value),
                        key.required ? "**required**" : code(key.fallback), cell(key.doc), code(key.example));
    text += '\n';
    for (auto const& key : mapping.keys) {
        if (!key.value.choices.empty() && key.value.kind == ValueDescription::Kind::table)
            text += fmt::format("Names for `{}`: {}.\n\n", key.name, fmt::join(key.value.choices, ", "));
        auto const* const inner = mapping_in(key.value);
        if (!inner || (!inner->name.empty() && !seen.insert(inner->name).second)) continue;
        write(text, title + "." + key.name, *inner, level, seen);
    }
}

} // namespace

std::string key_reference(std::string const& title, ValueDescription const& description, int level) {
    std::string text;
    std::set<std::string> seen{"secret"}; // told once, in words
    write(text, title, description, level, seen);
    return text;
}

} // namespace billhouse
