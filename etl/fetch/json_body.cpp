#include "fetch/json_body.hpp"

#include "base/text.hpp"

namespace billhouse {
namespace {

/// The placeholder that is the whole text, or nullptr.
Placeholder const* only_placeholder(Template const& text) {
    return text.parts.size() == 1 ? std::get_if<Placeholder>(text.parts.data()) : nullptr;
}

bool is_number(Placeholder const& placeholder, RequestValues const& values) {
    using enum Placeholder::Name;
    if (placeholder.format)
        return placeholder.format->pattern() == "unix" || placeholder.format->pattern() == "unix_ms";
    if (placeholder.name == page_cursor) return values.cursor.kind == Scalar::Kind::number;
    return placeholder.name != partition;
}

void write(JsonTemplate const& value, RequestValues const& values, std::string& out);

std::string leaf(JsonTemplate const& value, RequestValues const& values) {
    if (value.kind == JsonTemplate::Kind::scalar)
        return value.scalar.kind == Scalar::Kind::null ? "null" : value.scalar.text;
    auto text = expand(value.text, values);
    auto const* const placeholder = only_placeholder(value.text);
    if (placeholder != nullptr && text.empty()) return {};
    return placeholder != nullptr && is_number(*placeholder, values) ? text : json_quoted(text);
}

void write_children(JsonTemplate const& value, RequestValues const& values, std::string& out) {
    bool is_first = true;
    for (auto const& child : value.children) {
        std::string text;
        write(child, values, text);
        if (text.empty()) continue;
        if (!is_first) out += ',';
        is_first = false;
        if (value.kind == JsonTemplate::Kind::object) out.append(json_quoted(child.key)).append(":");
        out += text;
    }
}

void write(JsonTemplate const& value, RequestValues const& values, std::string& out) {
    bool const is_object = value.kind == JsonTemplate::Kind::object;
    if (!is_object && value.kind != JsonTemplate::Kind::array) {
        out += leaf(value, values);
        return;
    }
    out += is_object ? '{' : '[';
    write_children(value, values, out);
    out += is_object ? '}' : ']';
}

} // namespace

std::string json_body(JsonTemplate const& body, RequestValues const& values) {
    std::string out;
    write(body, values, out);
    return out;
}

} // namespace billhouse
