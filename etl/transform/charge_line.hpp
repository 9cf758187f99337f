#pragma once

#include "base/date_time.hpp"
#include "base/decimal.hpp"
#include "base/sha256.hpp"
#include "transform/measures.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace billhouse {

using Text = std::optional<std::string>;
/// Index into one of DimensionMembers' vectors; kNone = the line names no such member.
using MemberIndex = std::int32_t;
inline constexpr MemberIndex kNone = -1;
/// The line belongs to such a member, but the vendor did not say to which: 'None' for a workspace. Key -1 in
/// the warehouse.
inline constexpr MemberIndex kUnknown = -2;
inline constexpr bool is_named(MemberIndex member) {
    return member >= 0;
}

/// One row of wh.fact_charge.
struct ChargeLine {
    Date charge_date;
    Uuid key;
    Uuid identity; ///< the key that the line would have alone: equal where only the ordinal tells lines apart
    std::int64_t content_hash = 0; ///< over everything that a restatement or relabelling may change
    MemberIndex billing_account = kNone, sub_account = kNone, service = kNone, sku = kNone;
    MemberIndex charge_type = 0, currency = 0;
    Instant charge_period_start, charge_period_end;
    Date billing_period_start, billing_period_end;
    Measures measures; ///< list_cost, billed_cost and total_amount are always there
    std::string document_id;
    std::int32_t line_no = 1;
    std::string attributes;  ///< JSON object with sorted keys, or empty for none
    std::int32_t page = 0;   ///< index into the slice's pages
    std::string record_path; ///< "/content/17", "/items/3/items/0"
};

} // namespace billhouse
