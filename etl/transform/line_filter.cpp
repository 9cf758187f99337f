#include "transform/line_filter.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace billhouse {

LineFilter::LineFilter(std::vector<LineCondition> conditions, std::vector<FieldTable*> const& tables,
                       NullTokens null_tokens)
    : null_tokens_(std::move(null_tokens)) {
    for (auto& condition : conditions) {
        auto const up = static_cast<std::size_t>(condition.path.up);
        auto* const table = up < tables.size() ? tables[up] : nullptr;
        auto const slot = table == nullptr ? 0 : table->slot(condition.path.path, false);
        conditions_.push_back({std::move(condition), table, slot});
    }
}

bool LineFilter::keeps(Fault& fault) const {
    return std::ranges::all_of(conditions_,
                               [&](Condition const& condition) { return holds(condition, fault); });
}

bool LineFilter::holds(Condition const& condition, Fault& fault) const {
    auto const& [rule, table, slot] = condition;
    auto const* const node = table == nullptr ? nullptr : table->value(slot);
    bool const is_missing = node == nullptr || node->kind == JsonKind::null ||
                            (node->kind == JsonKind::string && null_tokens_.contains(node->text));
    if (is_missing) return rule.in.empty();
    if (node->kind == JsonKind::object || node->kind == JsonKind::array) {
        fault = {"wrong_type",
                 fmt::format("records.where looks at {}, which is no text", to_string(rule.path.path)), ""};
        return true;
    }
    auto const is_listed = [&](std::vector<std::string> const& texts) {
        return std::ranges::find(texts, node->text) != texts.end();
    };
    return rule.in.empty() ? !is_listed(rule.not_in) : is_listed(rule.in);
}

} // namespace billhouse
