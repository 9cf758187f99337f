#include "job/json_schema.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <map>

namespace billhouse {

namespace {

using Kind = ValueDescription::Kind;

constexpr std::string_view kPlaceholder =
    R"({"type":"string","pattern":"^\\{settings\\.[a-z][a-z0-9_]*\\}$"})";

/// Collects members of a JSON object, two spaces of indentation a level.
class ObjectText {
public:
    explicit ObjectText(int level) : level_(level) {}
    void add(std::string_view name, std::string const& json) {
        text_ += fmt::format("{}{}{}: {}", text_.empty() ? "" : ",\n", indent(level_ + 1), json_quoted(name),
                             json);
    }
    std::string finish() const {
        return text_.empty() ? "{}" : fmt::format("{{\n{}\n{}}}", text_, indent(level_));
    }

private:
    static std::string indent(int level) { return std::string(static_cast<std::size_t>(level) * 2, ' '); }
    int level_;
    std::string text_;
};

std::string list_of(std::vector<std::string> const& json) {
    std::string text;
    for (auto const& each : json)
        text += (text.empty() ? "" : ", ") + each;
    return "[" + text + "]";
}

std::string any_of(std::vector<std::string> const& json) {
    return fmt::format("{{\"anyOf\": {}}}", list_of(json));
}

class SchemaText {
public:
    std::string document(std::string const& title, std::string const& url, ValueDescription const& root) {
        ObjectText text(0);
        text.add("$schema", "\"http://json-schema.org/draft-07/schema#\"");
        text.add("$id", json_quoted(url));
        text.add("title", json_quoted(title));
        add_keys(text, root, 0);
        if (!definitions_.empty()) {
            ObjectText definitions(1);
            for (auto const& [name, json] : definitions_)
                definitions.add(name, json);
            text.add("definitions", definitions.finish());
        }
        return text.finish() + "\n";
    }

private:
    /// A value that has a name is written once, under definitions.
    std::string value(ValueDescription const& description, int level) {
        if (description.kind == Kind::named) return reference(description.name);
        if (description.name.empty()) return plain(description, level);
        if (!definitions_.contains(description.name)) {
            definitions_[description.name]; // holds the place while its inner values refer to it
            definitions_[description.name] = plain(description, 2);
        }
        return reference(description.name);
    }

    static std::string reference(std::string const& name) {
        return fmt::format("{{\"$ref\": {}}}", json_quoted("#/definitions/" + name));
    }

    std::string plain(ValueDescription const& description, int level) {
        switch (description.kind) {
        case Kind::text:
            return text(description);
        case Kind::integer:
            return any_of({integer(description), std::string(kPlaceholder)});
        case Kind::boolean:
            return any_of({R"({"type": "boolean"})", std::string(kPlaceholder)});
        case Kind::scalar:
            return R"({"type": ["string", "number", "boolean", "null"]})";
        case Kind::sequence:
            return fmt::format(R"({{"type": "array", "items": {}}})", value(description.inner.at(0), level));
        case Kind::any_of:
            return alternatives(description, level);
        case Kind::table:
            return table(description, level);
        default:
            return mapping(description, level);
        }
    }

    /// Plain numbers, dates and true or false stand for their own characters.
    static std::string text(ValueDescription const& description) {
        if (!description.choices.empty()) {
            std::vector<std::string> words;
            for (auto const& choice : description.choices)
                words.push_back(json_quoted(choice));
            return any_of({fmt::format("{{\"enum\": {}}}", list_of(words)), std::string(kPlaceholder)});
        }
        if (!description.pattern.empty())
            return any_of(
                {fmt::format(R"({{"type": "string", "pattern": {}}})", json_quoted(description.pattern)),
                 R"({"type": "string", "pattern": "\\{settings\\."})"});
        return R"({"type": ["string", "number", "boolean"]})";
    }

    static std::string integer(ValueDescription const& description) {
        std::string json = R"({"type": "integer")";
        if (description.least) json += fmt::format(R"(, "minimum": {})", *description.least);
        if (description.most) json += fmt::format(R"(, "maximum": {})", *description.most);
        return json + "}";
    }

    std::string alternatives(ValueDescription const& description, int level) {
        std::vector<std::string> each;
        for (auto const& inner : description.inner)
            each.push_back(value(inner, level));
        return any_of(each);
    }

    std::string table(ValueDescription const& description, int level) {
        auto const inner = value(description.inner.at(0), level + 1);
        ObjectText text(level);
        text.add("type", "\"object\"");
        if (description.choices.empty()) {
            text.add("additionalProperties", inner);
            return text.finish();
        }
        ObjectText names(level + 1);
        for (auto const& choice : description.choices)
            names.add(choice, inner);
        text.add("properties", names.finish());
        text.add("additionalProperties", "false");
        return text.finish();
    }

    std::string mapping(ValueDescription const& description, int level) {
        ObjectText text(level);
        add_keys(text, description, level);
        return text.finish();
    }

    void add_keys(ObjectText& text, ValueDescription const& description, int level) {
        ObjectText keys(level + 1);
        std::vector<std::string> required;
        for (auto const& key : description.keys) {
            keys.add(key.name, described(key, level + 2));
            if (key.required) required.push_back(json_quoted(key.name));
        }
        text.add("type", "\"object\"");
        text.add("properties", keys.finish());
        if (!required.empty()) text.add("required", list_of(required));
        text.add("additionalProperties", "false");
    }

    /// What an editor shows beside the key. Beside a "$ref" draft-07 ignores everything, hence the allOf.
    std::string described(KeyDescription const& key, int level) {
        ObjectText text(level);
        auto doc = key.doc;
        if (!key.fallback.empty()) doc += " Default: " + key.fallback;
        if (!key.value.words.empty()) doc += " (" + key.value.words + ")";
        text.add("description", json_quoted(doc));
        if (!key.example.empty()) text.add("examples", list_of({json_quoted(key.example)}));
        text.add("allOf", list_of({value(key.value, level + 1)}));
        return text.finish();
    }

    std::map<std::string, std::string> definitions_;
};

} // namespace

std::string json_schema(std::string const& title, std::string const& url,
                        ValueDescription const& description) {
    return SchemaText().document(title, url, description);
}

} // namespace billhouse
