#include "decode/json_tree.hpp"

#include "base/decimal.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <cstring>

namespace billhouse {

namespace {

constexpr std::size_t kBlockBytes = 16 * 1024;

// jsonb keeps numbers as PostgreSQL's numeric, which ends at 16,383 decimals: 1e-99999 is JSON, but would
// fail the whole slice. Only digits with an exponent, or very many of them, can be so large.
bool fits_numeric(std::string_view digits) {
    bool const could_be_too_large = digits.size() > static_cast<std::size_t>(Decimal::kMaxDigits) ||
                                    digits.find_first_of("eE") != digits.npos;
    return !could_be_too_large || Decimal::parse(digits).has_value();
}

std::vector<JsonNode const*> children_by_key(JsonTree const& tree, JsonNode const& object) {
    std::vector<JsonNode const*> members;
    members.reserve(object.children);
    for (auto const* child = tree.first_child(object); child != nullptr; child = tree.next(*child))
        members.push_back(child);
    std::ranges::stable_sort(members, {}, &JsonNode::key);
    return members;
}

} // namespace

void append_json_text(std::string_view text, std::string& out) {
    auto const is_plain = [](char c) {
        return static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\' && c != 0x7f;
    };
    if (!std::ranges::all_of(text, is_plain)) {
        out += json_quoted(text);
        return;
    }
    out += '"';
    out += text;
    out += '"';
}

JsonNode const* JsonTree::find(JsonNode const& from, std::string_view key) const {
    if (from.kind != JsonKind::object) return nullptr;
    auto const* child = first_child(from);
    while (child != nullptr && child->key != key)
        child = next(*child);
    return child;
}

JsonNode const* JsonTree::find(JsonNode const& from, Path const& path) const {
    auto const* node = &from;
    for (auto const& key : path.keys) {
        node = node->kind == JsonKind::array ? element(*node, key) : find(*node, key);
        if (node == nullptr) return nullptr;
    }
    return node;
}

JsonNode const* JsonTree::element(JsonNode const& array, std::string_view index) const {
    auto const place = parse_integer(index);
    if (!place || *place >= array.children) return nullptr;
    auto const* child = first_child(array);
    for (auto i = *place; i > 0; --i)
        child = next(*child);
    return child;
}

void JsonTree::write(JsonNode const& node, std::string& out) const {
    switch (node.kind) {
    case JsonKind::string:
        return append_json_text(node.text, out);
    case JsonKind::number:
        return fits_numeric(node.text) ? void(out += node.text) : append_json_text(node.text, out);
    case JsonKind::null:
    case JsonKind::boolean:
        out += node.text;
        return;
    case JsonKind::array:
        break;
    case JsonKind::object:
        return write_object(node, out);
    }
    out += '[';
    for (auto const* child = first_child(node); child != nullptr; child = next(*child)) {
        if (child != first_child(node)) out += ',';
        write(*child, out);
    }
    out += ']';
}

void JsonTree::write_object(JsonNode const& node, std::string& out) const {
    out += '{';
    bool first = true;
    for (auto const* member : children_by_key(*this, node)) {
        if (!first) out += ',';
        first = false;
        append_json_text(member->key, out);
        out += ':';
        write(*member, out);
    }
    out += '}';
}

void append_pointer_step(std::string_view step, std::string& out) {
    out += '/';
    for (char const c : step) {
        if (c == '~') out += "~0";
        if (c == '/') out += "~1";
        if (c != '~' && c != '/') out += c;
    }
}

void JsonTree::clear() {
    nodes_.clear();
    large_.clear();
    block_ = used_ = 0;
}

std::string_view JsonTree::keep(std::string_view text) {
    if (text.empty()) return {};
    if (text.size() > kBlockBytes / 4) return large_.emplace_back(text);
    if (used_ + text.size() > kBlockBytes) {
        ++block_;
        used_ = 0;
    }
    if (block_ >= blocks_.size()) blocks_.push_back(std::make_unique_for_overwrite<char[]>(kBlockBytes));
    char* const place = blocks_[block_].get() + used_;
    std::memcpy(place, text.data(), text.size());
    used_ += text.size();
    return {place, text.size()};
}

} // namespace billhouse
