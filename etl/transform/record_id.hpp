#pragma once

#include "transform/column_value.hpp"
#include "transform/field_table.hpp"

#include <string>
#include <vector>

namespace billhouse {

/// What tells a record apart from all others of its series: the fields that the job names, together.
class RecordId {
public:
    /// @param fields  of the record; outlives this
    RecordId(std::vector<Path> paths, FieldTable& fields, NullTokens const& null_tokens);
    bool is_declared() const { return !paths_.empty(); }
    /// Fills `fault` where a field has no value.
    std::string read(Fault& fault) const;

private:
    std::vector<Path> paths_;
    FieldTable const& fields_;
    NullTokens const& null_tokens_;
    std::vector<std::size_t> slots_;
};

} // namespace billhouse
