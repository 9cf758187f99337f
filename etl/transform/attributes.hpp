#pragma once

#include "transform/field_table.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace billhouse {

/// Writes the fields that no mapping rule reads as a JSON object with sorted keys (renamed ones last): what
/// the vendor says beyond the star's columns is kept. Nulls and null tokens are left out, and so are objects
/// that have nothing else.
class AttributeWriter {
public:
    explicit AttributeWriter(NullTokens tokens) : tokens_(std::move(tokens)) {}

    /// @param parent  fields of the enclosing record to be written too, or nullptr; one whose name the record
    /// has itself becomes "parent.NAME"
    /// @returns empty text where nothing is left
    std::string write(JsonTree const& tree, FieldTable const& fields, FieldTable const* parent);

private:
    struct Member {
        std::string_view key;
        FieldTable::Unread unread;
        FieldTable const* table;
        bool is_parents = false; ///< renamed, because the record has a field of that name
    };

    void add_parents(FieldTable const& parent);
    bool write_members(JsonTree const& tree, std::vector<Member>& members);
    bool write_value(JsonTree const& tree, Member const& member);

    NullTokens tokens_;
    std::vector<Member> members_;
    std::string out_;
};

} // namespace billhouse
