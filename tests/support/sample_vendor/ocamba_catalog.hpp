#pragma once

#include "support/sample_vendor/amount.hpp"
#include "support/sample_vendor/calendar.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace billhouse::vendor {

/// An application that Ocamba sells.
struct OcambaProduct {
    std::string_view name, title, description;
};

/// One line of a usage document. A plan's fee has no daily usage: its quantity is 1 from the cycle's first
/// day.
struct LineTemplate {
    std::string_view name, description;
    std::int64_t daily;    ///< units a day; 0 = once a cycle
    Amount unit_price;     ///< 0 = included in the plan
    std::int64_t included; ///< units a cycle that make up 100 % usage; 0 = no limit
};

/// How an account pays, and so which parts of a document carry money.
enum class Billing {
    free_of_charge,    ///< lines priced 0, a header without amounts
    priced_lines,      ///< lines and header
    header_one_item,   ///< amounts in the header only, one line
    header_many_items, ///< amounts in the header only, several lines
};

struct App {
    std::uint32_t index = 0;
    std::string id, company_id, title, catalogue_id; ///< catalogue_id: the app object's own id
    OcambaProduct product;
    Billing billing = Billing::free_of_charge;
    std::string currency;
    Date first_start;         ///< begin of its first cycle; later ones begin on the same day of the month
    std::int64_t size = 1000; ///< permille of a middling app
    std::int64_t discount_rate = 0; ///< per cent
};

App make_app(std::uint64_t seed, std::uint32_t index);
/// What the documents of an app list, in their order.
std::span<LineTemplate const> lines_of(Billing billing);

} // namespace billhouse::vendor
