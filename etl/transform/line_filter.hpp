#pragma once

#include "job/job_definition.hpp"
#include "transform/column_value.hpp"
#include "transform/field_table.hpp"

#include <vector>

namespace billhouse {

/// Which lines are charges of the stream at all (`records.where`).
class LineFilter {
public:
    /// @param tables  own fields first, then those around them; they must outlive the filter
    LineFilter(std::vector<LineCondition> conditions, std::vector<FieldTable*> const& tables,
               NullTokens null_tokens);

    /// Looks at the line that the field tables hold.
    /// @returns whether it is to be loaded; true with `fault` filled where that cannot be told, so that it is
    /// rejected and not lost
    bool keeps(Fault& fault) const;

private:
    struct Condition {
        LineCondition rule;
        FieldTable const* table;
        std::size_t slot;
    };
    bool holds(Condition const& condition, Fault& fault) const;

    std::vector<Condition> conditions_;
    NullTokens null_tokens_;
};

} // namespace billhouse
