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

    /// @param parents  fields of the records around it to be written too, from the inside out; one whose name
    /// is taken becomes "parent.NAME", "parent.parent.NAME" where it is one level further out
    /// @returns empty text where nothing is left
    std::string write(JsonTree const& tree, FieldTable const& fields,
                      std::vector<FieldTable const*> const& parents);

private:
    struct Member {
        std::string_view key;
        FieldTable::Unread unread;
        FieldTable const* table;
        int up = 0; ///< renamed, because a record further in has a field of that name; how many levels out
    };

    static std::string outer_name(Member const& member);
    void add_parents(FieldTable const& parent, int up);
    bool write_members(JsonTree const& tree, std::vector<Member>& members);
    bool is_void(JsonNode const& node) const;
    bool write_value(JsonTree const& tree, Member const& member);

    NullTokens tokens_;
    std::vector<Member> members_;
    std::string out_;
};

} // namespace billhouse
