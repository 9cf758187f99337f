#pragma once

#include "job/job_definition.hpp"

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace billhouse {

enum class JsonKind : std::uint8_t { null, boolean, number, string, object, array };

/// A value of a parsed document. Numbers keep the vendor's own digits as text; a binary float never exists.
struct JsonNode {
    std::string_view key;          ///< its name in the enclosing object; empty in an array
    std::string_view text;         ///< characters of a string, digits of a number, "true" or "false"
    std::uint32_t first_child = 0; ///< index into the tree; 0 = none
    std::uint32_t next = 0;        ///< next sibling; 0 = none
    std::uint32_t children = 0;
    JsonKind kind = JsonKind::null;
};

/// Appends a string literal with quotes and escapes.
void append_json_text(std::string_view text, std::string& out);

/// Appends "/" and a key or place as RFC 6901 writes it in a JSON pointer.
void append_pointer_step(std::string_view step, std::string& out);

/// One JSON value with everything in it, in two flat buffers that are reused from record to record.
/// Nodes and their text live until clear() or the tree's end.
class JsonTree {
public:
    bool empty() const { return nodes_.empty(); }
    JsonNode const& root() const { return nodes_.front(); }
    JsonNode const* first_child(JsonNode const& node) const { return at(node.first_child); }
    JsonNode const* next(JsonNode const& node) const { return at(node.next); }
    /// The member of an object; nullptr where it is not one or has no such key.
    JsonNode const* find(JsonNode const& from, std::string_view key) const;
    /// Follows a path of keys. A key of digits picks an array's element. nullptr where the path ends early.
    JsonNode const* find(JsonNode const& from, Path const& path) const;
    /// Compact JSON text of a value, object keys in byte order: equal content gives equal text. Numbers keep
    /// their digits; one beyond what PostgreSQL's jsonb holds becomes a string.
    void write(JsonNode const& node, std::string& out) const;

    // For the decoder that builds it.
    void clear();
    /// @returns its index
    std::uint32_t add(JsonNode const& node) {
        nodes_.push_back(node);
        return static_cast<std::uint32_t>(nodes_.size() - 1);
    }
    JsonNode& node(std::uint32_t index) { return nodes_[index]; }
    std::string_view keep(std::string_view text); ///< a copy that lives as long as the tree

private:
    JsonNode const* at(std::uint32_t index) const { return index == 0 ? nullptr : &nodes_[index]; }
    JsonNode const* element(JsonNode const& array, std::string_view index) const;
    void write_object(JsonNode const& node, std::string& out) const;

    std::vector<JsonNode> nodes_;
    std::vector<std::unique_ptr<char[]>> blocks_; ///< text, in blocks that never move
    std::size_t block_ = 0, used_ = 0;
    std::deque<std::string> large_; ///< text larger than a block
};

} // namespace billhouse
