#include "transform/field_mapping.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "transform/array_sum.hpp"
#include "transform/column_text.hpp"
#include "transform/text_rules.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace billhouse {

namespace {

/// Formats of a rule that names none.
std::vector<TimeFormat> default_formats(ColumnType type) {
    std::vector<TimeFormat> formats;
    if (type == ColumnType::instant) formats.push_back(TimeFormat::compile("rfc3339").value());
    if (type == ColumnType::instant || type == ColumnType::date)
        formats.push_back(TimeFormat::compile("date").value());
    return formats;
}

/// Whether the value hangs on nothing that differs from record to record.
bool is_known_beforehand(ValueSource const& source) {
    using Kind = ValueSource::Kind;
    return source.kind == Kind::constant || source.kind == Kind::partition || source.kind == Kind::job;
}

std::string const& window_text(WindowTexts const& window, std::string const& which) {
    return which == "start" ? window.start : which == "end" ? window.end : window.last;
}

std::string const& job_text(SourceDefinition const& source, std::string const& which) {
    if (which == "vendor") return source.vendor_code;
    if (which == "provider") return source.provider_name;
    return which == "currency" ? source.default_currency : source.code;
}

} // namespace

ColumnReader::ColumnReader(ColumnRule const& rule, StarColumn const& column, RuleContext const& context)
    : rule_(rule), column_(column), null_tokens_(rule.null_tokens.value_or(context.null_tokens)),
      zone_(rule.zone.value_or(context.source.billing_zone)) {
    for (auto const& source : rule.from)
        sources_.push_back(compile(source, context));
    if (rule_.formats.empty()) rule_.formats = default_formats(column.type);
    bool const is_shaped = rule.trim || rule.letters != ColumnRule::Case::as_is || !rule.values.empty();
    bool const is_calculated = rule.shift != 0 || rule.in_minor_units || rule.number;
    bool const is_plain = (column.type == ColumnType::text && !is_shaped) ||
                          (column.type == ColumnType::decimal && !is_shaped && !is_calculated);
    is_direct_ = is_plain && !sources_.empty() && sources_.front().kind == ValueSource::Kind::path &&
                 sources_.front().table != nullptr;
    is_fixed_ = std::ranges::all_of(rule.from, &is_known_beforehand) && column.type == ColumnType::text;
    if (!rule.in_minor_units) return;
    minor_units_ = context.minor_units.value();
    for (auto const& path : minor_units_.currency)
        currency_.push_back(compile({.path = path, .text = {}, .operands = {}}, context));
}

ColumnReader::Source ColumnReader::compile(ValueSource const& source, RuleContext const& context) {
    Source compiled{.kind = source.kind, .text = source.text, .of = source.of, .operands = {}};
    if (source.kind == ValueSource::Kind::partition) compiled.text = context.partition;
    if (source.kind == ValueSource::Kind::window) compiled.window = &window_text(context.window, source.text);
    if (source.kind == ValueSource::Kind::job) compiled.text = job_text(context.source, source.text);
    bool const is_sum =
        source.kind == ValueSource::Kind::sum; // of one part of a field: the rest is an attribute
    if (source.kind == ValueSource::Kind::path || is_sum) {
        if (source.path.path.keys.empty())
            throw Error(ErrorKind::config, "a column's path names no field", "Name a field of the record.");
        auto const up = static_cast<std::size_t>(source.path.up);
        auto* const table = up < context.tables.size() ? context.tables[up] : nullptr;
        compiled.table = table;
        if (table != nullptr) compiled.slot = table->slot(source.path.path, !is_sum);
    }
    for (auto const& operand : source.operands)
        compiled.operands.push_back(compile(operand, context));
    return compiled;
}

bool ColumnReader::read(ColumnValue& value, Fault& fault) {
    if (fixed_.present) {
        value = fixed_;
        return true;
    }
    if (is_direct_ && read_directly(value)) return true;
    bool const is_read = read_anew(value, fault);
    if (is_read && is_fixed_) fixed_ = value;
    return is_read;
}

// The usual case without detours: the first field named has a value of the column's type. All else, faults
// included, is left to read_anew(), which comes to the same.
bool ColumnReader::read_directly(ColumnValue& value) const {
    auto const& source = sources_.front();
    auto const* const node = source.table->value(source.slot);
    if (node == nullptr) return false;
    bool const is_string = node->kind == JsonKind::string;
    if (!is_string && node->kind != JsonKind::number) return false;
    if (is_string && null_tokens_.contains(node->text)) return false;
    if (column_.type == ColumnType::text) {
        value.text = node->text;
    } else {
        auto const number = Decimal::parse(bare_text(node->text));
        if (!number) return false;
        value.number = *number;
    }
    value.present = true;
    return true;
}

bool ColumnReader::read_anew(ColumnValue& value, Fault& fault) {
    value.present = false;
    auto raw = first_value(fault);
    if (raw.state == Raw::State::fault) return false;
    bool const is_fallback = raw.state == Raw::State::missing && rule_.fallback.has_value();
    if (is_fallback) raw = {Raw::State::text, *rule_.fallback, {}};
    if (raw.state == Raw::State::missing) return true;
    if (!is_fallback && raw.state == Raw::State::text) {
        if (rule_.trim || rule_.letters != ColumnRule::Case::as_is) shape(raw);
        if (!rule_.values.empty()) translate(raw);
    }
    return convert(raw, is_fallback, value, fault);
}

bool ColumnReader::is_satisfied_by(ColumnValue const& value, Fault& fault) const {
    return value.present || !rule_.required || fail(fault, "required_missing", "has no value");
}

ColumnReader::Raw ColumnReader::first_value(Fault& fault) {
    for (auto& source : sources_) {
        auto const raw = evaluate(source, fault);
        if (raw.state != Raw::State::missing) return raw;
    }
    return {};
}

ColumnReader::Raw ColumnReader::evaluate(Source& source, Fault& fault) {
    switch (source.kind) {
    case ValueSource::Kind::path:
        return from_field(source, fault);
    case ValueSource::Kind::constant:
    case ValueSource::Kind::partition:
    case ValueSource::Kind::job:
        return {Raw::State::text, source.text, {}};
    case ValueSource::Kind::sum:
        return sum(source, fault);
    case ValueSource::Kind::units_nanos:
        return add_nanos(source, fault);
    case ValueSource::Kind::window:
        return source.window->empty() ? Raw{} : Raw{Raw::State::text, *source.window, {}};
    case ValueSource::Kind::concat:
        return join(source, fault);
    case ValueSource::Kind::add:
    case ValueSource::Kind::subtract:
    case ValueSource::Kind::multiply:
        break;
    }
    return calculate(source, fault);
}

ColumnReader::Raw ColumnReader::from_field(Source const& source, Fault& fault) const {
    auto const* node = source.table == nullptr ? nullptr : source.table->value(source.slot);
    if (node == nullptr || node->kind == JsonKind::null) return {};
    if (node->kind == JsonKind::object || node->kind == JsonKind::array) {
        fail(fault, "wrong_type",
             fmt::format("is {} in field {}", node->kind == JsonKind::object ? "an object" : "an array",
                         in_quotes(node->key)));
        return {Raw::State::fault, {}, {}};
    }
    if (node->kind == JsonKind::string && null_tokens_.contains(node->text)) return {};
    return {Raw::State::text, node->text, {}, node->kind == JsonKind::string};
}

ColumnReader::Raw ColumnReader::sum(Source const& source, Fault& fault) const {
    auto const* node = source.table == nullptr ? nullptr : source.table->value(source.slot);
    if (node == nullptr || node->kind == JsonKind::null) return {};
    if (node->kind != JsonKind::array) {
        fail(fault, "wrong_type", fmt::format("is a sum over field {}, no array", in_quotes(node->key)));
        return {Raw::State::fault, {}, {}};
    }
    auto const result = sum_of(source.table->tree(), *node, source.of);
    if (result.problem.empty()) return {Raw::State::number, {}, result.value};
    fail(fault, "not_a_number",
         fmt::format("is a sum over field {}, which {}", in_quotes(node->key), result.problem));
    return {Raw::State::fault, {}, {}};
}

ColumnReader::Raw ColumnReader::join(Source& source, Fault& fault) {
    source.built.clear();
    for (std::size_t i = 0; i < source.operands.size(); ++i) {
        auto const part = evaluate(source.operands[i], fault);
        if (part.state == Raw::State::missing || part.state == Raw::State::fault) return part;
        if (i > 0) source.built += source.text;
        if (part.state == Raw::State::number) source.built += part.number.to_string();
        if (part.state == Raw::State::text) source.built += part.text;
    }
    return {Raw::State::text, source.built, {}};
}

ColumnReader::Raw ColumnReader::calculate(Source& source, Fault& fault) {
    auto const left = as_number(evaluate(source.operands[0], fault), fault);
    if (left.state != Raw::State::number) return left;
    auto const right = as_number(evaluate(source.operands[1], fault), fault);
    if (right.state != Raw::State::number) return right;
    auto const result = source.kind == ValueSource::Kind::add ? Decimal::add(left.number, right.number)
                        : source.kind == ValueSource::Kind::subtract
                            ? Decimal::subtract(left.number, right.number)
                            : Decimal::multiply(left.number, right.number);
    if (result) return {Raw::State::number, {}, *result};
    fail(fault, "does_not_fit",
         fmt::format("needs more than {} digits ({} and {})", Decimal::kMaxDigits, left.number.to_string(),
                     right.number.to_string()));
    return {Raw::State::fault, {}, {}};
}

ColumnReader::Raw ColumnReader::add_nanos(Source& source, Fault& fault) {
    auto const units = as_number(evaluate(source.operands[0], fault), fault);
    auto const nanos =
        units.state == Raw::State::fault ? units : as_number(evaluate(source.operands[1], fault), fault);
    if (nanos.state == Raw::State::fault) return nanos;
    if (units.state == Raw::State::missing && nanos.state == Raw::State::missing) return {};
    if (!are_money(units.number, nanos.number, fault)) return {Raw::State::fault, {}, {}};
    auto const billionths = nanos.number.shifted(-9);
    auto const sum = billionths ? Decimal::add(units.number, *billionths) : std::nullopt;
    if (sum) return {Raw::State::number, {}, *sum};
    fail(fault, "does_not_fit",
         fmt::format("needs more than {} digits ({} units and {} nanos)", Decimal::kMaxDigits,
                     units.number.to_string(), nanos.number.to_string()));
    return {Raw::State::fault, {}, {}};
}

// https://github.com/googleapis/googleapis/blob/master/google/type/money.proto: whole units, nanos between
// -999,999,999 and +999,999,999, and both of one sign. What breaks this was not meant as it would be read.
bool ColumnReader::are_money(Decimal const& units, Decimal const& nanos, Fault& fault) const {
    static Decimal const kUnit(1'000'000'000);
    auto const size = nanos.is_negative() ? nanos.negated() : nanos;
    bool const is_whole = units.scale() == 0 && nanos.scale() == 0 && size < kUnit;
    bool const is_one_sign = units.is_zero() || nanos.is_zero() || units.is_negative() == nanos.is_negative();
    if (is_whole && is_one_sign) return true;
    return fail(fault, "not_allowed",
                fmt::format("has {} units and {} nanos, expected {}", units.to_string(), nanos.to_string(),
                            is_whole ? "one sign" : "whole numbers and nanos of at most nine digits"));
}

ColumnReader::Raw ColumnReader::as_number(Raw const& raw, Fault& fault) const {
    if (raw.state != Raw::State::text) return raw;
    ColumnValue value;
    if (!convert_number(raw, 0, value, fault)) return {Raw::State::fault, {}, {}};
    return {Raw::State::number, {}, value.number};
}

void ColumnReader::shape(Raw& raw) {
    if (rule_.trim) raw.text = trimmed(raw.text);
    if (rule_.letters == ColumnRule::Case::as_is) return;
    shaped_ = in_case(raw.text, rule_.letters);
    raw.text = shaped_;
}

// `values` speaks about the vendor's text, so a calculated number has none.
void ColumnReader::translate(Raw& raw) {
    auto const bare = bare_text(raw.text);
    for (auto const& [from, to] : rule_.values) {
        if (bare != from) continue;
        raw.text = to;
        raw.is_vendors = false;
        return;
    }
    if (!rule_.values_else) return;
    raw.text = *rule_.values_else;
    raw.is_vendors = false;
}

bool ColumnReader::fail(Fault& fault, char const* code, std::string const& what) const {
    fault = {code, fmt::format("{} {}", column_.name, what), std::string(column_.name)};
    return false;
}

std::vector<ColumnReader> compile_rules(std::vector<ColumnRule> const& rules,
                                        std::span<StarColumn const> columns, RuleContext const& context) {
    std::vector<ColumnReader> readers;
    readers.reserve(rules.size());
    for (auto const& rule : rules)
        readers.emplace_back(rule, columns[rule.column], context);
    return readers;
}

} // namespace billhouse
