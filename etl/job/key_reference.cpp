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
    if (!value.words.empty() && !value.words.ends_with(": ")) return value.words;
    switch (value.kind) {
    case ValueDescription::Kind::table:
        return "names with keys, see below";
    case ValueDescription::Kind::sequence:
        return "list of mappings, see below";
    default:
        return "keys, see below";
    }
}

void add_tables(std::vector<KeyTable>& tables, std::string const& title, ValueDescription const& mapping,
                std::set<std::string>& seen) {
    auto const own = tables.size();
    tables.push_back({title, {}, {}});
    for (auto const& key : mapping.keys) {
        tables[own].keys.push_back(
            {key.name, words_for(key.value), key.fallback, key.doc, key.example, key.required});
        if (!key.value.choices.empty() && key.value.kind == ValueDescription::Kind::table)
            tables[own].notes.push_back(
                fmt::format("Names for `{}`: {}.", key.name, fmt::join(key.value.choices, ", ")));
    }
    for (auto const& key : mapping.keys) {
        auto const* const inner = mapping_in(key.value);
        if (!inner || (!inner->name.empty() && !seen.insert(inner->name).second)) continue;
        add_tables(tables, title + "." + key.name, *inner, seen);
    }
}

} // namespace

std::vector<KeyTable> key_tables(std::string const& title, ValueDescription const& description) {
    std::vector<KeyTable> tables;
    std::set<std::string> seen{"secret"}; // told once, in words
    add_tables(tables, title, description, seen);
    return tables;
}

std::string key_reference(std::string const& title, ValueDescription const& description, int level) {
    std::string text;
    for (auto const& table : key_tables(title, description)) {
        text += fmt::format("{} `{}`\n\n", std::string(static_cast<std::size_t>(level), '#'), table.title);
        text += "| key | value | default | meaning | example |\n|---|---|---|---|---|\n";
        for (auto const& key : table.keys)
            text += fmt::format("| `{}` | {} | {} | {} | {} |\n", key.name, cell(key.words),
                                key.required ? "**required**" : code(key.fallback), cell(key.meaning),
                                code(key.example));
        text += '\n';
        for (auto const& note : table.notes)
            text += note + "\n\n";
    }
    return text;
}

} // namespace billhouse
