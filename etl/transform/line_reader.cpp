#include "transform/line_reader.hpp"

#include <algorithm>
#include <array>

namespace billhouse {

namespace {

constexpr auto kMoneyColumns =
    std::to_array({line_column("list_cost"), line_column("billed_cost"), line_column("total_amount")});

} // namespace

LineReader::LineReader(std::vector<ColumnRule> const& columns, RuleContext const& context)
    : rules_(compile_rules(columns, kLineColumns, context)) {
    for (auto const& rule : rules_)
        if (rule.is_required()) required_.push_back(&rule);
}

bool LineReader::read(Money money, LineValues const* header, Fault& fault) {
    forget();
    bool const is_read = std::ranges::all_of(
        rules_, [&](ColumnReader& rule) { return rule.read(values_[rule.column()], fault); });
    // also of a line to be rejected: that much is missing
    if (money != Money::own) take_header_money(money, *header);
    if (!is_read) return false;
    if (is_made_for_header(money)) {
        describe_header_line();
        return true;
    }
    return std::ranges::all_of(required_, [&](ColumnReader const* rule) {
        return rule->is_satisfied_by(values_[rule->column()], fault);
    });
}

void LineReader::forget() {
    for (auto& value : values_)
        value.present = false;
}

bool LineReader::has_money(LineValues const& values) {
    return std::ranges::any_of(kMoneyColumns, [&](std::size_t column) { return values[column].present; });
}

bool LineReader::finds_no_money() {
    return std::ranges::all_of(kMoneyColumns, [&](std::size_t column) {
        auto* const rule = rule_of(column);
        ColumnValue value;
        Fault fault;
        return rule == nullptr || (rule->read(value, fault) && !value.present);
    });
}

ColumnReader* LineReader::rule_of(std::size_t column) {
    auto const rule = std::ranges::find(rules_, column, &ColumnReader::column);
    return rule == rules_.end() ? nullptr : &*rule;
}

void LineReader::take_header_money(Money money, LineValues const& header) {
    if (money == Money::zero) {
        for (auto const column : kMoneyColumns) {
            values_[column].present = true;
            values_[column].number = Decimal();
        }
        return;
    }
    for (auto column = kFirstMeasure; column < kLineColumns.size(); ++column)
        if (!values_[column].present) values_[column] = header[column];
}

// Rules that look at an element find none here: `required` cannot be held against it, and what it is charged
// for is not known.
void LineReader::describe_header_line() {
    auto const fill = [&](std::size_t column, std::string_view text) {
        if (!values_[column].present) values_[column].text = text;
        values_[column].present = true;
    };
    fill(line_column("charge_category"), "Usage");
    fill(line_column("charge_frequency"), "Usage-Based");
}

void LineReader::hint(Reject& reject) {
    ColumnValue value;
    auto const& billed = values_[line_column("billed_cost")];
    if (billed.present) {
        reject.amount_hint = billed.number;
    } else if (read_if_present(line_column("billed_cost"), value)) {
        reject.amount_hint = value.number;
    }
    if (read_if_present(line_column("currency_code"), value)) reject.currency_hint = value.text;
    if (read_if_present(line_column("charge_date"), value)) reject.charge_date = value.date;
}

bool LineReader::read_if_present(std::size_t column, ColumnValue& value) {
    auto* const rule = rule_of(column);
    Fault ignored;
    return rule != nullptr && rule->read(value, ignored) && value.present;
}

} // namespace billhouse
