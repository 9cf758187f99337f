#pragma once

#include "base/date_time.hpp"
#include "base/decimal.hpp"
#include "job/star_columns.hpp"

#include <array>
#include <string>
#include <string_view>

namespace billhouse {

/// A column's value; which member counts is the column's type. Text points into the record or the mapping and
/// lives until the next record.
struct ColumnValue {
    bool present = false;
    bool flag = false;
    std::string_view text;
    Decimal number;
    Date date;
    Instant instant;
};

using LineValues = std::array<ColumnValue, kLineColumns.size()>;

/// Why a record cannot become a fact; see Reject.
struct Fault {
    std::string code;
    std::string reason;
    std::string column;
};

} // namespace billhouse
