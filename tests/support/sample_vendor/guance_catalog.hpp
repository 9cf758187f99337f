#pragma once

#include "support/sample_vendor/amount.hpp"
#include "support/sample_vendor/calendar.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace billhouse::vendor {

/// One thing that Guance bills, with the unit its price is for.
/// Source of the items and price units: docs.guance.com, billing-method/billing-item.
struct GuanceItem {
    std::string_view code; ///< tag6
    std::string_view name; ///< productDetail
    std::int64_t daily;    ///< thousandths of a unit that a middling workspace uses in a day
    std::int64_t block;    ///< units that one price is for
    Amount price;          ///< CNY a block
    int places;            ///< decimals of its amounts
    int weekend;           ///< permille of a working day's usage
};

std::span<GuanceItem const> guance_items();
/// Positions in guance_items() that the model treats specially.
constexpr std::uint32_t kLogCount = 1, kNetworkHost = 2, kTaskCall = 9, kSms = 10;

enum class Settlement { unreported, voucher_and_prepaid, cash, marketplace, partly_unpaid };

struct Workspace {
    std::uint32_t index = 0;
    std::string uuid;
    std::string name;
    Date first_day, last_day; ///< it has usage from one to the other, both included
    std::int64_t size = 1000; ///< permille of a middling one
    std::int64_t growth = 0;  ///< permille a year
    Settlement settlement = Settlement::unreported;
    std::string platform;          ///< consumePlatform
    std::string customer;          ///< customerIdentifier; empty where not bought on a marketplace
    bool amounts_as_text = false;  ///< "12.34" instead of 12.34 in its rows
    bool has_subscription = false; ///< network hosts by the month
};

Workspace make_workspace(std::uint64_t seed, std::uint32_t index);
bool uses_item(std::uint64_t seed, Workspace const& workspace, std::uint32_t item);

} // namespace billhouse::vendor
