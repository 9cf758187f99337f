#include "transform/line_checks.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>

namespace billhouse {

namespace {

using std::chrono::January;
using std::chrono::year;

constexpr auto kChargeDate = line_column("charge_date");
// wh.dim_date covers these years.
constexpr Date kFirstDate = year(2015) / January / 1;
constexpr Date kEndDate = year(2045) / January / 1;

bool fail(Fault& fault, std::size_t column, char const* code, std::string const& what) {
    fault = {code, fmt::format("{} {}", kLineColumns[column].name, what),
             std::string(kLineColumns[column].name)};
    return false;
}

bool has_value(LineValues const& values, std::size_t column, Fault& fault) {
    return values[column].present || fail(fault, column, "required_missing", "has no value");
}

bool is_one_of(LineValues const& values, std::size_t column, std::initializer_list<std::string_view> allowed,
               Fault& fault) {
    auto const& value = values[column];
    if (!value.present || std::ranges::find(allowed, value.text) != allowed.end()) return true;
    return fail(fault, column, "not_allowed",
                fmt::format("is '{}', expected {}", printable(value.text, 80), fmt::join(allowed, ", ")));
}

bool has_charge_date(LineValues const& values, Fault& fault) {
    if (!has_value(values, kChargeDate, fault)) return false;
    auto const date = values[kChargeDate].date;
    if (date >= kFirstDate && date < kEndDate) return true;
    return fail(
        fault, kChargeDate, "bad_date",
        fmt::format("is {}, outside {} to {}", to_string(date), to_string(kFirstDate), to_string(kEndDate)));
}

bool has_periods(LineValues const& values, Fault& fault) {
    constexpr auto kStart = line_column("charge_period_start"), kEnd = line_column("charge_period_end"),
                   kBillStart = line_column("billing_period_start"),
                   kBillEnd = line_column("billing_period_end");
    if (values[kEnd].instant <= values[kStart].instant)
        return fail(fault, kEnd, "bad_period",
                    fmt::format("is {}, not after {}", to_string(values[kEnd].instant),
                                to_string(values[kStart].instant)));
    if (values[kBillEnd].date <= values[kBillStart].date)
        return fail(fault, kBillEnd, "bad_period",
                    fmt::format("is {}, not after {}", to_string(values[kBillEnd].date),
                                to_string(values[kBillStart].date)));
    return true;
}

bool has_charge_type(LineValues const& values, Fault& fault) {
    constexpr auto kCategory = line_column("charge_category"), kFrequency = line_column("charge_frequency");
    bool const sound =
        has_value(values, kCategory, fault) && has_value(values, kFrequency, fault) &&
        is_one_of(values, kCategory, {"Usage", "Purchase", "Tax", "Credit", "Adjustment"}, fault) &&
        is_one_of(values, kFrequency, {"One-Time", "Recurring", "Usage-Based"}, fault) &&
        is_one_of(values, line_column("charge_class"), {"", "Correction"}, fault) &&
        is_one_of(values, line_column("pricing_category"), {"Standard", "Dynamic", "Committed", "Other"},
                  fault);
    if (!sound) return false;
    if (values[kCategory].text != "Purchase" || values[kFrequency].text != "Usage-Based") return true;
    return fail(fault, kFrequency, "not_allowed", "is 'Usage-Based', which a Purchase cannot be");
}

// numeric would take more, but such amounts are faults, and sums over them would no longer be exact in 38
// digits.
bool fits(LineValues const& values, std::size_t column, Fault& fault) {
    static Decimal const kMoneyLimit = *Decimal::parse("1e20"), kOtherLimit = *Decimal::parse("1e30");
    auto const name = kLineColumns[column].name;
    auto const& value = values[column];
    if (!value.present || value.number.coefficient() < kMoneyLimit.coefficient()) return true;
    bool const is_money = name.ends_with("_cost") || name.ends_with("_amount");
    auto const size = value.number.is_negative() ? value.number.negated() : value.number;
    if (size < (is_money ? kMoneyLimit : kOtherLimit)) return true;
    return fail(fault, column, "does_not_fit",
                fmt::format("is {}, the limit is {}", value.number.to_string(), is_money ? "1e20" : "1e30"));
}

bool has_measures(LineValues const& values, Fault& fault) {
    for (auto const column :
         {line_column("list_cost"), line_column("billed_cost"), line_column("total_amount")})
        if (!has_value(values, column, fault)) return false;
    for (auto column = kFirstMeasure; column < kLineColumns.size(); ++column)
        if (!fits(values, column, fault)) return false;
    return true;
}

} // namespace

bool passes_checks(LineValues const& values, Fault& fault) {
    return has_charge_date(values, fault) && has_measures(values, fault) && has_periods(values, fault) &&
           has_charge_type(values, fault);
}

} // namespace billhouse
