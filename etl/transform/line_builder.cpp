#include "transform/line_builder.hpp"

#include "transform/line_checks.hpp"

#include <array>
#include <charconv>

namespace billhouse {

namespace {

constexpr auto kChargeDate = line_column("charge_date");
constexpr auto kCurrency = line_column("currency_code");
constexpr auto kChargeStart = line_column("charge_period_start");
constexpr auto kChargeEnd = line_column("charge_period_end");
constexpr auto kBillingStart = line_column("billing_period_start");
constexpr auto kBillingEnd = line_column("billing_period_end");

void set_default(ColumnValue& value, Date date) {
    if (!value.present) value.date = date;
    value.present = true;
}

void set_default(ColumnValue& value, Instant instant) {
    if (!value.present) value.instant = instant;
    value.present = true;
}

void set_default(ColumnValue& value, Decimal const& number) {
    if (!value.present) value.number = number;
    value.present = true;
}

/// One canonical text for each value: dates ISO, decimals without trailing zeros. A missing value stays NULL.
void add_value(IdentityKey& parts, StarColumn const& column, ColumnValue const& value) {
    if (!value.present) return parts.add(std::nullopt);
    switch (column.type) {
    case ColumnType::text:
        return parts.add(value.text);
    case ColumnType::decimal: {
        std::array<char, Decimal::kMaxText> digits;
        return parts.add(value.number.write(digits));
    }
    case ColumnType::date:
        return parts.add(to_string(value.date));
    case ColumnType::instant:
        return parts.add(to_string(value.instant));
    case ColumnType::boolean:
        return parts.add(value.flag ? "true" : "false");
    }
}

void add_number(IdentityKey& parts, std::int64_t number) {
    std::array<char, 20> digits;
    auto const end = std::to_chars(digits.begin(), digits.end(), number).ptr;
    parts.add(std::string_view(digits.data(), static_cast<std::size_t>(end - digits.data())));
}

// All that the fact shows of a line besides its members' own descriptions, which are kept with the member.
constexpr auto kContentColumns = std::to_array<std::size_t>({
    line_column("billing_account_id"),
    line_column("sub_account_type"),
    line_column("sub_account_id"),
    line_column("sub_account_name"),
    line_column("service_code"),
    line_column("sku_code"),
    line_column("sku_name"),
    line_column("charge_category"),
    line_column("charge_class"),
    line_column("charge_frequency"),
    line_column("pricing_category"),
    line_column("billing_cycle"),
    line_column("commodity_category"),
    line_column("billing_method"),
    line_column("third_party_billed"),
    line_column("currency_code"),
});

} // namespace

LineBuilder::LineBuilder(SourceDefinition const& source, MappingSpec const& mapping)
    : source_(source), mapping_(mapping) {
    identity_.add(source.code);
    identity_.add(std::to_string(mapping.identity_version));
    identity_prefix_ = identity_.size();
}

bool LineBuilder::build(LineValues& values, std::string_view line_kind, ChargeLine& line, Fault& fault) {
    fill_defaults(values);
    if (!passes_checks(values, fault)) return false;
    name_members(values, line_kind, line);
    line.charge_date = values[kChargeDate].date;
    line.charge_period_start = values[kChargeStart].instant;
    line.charge_period_end = values[kChargeEnd].instant;
    line.billing_period_start = values[kBillingStart].date;
    line.billing_period_end = values[kBillingEnd].date;
    for (std::size_t i = 0; i < kMeasureCount; ++i) {
        auto const& value = values[kFirstMeasure + i];
        line.measures.set(i, value.present ? std::optional(value.number) : std::nullopt);
    }
    identify(values, line);
    line.content_hash = content(values, line_kind, line);
    return true;
}

void LineBuilder::fill_defaults(LineValues& values) {
    auto& currency = values[kCurrency];
    if (!currency.present || currency.text.empty()) currency.text = source_.default_currency;
    currency.present = true;
    set_default(values[line_column("discount_amount")], Decimal(0));
    set_default(values[line_column("tax_amount")], Decimal(0));
    if (values[kChargeDate].present) fill_periods(values);
}

void LineBuilder::fill_periods(LineValues& values) {
    auto const date = values[kChargeDate].date;
    bool const needs_day = !values[kChargeStart].present || !values[kChargeEnd].present;
    if (needs_day && (date != last_date_ || last_day_start_ == last_day_end_)) {
        last_date_ = date;
        last_day_start_ = source_.billing_zone.start_of(date);
        last_day_end_ = source_.billing_zone.start_of(date + std::chrono::days(1));
    }
    set_default(values[kChargeStart], last_day_start_);
    set_default(values[kChargeEnd], last_day_end_);
    set_default(values[kBillingStart], first_of_month(date));
    set_default(values[kBillingEnd], add_months(first_of_month(values[kBillingStart].date), 1));
}

void LineBuilder::name_members(LineValues const& values, std::string_view line_kind, ChargeLine& line) {
    line.billing_account = members_.billing_account(values);
    line.sub_account = members_.sub_account(values);
    line.service = members_.service(values);
    line.sku = members_.sku(values, line.service);
    line.charge_type = members_.charge_type(values, line_kind);
    line.currency = members_.currency(values);
}

void LineBuilder::identify(LineValues const& values, ChargeLine& line) {
    identity_.cut(identity_prefix_);
    if (mapping_.document)
        identity_.add(line.document_id); // two documents may name the same item of the same day
    for (auto const column : mapping_.identity)
        add_value(identity_, kLineColumns[column], values[column]);
    auto const without_ordinal = identity_.size();
    identity_.add("1");
    line.key = line.identity = identity_.uuid();
    identity_.cut(without_ordinal);
}

// Neighbouring lines are of the same day, so the last text is kept.
IdentityKey const& LineBuilder::dates_of(ChargeLine const& line) {
    std::array const counts{std::int64_t{line.charge_date.time_since_epoch().count()},
                            std::int64_t{line.billing_period_start.time_since_epoch().count()},
                            std::int64_t{line.billing_period_end.time_since_epoch().count()},
                            std::int64_t{line.charge_period_start.time_since_epoch().count()},
                            std::int64_t{line.charge_period_end.time_since_epoch().count()}};
    if (dates_.size() > 0 && counts == last_counts_) return dates_;
    last_counts_ = counts;
    dates_.cut(0);
    for (auto const count : counts)
        add_number(dates_, count);
    return dates_;
}

std::int64_t LineBuilder::content(LineValues const& values, std::string_view line_kind,
                                  ChargeLine const& line) {
    content_.cut(0);
    content_.add(line.document_id);
    content_.add(line.attributes);
    content_.add(line_kind);
    for (auto const column : kContentColumns)
        add_value(content_, kLineColumns[column], values[column]);
    content_.append(dates_of(line));
    for (auto column = kFirstMeasure; column < kLineColumns.size(); ++column)
        add_value(content_, kLineColumns[column], values[column]);
    return content_hash(content_.canonical());
}

} // namespace billhouse
