#pragma once

#include "support/sample_vendor/amendments.hpp"
#include "support/sample_vendor/guance_catalog.hpp"
#include "support/sample_vendor/ledger.hpp"

#include <optional>
#include <vector>

namespace billhouse::vendor {

/// How a row's amounts come about.
struct GuancePricing {
    std::int64_t block = 1;    ///< units that one price is for
    Amount price;              ///< a block
    int places = 2;            ///< decimals of the amounts
    std::int64_t discount = 0; ///< permille of the list amount
    Settlement settlement = Settlement::unreported;
};

/// A billing row as the vendor knows it. What is empty is "None" on the wire.
struct GuanceRow {
    std::uint32_t number = 0; ///< within its day; stays with the row through restatements
    Date day;
    std::string workspace_uuid, workspace_name;
    std::string_view item_code, item_name;
    std::string_view cycle, category;
    std::string platform, customer;
    std::optional<std::int64_t> consumed_at; ///< unix milliseconds
    GuancePricing pricing;
    Amount count;        ///< quantity
    Amount list, billed; ///< originAmount, billingResult
    std::optional<Amount> deduction, coupon, stored, cash, marketplace,
        unpaid; ///< where reported, they make `billed`
    bool amounts_as_text = false;
};

struct GuanceSettings {
    std::uint64_t seed = 1;
    std::uint32_t workspaces = 30;
    Date from, last; ///< days with usage, both included
    int restate_permille = 0;
    std::string currency = "CNY"; ///< what the account settles in; no row says it
};

/// The true rows of a Guance account, as a function of the seed and the vendor's calendar. Nothing is stored
/// but amendments.
class GuanceModel {
public:
    explicit GuanceModel(GuanceSettings settings);

    /// What the vendor shows of a day. A day is there from the next morning on: nothing where day >= today.
    std::vector<GuanceRow> rows(Date day, Date today) const;
    Ledger ledger(Date from, Date to, Date today) const;
    std::vector<Workspace> const& workspaces() const { return workspaces_; }
    Amendments& amendments() { return amendments_; }

private:
    void add_workspace_rows(Workspace const& workspace, Date day, std::vector<GuanceRow>& rows) const;
    void add_twins(GuanceRow const& row, std::uint32_t item, std::vector<GuanceRow>& rows) const;
    void add_subscription(Workspace const& workspace, Date day, std::vector<GuanceRow>& rows) const;
    GuanceRow usage_row(Workspace const& workspace, std::uint32_t item, Date day) const;
    GuanceRow organisation_row(Date day) const;
    GuanceRow late_row(Date day, std::uint32_t number) const;
    /// Takes removed rows out, changes the count of restated ones.
    void correct(std::vector<GuanceRow>& rows, Date today) const;

    GuanceSettings settings_;
    std::vector<Workspace> workspaces_;
    Amendments amendments_;
};

} // namespace billhouse::vendor
