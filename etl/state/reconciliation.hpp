#pragma once

#include "base/decimal.hpp"
#include "job/job_definition.hpp"
#include "load/pg_session.hpp"
#include "load/slice_loader.hpp"

#include <optional>
#include <string>
#include <vector>

namespace billhouse {

/// A number that the vendor itself states about a slice, for one of the stream's checks.
struct StatedTotal {
    std::size_t check = 0; ///< index into StreamDefinition::checks
    std::string currency;  ///< empty for counts
    Decimal value;
    friend bool operator==(StatedTotal const&, StatedTotal const&) = default;
};

/// One comparison: a row of etl.reconciliation.
struct ControlTotal {
    std::string check, subject, currency; ///< subject '' = the whole slice
    std::string expected, actual, tolerance;
    bool is_equal = false;
};

/// Compares, inside the caller's transaction, what the star now holds of a slice with what the vendor says
/// of it. Writes nothing.
std::vector<ControlTotal> compare_totals(PgSession& session, StreamDefinition const& stream,
                                         SliceId const& slice, std::vector<StatedTotal> const& stated);

void store_totals(PgSession& session, SliceId const& slice, std::int64_t run_id,
                  std::vector<ControlTotal> const& totals);

/// "bill_total: the vendor says 120.5 CNY, the star 118.2": the first that differs, and how many more;
/// nullopt where all agree.
std::optional<std::string> describe_mismatch(std::vector<ControlTotal> const& totals);

} // namespace billhouse
