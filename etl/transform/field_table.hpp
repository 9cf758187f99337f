#pragma once

#include "decode/json_tree.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace billhouse {

/// Texts that mean "no value". Surrounding spaces do not count.
class NullTokens {
public:
    NullTokens() = default;
    explicit NullTokens(std::vector<std::string> tokens);
    bool contains(std::string_view text) const;

private:
    std::vector<std::string> tokens_;
    std::uint64_t lengths_ = 0; ///< a bit for each length that a token has: few texts need a closer look
};

/// The fields that a mapping reads from one kind of record. A single pass over a record puts each value into
/// its slot and leaves over what no rule reads. Records of one vendor look alike, so each level remembers
/// which key stood at which place.
class FieldTable {
public:
    /// The slot for the value at `path`; equal paths share one.
    /// @param is_mapped  a rule of the mapping takes the value, so it is no attribute
    std::size_t slot(Path const& path, bool is_mapped);

    /// Values and unread fields point into the tree and live until its record ends or clear().
    void read(JsonTree const& tree, JsonNode const& record);
    void clear();
    /// nullptr where the record has nothing there.
    JsonNode const* value(std::size_t slot) const { return values_[slot]; }
    /// Of the record that was read last.
    JsonTree const& tree() const { return *tree_; }

    struct Unread {
        JsonNode const* node;
        int level; ///< level of the members some of which are read, -1 = none of them
    };
    std::vector<Unread> const& unread() const { return unread_; }
    /// Members of an object that no rule reads, where others of it are read.
    std::vector<Unread> unread_members(JsonTree const& tree, Unread const& object) const;

private:
    struct Field {
        std::string key;
        int slot = -1;  ///< -1 = only on the way to other fields
        int level = -1; ///< where fields below it are, -1 = none
        bool is_mapped = false;
    };
    struct Seen {
        std::string key;
        int field; ///< -1 = no rule reads it
    };
    struct Level {
        std::vector<Field> fields;
        std::vector<Seen> seen; ///< by place in the object
    };

    Field& field(std::size_t level, std::string const& key);
    static int find(Level const& level, std::string_view key);
    static int find(Level& level, std::string_view key, std::size_t place);
    void read_level(JsonTree const& tree, JsonNode const& container, std::size_t level);

    std::vector<Level> levels_{1};
    std::vector<JsonNode const*> values_;
    JsonTree const* tree_ = nullptr;
    std::vector<Unread> unread_;
};

} // namespace billhouse
