#include "transform/document_reader.hpp"

#include <fmt/format.h>

namespace billhouse {

namespace {

constexpr StarColumn kDocumentId{"document_id", ColumnType::text};

ColumnRule id_rule(DocumentSpec const& spec) {
    ColumnRule rule;
    rule.from.push_back({.kind = ValueSource::Kind::path, .path = spec.id, .text = {}, .operands = {}});
    rule.required = true;
    return rule;
}

template <class Rules, class Values>
bool read_all(Rules& rules, Values& values, Fault& fault) {
    for (auto& rule : rules) {
        auto& value = values[rule.column()];
        if (!rule.read(value, fault) || !rule.is_satisfied_by(value, fault)) return false;
    }
    return true;
}

std::optional<Decimal> number(ColumnValue const& value) {
    return value.present ? std::optional(value.number) : std::nullopt;
}

std::optional<Instant> instant(ColumnValue const& value) {
    return value.present ? std::optional(value.instant) : std::nullopt;
}

} // namespace

DocumentReader::DocumentReader(DocumentSpec const& spec, RuleContext const& line, RuleContext const& header)
    : id_(id_rule(spec), kDocumentId, line), columns_(compile_rules(spec.columns, kDocumentColumns, header)),
      money_rules_(compile_rules(spec.line_money, kLineColumns, header)) {}

bool DocumentReader::read(BillingDocument& document, Fault& fault) {
    ColumnValue id;
    if (!id_.read(id, fault) || !id_.is_satisfied_by(id, fault)) return false;
    document.id = id.text;
    return read_all(columns_, values_, fault) && fill(document, fault);
}

bool DocumentReader::fill(BillingDocument& document, Fault& fault) {
    auto const& start = values_[document_column("period_start")];
    auto const& end = values_[document_column("period_end")];
    has_period_ = start.present && end.present;
    if (has_period_ && end.date <= start.date) {
        fault = {"bad_period",
                 fmt::format("period_end is {}, not after {}", to_string(end.date), to_string(start.date)),
                 "period_end"};
        return false;
    }
    document.period_start = start.date;
    document.period_end = end.date;
    document.price = number(values_[document_column("price")]);
    document.discount = number(values_[document_column("discount")]);
    document.amount = number(values_[document_column("amount")]);
    document.usage_percent = number(values_[document_column("usage_percent")]);
    auto const& limit_status = values_[document_column("limit_status")];
    document.limit_status = limit_status.present ? Text(limit_status.text) : std::nullopt;
    document.vendor_created_at = instant(values_[document_column("vendor_created_at")]);
    document.vendor_updated_at = instant(values_[document_column("vendor_updated_at")]);
    return true;
}

bool DocumentReader::read_money(Fault& fault) {
    return read_all(money_rules_, money_, fault);
}

} // namespace billhouse
