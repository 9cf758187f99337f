#include "job/json_template.hpp"

#include "job/template_text.hpp"
#include "job/value_shapes.hpp"

namespace billhouse {

namespace {

std::optional<JsonTemplate> read(YamlNode const& node, Reading& reading);

std::optional<JsonTemplate> read_leaf(YamlNode const& node, Reading& reading) {
    static auto const scalar_shape = json_scalar();
    auto scalar = scalar_shape.read(node, reading);
    if (!scalar) return std::nullopt;
    JsonTemplate value;
    if (scalar->kind != Scalar::Kind::string) {
        value.scalar = std::move(*scalar);
        return value;
    }
    static auto const text_shape = template_text();
    auto text = text_shape.read(node, reading);
    if (!text) return std::nullopt;
    value.kind = JsonTemplate::Kind::text;
    value.text = std::move(*text);
    return value;
}

/// @returns whether it was right
bool add(JsonTemplate& parent, std::string const& key, YamlNode const& node, Reading& reading) {
    auto child = read(node, reading);
    if (!child) return false;
    child->key = key;
    parent.children.push_back(std::move(*child));
    return true;
}

std::optional<JsonTemplate> read(YamlNode const& node, Reading& reading) {
    bool const is_object = node.kind == YamlNode::Kind::mapping;
    if (!is_object && node.kind != YamlNode::Kind::sequence) return read_leaf(node, reading);
    JsonTemplate value;
    value.kind = is_object ? JsonTemplate::Kind::object : JsonTemplate::Kind::array;
    bool good = true;
    for (auto const& member : node.members)
        good = add(value, member.key, member.value, reading) && good;
    for (auto const& element : node.elements)
        good = add(value, {}, element, reading) && good;
    if (!good) return std::nullopt;
    return value;
}

/// A JSON value, for editors.
ValueDescription any_value() {
    ValueDescription value;
    value.kind = ValueDescription::Kind::named;
    value.name = "json";
    value.words = "JSON value with placeholders in its texts";
    return value;
}

ValueDescription description() {
    ValueDescription object;
    object.kind = ValueDescription::Kind::table;
    object.inner = {any_value()};
    ValueDescription list;
    list.kind = ValueDescription::Kind::sequence;
    list.inner = {any_value()};
    ValueDescription body;
    body.kind = ValueDescription::Kind::any_of;
    body.words = "mapping or list that is sent as JSON, or text with placeholders";
    body.inner = {template_text().description, object, list};
    return body;
}

} // namespace

Shape<BodyTemplate> body_template() {
    return {description(), [](YamlNode const& node, Reading& reading) -> std::optional<BodyTemplate> {
                if (node.kind == YamlNode::Kind::mapping || node.kind == YamlNode::Kind::sequence) {
                    auto value = read(node, reading);
                    if (!value) return std::nullopt;
                    return BodyTemplate(std::move(*value));
                }
                static auto const shape = template_text();
                auto text = shape.read(node, reading);
                if (!text) return std::nullopt;
                return BodyTemplate(std::move(*text));
            }};
}

std::vector<Template const*> texts_of(JsonTemplate const& value) {
    std::vector<Template const*> texts;
    if (value.kind == JsonTemplate::Kind::text) texts.push_back(&value.text);
    for (auto const& child : value.children)
        for (auto const* const text : texts_of(child))
            texts.push_back(text);
    return texts;
}

} // namespace billhouse
