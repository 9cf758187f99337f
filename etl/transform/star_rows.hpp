#pragma once

#include "base/date_time.hpp"
#include "base/decimal.hpp"
#include "base/sha256.hpp"
#include "transform/charge_lines.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// What the transform stage hands to the load stage: star rows, dimension members interned.
namespace billhouse {

struct BillingAccount {
    std::string id;
    Text name;
    friend auto operator<=>(BillingAccount const&, BillingAccount const&) = default;
};
/// A sub-account under the name that it was billed with: two names are two members, one durable account.
struct SubAccount {
    std::string type, id;
    Text name;
    friend auto operator<=>(SubAccount const&, SubAccount const&) = default;
};
struct Service {
    std::string code;
    std::string name, category, subcategory;
    friend auto operator<=>(Service const&, Service const&) = default;
};
/// A SKU under the name that it was billed with. `code` absent = unknown SKU; `service` absent = of the
/// unknown service.
struct Sku {
    MemberIndex service = kNone;
    std::string code;
    Text name, meter_name;
    std::string pricing_unit, consumed_unit;
    friend auto operator<=>(Sku const&, Sku const&) = default;
};
struct ChargeType {
    std::string charge_category, charge_class, charge_frequency, pricing_category, billing_cycle,
        commodity_category, billing_method, line_kind;
    bool third_party_billed = false;
    friend auto operator<=>(ChargeType const&, ChargeType const&) = default;
};

/// Each distinct member once; lines refer to them by index.
struct DimensionMembers {
    std::vector<BillingAccount> billing_accounts;
    std::vector<SubAccount> sub_accounts;
    std::vector<Service> services;
    std::vector<Sku> skus;
    std::vector<ChargeType> charge_types;
    std::vector<std::string> currencies;
};

/// One row of wh.fact_document.
struct BillingDocument {
    std::string id;
    MemberIndex billing_account = kNone, sub_account = kNone, currency = 0;
    Date period_start, period_end; ///< end exclusive
    std::optional<Decimal> price, discount, amount, usage_percent;
    Text limit_status;
    std::optional<Instant> vendor_created_at, vendor_updated_at;
    std::string attributes;
    std::int32_t line_count = 0;
    std::int32_t page = 0;
};

/// A record that could not become a fact.
struct Reject {
    std::string reason_code;            ///< "required_missing", "not_a_number", "does_not_fit", "bad_date",
                                        ///< "outside_window", "defect", ...
    std::string reason;                 ///< a sentence with the column and the vendor's value
    std::string column;                 ///< star column, empty where none
    std::string raw;                    ///< the record's exact bytes
    std::optional<Decimal> amount_hint; ///< billed_cost if it could be read: how much money is missing
    std::string currency_hint;
    std::optional<Date> charge_date; ///< if it could be read: the slice that lacks the record
    std::int32_t page = 0;
    std::string record_path;
};

/// All that a page or a slice became. read = lines + rejects + duplicates, counted in lines (a record that is
/// not exploded is one line).
struct StarRows {
    DimensionMembers members;
    ChargeLines lines;
    std::vector<BillingDocument> documents;
    std::vector<Reject> rejects;
    std::int64_t records = 0; ///< vendor records that all this came from
    std::int64_t read = 0;
    std::int64_t duplicates = 0; ///< identical records met again on another page
    std::int64_t left_out = 0;   ///< lines that `records.where` keeps out; not part of `read`
};

} // namespace billhouse
