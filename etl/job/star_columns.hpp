#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

namespace billhouse {

enum class ColumnType { text, decimal, date, instant, boolean };

/// A column that a job file may fill. Names are those of the staging shape in the warehouse guide.
struct StarColumn {
    std::string_view name;
    ColumnType type;
};

/// Line columns, in the order of the warehouse guide. The measures stand together and last, see
/// kFirstMeasure.
inline constexpr auto kLineColumns = std::to_array<StarColumn>({
    {"charge_date", ColumnType::date},
    {"billing_account_id", ColumnType::text},
    {"billing_account_name", ColumnType::text},
    {"sub_account_type", ColumnType::text},
    {"sub_account_id", ColumnType::text},
    {"sub_account_name", ColumnType::text},
    {"service_code", ColumnType::text},
    {"service_name", ColumnType::text},
    {"service_category", ColumnType::text},
    {"service_subcategory", ColumnType::text},
    {"sku_code", ColumnType::text},
    {"sku_name", ColumnType::text},
    {"meter_name", ColumnType::text},
    {"pricing_unit", ColumnType::text},
    {"consumed_unit", ColumnType::text},
    {"charge_category", ColumnType::text},
    {"charge_class", ColumnType::text},
    {"charge_frequency", ColumnType::text},
    {"pricing_category", ColumnType::text},
    {"billing_cycle", ColumnType::text},
    {"commodity_category", ColumnType::text},
    {"billing_method", ColumnType::text},
    {"third_party_billed", ColumnType::boolean},
    {"currency_code", ColumnType::text},
    {"charge_period_start", ColumnType::instant},
    {"charge_period_end", ColumnType::instant},
    {"billing_period_start", ColumnType::date},
    {"billing_period_end", ColumnType::date},
    {"quantity", ColumnType::decimal},
    {"pricing_block", ColumnType::decimal},
    {"unit_price", ColumnType::decimal},
    {"list_cost", ColumnType::decimal},
    {"discount_amount", ColumnType::decimal},
    {"billed_cost", ColumnType::decimal},
    {"tax_rate", ColumnType::decimal},
    {"tax_amount", ColumnType::decimal},
    {"total_amount", ColumnType::decimal},
    {"deduction_amount", ColumnType::decimal},
    {"coupon_amount", ColumnType::decimal},
    {"stored_value_amount", ColumnType::decimal},
    {"cash_amount", ColumnType::decimal},
    {"marketplace_amount", ColumnType::decimal},
    {"unpaid_amount", ColumnType::decimal},
});

/// Columns of a billing document's header (wh.fact_document).
inline constexpr auto kDocumentColumns = std::to_array<StarColumn>({
    {"period_start", ColumnType::date},
    {"period_end", ColumnType::date},
    {"price", ColumnType::decimal},
    {"discount", ColumnType::decimal},
    {"amount", ColumnType::decimal},
    {"usage_percent", ColumnType::decimal},
    {"limit_status", ColumnType::text},
    {"vendor_created_at", ColumnType::instant},
    {"vendor_updated_at", ColumnType::instant},
});

template <std::size_t N>
constexpr std::optional<std::size_t> find_column(std::array<StarColumn, N> const& columns,
                                                 std::string_view name) {
    for (std::size_t i = 0; i < N; ++i)
        if (columns[i].name == name) return i;
    return std::nullopt;
}

/// Index of a line column that certainly exists: checked by the compiler.
consteval std::size_t line_column(std::string_view name) {
    return find_column(kLineColumns, name).value();
}
consteval std::size_t document_column(std::string_view name) {
    return find_column(kDocumentColumns, name).value();
}

inline constexpr std::size_t kFirstMeasure = line_column("quantity");
inline constexpr std::size_t kMeasureCount = kLineColumns.size() - kFirstMeasure;
/// Position of a measure in an array of measures only.
consteval std::size_t measure(std::string_view name) {
    return line_column(name) - kFirstMeasure;
}

} // namespace billhouse
