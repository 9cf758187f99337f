#pragma once

#include "load/pg_session.hpp"
#include "transform/star_rows.hpp"

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace billhouse {

/// Surrogate keys of a batch's members, by their index. -1 = unknown, -2 = not applicable, as the reserved
/// members say.
struct ResolvedMembers {
    std::vector<std::int64_t> billing_accounts, sub_accounts, sub_account_versions, services, skus,
        sku_versions, charge_types;
};

/// Knows the warehouse's dimension members of one source, and adds those that are missing in the load's own
/// transaction.
class DimensionKeys {
public:
    explicit DimensionKeys(std::int64_t source_key);
    ~DimensionKeys();
    /// Inserts new members and versions of those that lines or documents name, widens observed date ranges,
    /// keeps current names at those of the latest charge date on which the vendor gave one. A load of known
    /// members within known ranges writes nothing. Members of `rows` that nothing names get -1.
    ResolvedMembers resolve(PgSession& session, StarRows const& rows);
    /// After a rollback: forgets everything, as keys handed out since the last commit do not exist.
    void forget();

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace billhouse
