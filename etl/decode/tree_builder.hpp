#pragma once

#include "decode/json_tree.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace billhouse {

/// Puts a parser's events together into a JsonTree, and notes the first thing for which no fact may be made
/// of it: JSON allows NUL characters, lone surrogates and keys given twice, PostgreSQL or plain sense do not.
class TreeBuilder {
public:
    /// @param lasting  text that outlives what is built, read by a reader that found neither NUL nor
    /// surrogate in it: what lies within is not copied
    explicit TreeBuilder(JsonTree& tree, std::string_view lasting = {}) : tree_(tree), lasting_(lasting) {}

    void clear();
    void key(std::string_view name);
    /// @param text  of a null or boolean a literal
    void scalar(JsonKind kind, std::string_view text);
    void open(JsonKind kind); ///< object or array
    void close();

    std::size_t depth() const { return open_.size(); } ///< containers not closed yet
    std::size_t values() const { return values_; }
    /// What leads to the next value from the container that is open: its key, or its place in an array.
    bool next_step_is(std::string_view step) const;
    /// JSON pointer (RFC 6901) of the container opened last.
    std::string place() const;
    std::string const& defect() const { return defect_; } ///< empty = none

private:
    struct Container {
        std::uint32_t node;
        std::uint32_t last_child; ///< 0 = none yet
    };

    std::uint32_t add(JsonKind kind, std::string_view text);
    std::string_view kept(std::string_view text);
    std::string_view copied(std::string_view text);
    void check_text(std::string_view text);
    void check_keys(JsonNode const& object);
    void note_double_key(std::string_view key);

    JsonTree& tree_;
    std::string_view lasting_;
    std::vector<Container> open_;
    std::string_view key_; ///< of the value to come
    std::size_t values_ = 0;
    std::string defect_;
};

inline void TreeBuilder::key(std::string_view name) {
    key_ = kept(name);
}

inline void TreeBuilder::scalar(JsonKind kind, std::string_view text) {
    bool const is_literal = kind == JsonKind::null || kind == JsonKind::boolean;
    add(kind, is_literal ? text : kept(text));
}

inline void TreeBuilder::open(JsonKind kind) {
    open_.push_back({add(kind, {}), 0});
}

inline std::uint32_t TreeBuilder::add(JsonKind kind, std::string_view text) {
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

// Only an escape can make a NUL or a surrogate, and text with escapes is not the reader's own.
inline std::string_view TreeBuilder::kept(std::string_view text) {
    std::less_equal<char const*> const is_at_or_before;
    if (is_at_or_before(lasting_.data(), text.data()) &&
        is_at_or_before(text.data() + text.size(), lasting_.data() + lasting_.size()))
        return text;
    return copied(text);
}

} // namespace billhouse
