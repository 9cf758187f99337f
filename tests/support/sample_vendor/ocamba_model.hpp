#pragma once

#include "support/sample_vendor/amendments.hpp"
#include "support/sample_vendor/ledger.hpp"
#include "support/sample_vendor/ocamba_catalog.hpp"

#include <optional>
#include <vector>

namespace billhouse::vendor {

struct UsageLine {
    std::string_view name, description;
    std::int64_t quantity = 0;
    Amount unit_price, price, discount, tax, amount; ///< amount = price - discount + tax
};

/// A usage document: one app, one billing cycle. Of an open cycle it is a running snapshot.
struct UsageDocument {
    std::string id;
    RowId row; ///< for amendments
    App const* app = nullptr;
    std::string app_title;
    Date start, end; ///< both included
    Date updated;    ///< GMT
    std::vector<UsageLine> lines;
    Amount price, discount, tax, amount; ///< sums of the lines
    std::optional<Amount> usage_percent;
    bool limit_reached = false;

    bool has_line_money() const { return app->billing <= Billing::priced_lines; }
    bool has_header_money() const { return app->billing != Billing::free_of_charge; }
};

struct OcambaSettings {
    std::uint64_t seed = 1;
    std::uint32_t apps = 36;
    Date from, last; ///< cycles that begin on one of these days
    int restate_permille = 0;
};

constexpr std::int64_t kTaxPercent = 20;

/// The true usage documents of an Ocamba account, as a function of the seed and the vendor's calendar (GMT).
class OcambaModel {
public:
    explicit OcambaModel(OcambaSettings settings);

    /// All documents of cycles that have begun, by start day and app.
    std::vector<UsageDocument> documents(Date today) const;
    /// Keys are the cycles' start days, "rows" the lines. Sums: price, discount, tax, amount over all
    /// documents, and the same prefixed "header_" over those with money in their header only.
    Ledger ledger(Date from, Date to, Date today) const;
    std::vector<App> const& apps() const { return apps_; }
    Amendments& amendments() { return amendments_; }

private:
    void add_cycles(App const& app, Date today, std::vector<UsageDocument>& documents) const;
    std::optional<UsageDocument> document(App const& app, RowId row, Date end, Date today) const;
    /// The days of a cycle that are over.
    std::vector<UsageLine> lines(App const& app, Date start, Date until, int revisions) const;

    OcambaSettings settings_;
    std::vector<App> apps_;
    Amendments amendments_;
};

} // namespace billhouse::vendor
