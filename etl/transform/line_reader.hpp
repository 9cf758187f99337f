#pragma once

#include "transform/field_mapping.hpp"
#include "transform/line_money.hpp"
#include "transform/star_rows.hpp"

#include <vector>

namespace billhouse {

/// Reads the columns of a line by a job's rules, from what the field tables hold.
class LineReader {
public:
    LineReader(std::vector<ColumnRule> const& columns, RuleContext const& context);

    /// @param header  money of the line's document; only looked at where `money` says that it is the line's
    /// @returns false and fills `fault` where a value breaks its rule, or one is required and missing
    bool read(Money money, LineValues const* header, Fault& fault);
    LineValues& values() { return values_; }
    void forget();

    static bool has_money(LineValues const& values);
    /// Of what the field tables hold now; money that cannot be read is money.
    bool finds_no_money();

    /// Says of a line that is rejected which slice misses how much money, as far as it can be read.
    void hint(Reject& reject);

private:
    ColumnReader* rule_of(std::size_t column);
    bool read_if_present(std::size_t column, ColumnValue& value);
    void take_header_money(Money money, LineValues const& header);
    void describe_header_line();

    std::vector<ColumnReader> rules_;
    std::vector<ColumnReader const*> required_;
    LineValues values_;
};

} // namespace billhouse
