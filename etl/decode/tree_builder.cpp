#include "decode/tree_builder.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

namespace billhouse {

namespace {

constexpr std::size_t kShownKeyBytes = 60;

// UTF-8 would write U+D800..U+DFFF as ED A0..BF xx. RapidJSON lets a lone low surrogate escape (\uDC00)
// through in this form.
bool has_surrogate(std::string_view text) {
    for (auto at = text.find('\xED'); at != text.npos && at + 1 < text.size(); at = text.find('\xED', at + 1))
        if (static_cast<unsigned char>(text[at + 1]) >= 0xA0) return true;
    return false;
}

// One bit of 64 for a key: two keys with different bits are different.
std::uint64_t key_bit(std::string_view key) {
    if (key.empty()) return 1;
    auto const mixed = static_cast<unsigned char>(key.front()) * 7U +
                       static_cast<unsigned char>(key.back()) * 31U +
                       static_cast<unsigned char>(key[key.size() / 2]) * 13U + key.size();
    return std::uint64_t{1} << (mixed % 64);
}

} // namespace

void TreeBuilder::clear() {
    tree_.clear();
    open_.clear();
    key_ = {};
    values_ = 0;
    defect_.clear();
}

void TreeBuilder::key(std::string_view name) {
    check_text(name);
    key_ = tree_.keep(name);
}

void TreeBuilder::scalar(JsonKind kind, std::string_view text) {
    if (kind == JsonKind::string) check_text(text);
    bool const is_literal = kind == JsonKind::null || kind == JsonKind::boolean;
    add(kind, is_literal ? text : tree_.keep(text));
}

void TreeBuilder::open(JsonKind kind) {
    open_.push_back({add(kind, {}), 0});
}

void TreeBuilder::close() {
    auto const& node = tree_.node(open_.back().node);
    if (node.kind == JsonKind::object && node.children > 1) check_keys(node);
    open_.pop_back();
}

bool TreeBuilder::next_step_is(std::string_view step) const {
    if (open_.empty()) return false;
    auto const& parent = tree_.node(open_.back().node);
    return parent.kind == JsonKind::object ? key_ == step
                                           : parse_integer(step) == std::int64_t{parent.children};
}

std::string TreeBuilder::place() const {
    std::string pointer;
    for (std::size_t i = 1; i < open_.size(); ++i) {
        auto const& parent = tree_.node(open_[i - 1].node);
        bool const is_array = parent.kind == JsonKind::array;
        append_pointer_step(is_array ? std::to_string(parent.children - 1)
                                     : std::string(tree_.node(open_[i].node).key),
                            pointer);
    }
    return pointer;
}

std::uint32_t TreeBuilder::add(JsonKind kind, std::string_view text) {
    auto const index = tree_.add({.key = key_, .text = text, .kind = kind});
    key_ = {};
    ++values_;
    if (open_.empty()) return index;
    auto& container = open_.back();
    auto& parent = tree_.node(container.node);
    (container.last_child == 0 ? parent.first_child : tree_.node(container.last_child).next) = index;
    container.last_child = index;
    ++parent.children;
    return index;
}

void TreeBuilder::check_text(std::string_view text) {
    bool const has_nul = text.find('\0') != text.npos;
    if (!has_nul && !has_surrogate(text)) return;
    if (!defect_.empty()) return;
    auto const* what = has_nul ? "a NUL character" : "a lone surrogate";
    defect_ = key_.empty() ? fmt::format("{} in '{}'", what, printable(text, kShownKeyBytes))
                           : fmt::format("{} in the value of '{}'", what, printable(key_, kShownKeyBytes));
}

// Compares a key with its earlier siblings only where their bits meet, so usual objects cost one step a
// member. Large ones are sorted instead.
void TreeBuilder::check_keys(JsonNode const& object) {
    constexpr std::uint32_t kComparedMembers = 64;
    if (object.children > kComparedMembers) {
        std::vector<std::string_view> keys;
        keys.reserve(object.children);
        for (auto const* child = tree_.first_child(object); child != nullptr; child = tree_.next(*child))
            keys.push_back(child->key);
        std::ranges::sort(keys);
        if (auto const twice = std::ranges::adjacent_find(keys); twice != keys.end()) note_double_key(*twice);
        return;
    }
    std::uint64_t seen = 0;
    for (auto const* child = tree_.first_child(object); child != nullptr; child = tree_.next(*child)) {
        auto const bit = key_bit(child->key);
        if ((seen & bit) != 0 && tree_.find(object, child->key) != child) return note_double_key(child->key);
        seen |= bit;
    }
}

void TreeBuilder::note_double_key(std::string_view key) {
    if (defect_.empty()) defect_ = fmt::format("the key '{}' is given twice", printable(key, kShownKeyBytes));
}

} // namespace billhouse
