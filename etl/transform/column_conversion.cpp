#include "transform/column_text.hpp"
#include "transform/field_mapping.hpp"
#include "transform/text_rules.hpp"

#include <fmt/format.h>

#include <algorithm>

/// How a column's raw value becomes one of the column's type.
namespace billhouse {

bool ColumnReader::convert(Raw const& raw, bool is_fallback, ColumnValue& value, Fault& fault) {
    switch (column_.type) {
    case ColumnType::decimal: {
        if (is_fallback || !rule_.in_minor_units)
            return convert_number(raw, is_fallback ? 0 : rule_.shift, value, fault);
        auto const shift = shift_of(fault);
        return shift && convert_number(raw, *shift, value, fault);
    }
    case ColumnType::date:
    case ColumnType::instant:
        return convert_time(raw, is_fallback, value, fault);
    case ColumnType::boolean:
        return convert_flag(raw, value, fault);
    case ColumnType::text:
        break;
    }
    if (raw.state == Raw::State::number) scratch_ = raw.number.to_string();
    value.text = raw.state == Raw::State::number ? std::string_view(scratch_) : raw.text;
    value.present = true;
    return true;
}

bool ColumnReader::convert_number(Raw const& raw, int shift, ColumnValue& value, Fault& fault) const {
    std::optional<std::string> plain;
    auto text = bare_text(raw.text);
    if (rule_.number && raw.is_vendors) {
        plain = plain_number(text, *rule_.number);
        if (plain) text = *plain;
        if (!plain)
            return fail(fault, "not_a_number",
                        fmt::format("is {}, no number as the column's `number` has it", in_quotes(raw.text)));
    }
    auto number = raw.state == Raw::State::number ? raw.number : Decimal::parse(text);
    if (number && shift != 0) number = number->shifted(shift);
    if (!number) {
        if (raw.state == Raw::State::text && !Decimal::is_number(text))
            return fail(fault, "not_a_number", fmt::format("is {}, which is no number", in_quotes(raw.text)));
        return fail(fault, "does_not_fit",
                    fmt::format("is {}, more than {} digits hold", in_quotes(text), Decimal::kMaxDigits));
    }
    value.number = *number;
    value.present = true;
    return true;
}

// How small a unit is depends on the currency that stands beside the amount.
std::optional<int> ColumnReader::shift_of(Fault& fault) const {
    Raw currency;
    for (auto const& source : currency_) {
        currency = from_field(source, fault);
        if (currency.state == Raw::State::fault) return std::nullopt;
        if (currency.state == Raw::State::text) break;
    }
    auto const known =
        std::ranges::find(minor_units_.decimals, trimmed(currency.text), &std::pair<std::string, int>::first);
    if (known != minor_units_.decimals.end()) return -known->second;
    if (currency.state == Raw::State::text && minor_units_.otherwise) return -*minor_units_.otherwise;
    fail(fault, currency.state == Raw::State::text ? "not_allowed" : "required_missing",
         fmt::format("is in minor units of {}",
                     currency.state == Raw::State::text
                         ? in_quotes(currency.text) + ", whose decimals are not known"
                         : "no currency"));
    return std::nullopt;
}

Date ColumnReader::later(Date date) const {
    if (rule_.plus_months == 0) return date + std::chrono::days(rule_.plus_days);
    std::chrono::year_month_day const day(date);
    auto const month = day.year() / day.month() + std::chrono::months(rule_.plus_months);
    auto const last = std::chrono::year_month_day_last(month / std::chrono::last).day();
    return month / std::min(day.day(), last);
}

bool ColumnReader::convert_time(Raw const& raw, bool is_fallback, ColumnValue& value, Fault& fault) {
    bool const is_known = raw.state == Raw::State::text && last_time_.present &&
                          last_is_fallback_ == is_fallback && last_time_text_ == raw.text;
    if (!is_known && !read_time(raw, is_fallback, fault)) return false;
    value.date = last_time_.date;
    value.instant = last_time_.instant;
    value.present = true;
    return true;
}

// Neighbouring lines are of the same day, so the last text and what it came to are kept.
bool ColumnReader::read_time(Raw const& raw, bool is_fallback, Fault& fault) {
    auto const text =
        raw.state == Raw::State::number ? raw.number.to_string() : std::string(trimmed(raw.text));
    last_time_.present = false;
    std::optional<CivilTime> time;
    for (auto const& format : rule_.formats) {
        time = format.read(text);
        if (time) break;
    }
    if (!time)
        return fail(fault, "bad_date", fmt::format("is {}, no date in the format expected", in_quotes(text)));
    if (column_.type == ColumnType::date) {
        last_time_.date = time->date_in(zone_);
        if (!is_fallback) last_time_.date = later(last_time_.date);
    } else {
        if (!is_fallback) time->date = later(time->date);
        last_time_.instant = time->instant_in(zone_);
    }
    last_time_.present = raw.state == Raw::State::text;
    last_time_text_ = raw.text;
    last_is_fallback_ = is_fallback;
    return true;
}

bool ColumnReader::convert_flag(Raw const& raw, ColumnValue& value, Fault& fault) const {
    auto const text = trimmed(raw.text);
    if (text != "true" && text != "false")
        return fail(fault, "not_allowed", fmt::format("is {}, neither true nor false", in_quotes(raw.text)));
    value.flag = text == "true";
    value.present = true;
    return true;
}

} // namespace billhouse
