#include "decode/tree_builder.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

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

/// One bit of 512 for a key: two keys with different bits are different.
class KeyBits {
public:
    /// @returns whether the key's bit was there
    bool insert(std::string_view key) {
        auto const bit = mixed(key) >> 55; // nine bits
        auto& word = words_[bit / 64];
        bool const was_there = ((word >> (bit % 64)) & 1) != 0;
        word |= std::uint64_t{1} << (bit % 64);
        return was_there;
    }

private:
    static std::uint64_t mixed(std::string_view key) {
        if (key.empty()) return 0;
        auto const at = [&](std::size_t place) { return static_cast<std::uint64_t>(key[place] & 0xFF); };
        auto const last = key.size() - 1;
        auto const letters =
            at(0) | at(last) << 8 | at(last / 2) << 16 | at(last / 4) << 24 | at(last / 2 + last / 4) << 32;
        return (letters | std::uint64_t{key.size()} << 40) * 0x9E3779B97F4A7C15;
    }

    std::array<std::uint64_t, 8> words_{};
};

} // namespace

void TreeBuilder::clear() {
    tree_.clear();
    open_.clear();
    key_ = {};
    values_ = 0;
    defect_.clear();
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

std::string_view TreeBuilder::copied(std::string_view text) {
    check_text(text);
    return tree_.keep(text);
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
    KeyBits seen;
    for (auto const* child = tree_.first_child(object); child != nullptr; child = tree_.next(*child))
        if (seen.insert(child->key) && tree_.find(object, child->key) != child)
            return note_double_key(child->key);
}

void TreeBuilder::note_double_key(std::string_view key) {
    if (defect_.empty()) defect_ = fmt::format("the key '{}' is given twice", printable(key, kShownKeyBytes));
}

} // namespace billhouse
