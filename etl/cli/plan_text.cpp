#include "cli/plan_text.hpp"

#include "base/text.hpp"
#include "report/text_table.hpp"

#include <fmt/format.h>

namespace billhouse {

namespace {

using Lines = std::vector<std::vector<std::string>>;

std::string signed_text(Decimal const& number) {
    return (number.is_negative() || number.is_zero() ? "" : "+") + number.to_string();
}

/// What an effect is called for people.
std::string effect_name(std::string const& op) {
    return op == "vanish" ? "remove" : op;
}

Decimal plus(Decimal const& a, Decimal const& b) {
    return Decimal::add(a, b).value_or(a);
}

std::map<std::string, PlannedEffect> net_by_currency(StreamPlan const& plan) {
    std::map<std::string, PlannedEffect> net;
    for (auto const& [key, effect] : plan.effects) {
        auto& sum = net[key.second];
        sum.lines += effect.lines;
        sum.list_cost = plus(sum.list_cost, effect.list_cost);
        sum.billed_cost = plus(sum.billed_cost, effect.billed_cost);
        sum.total_amount = plus(sum.total_amount, effect.total_amount);
    }
    return net;
}

std::vector<std::string> effect_cells(std::string name, std::string const& currency,
                                      PlannedEffect const& effect) {
    return {std::move(name),
            with_thousands(effect.lines),
            signed_text(effect.list_cost),
            signed_text(effect.billed_cost),
            signed_text(effect.total_amount),
            currency};
}

std::string effects_table(StreamPlan const& plan) {
    Lines lines{{"EFFECT", "LINES", "LIST COST", "BILLED COST", "TOTAL AMOUNT", "CURRENCY"}};
    for (auto const& [key, effect] : plan.effects)
        lines.push_back(effect_cells(effect_name(key.first), key.second, effect));
    for (auto const& [currency, net] : net_by_currency(plan))
        lines.push_back(effect_cells("net", currency, net));
    return text_table(lines, {1, 2, 3, 4});
}

std::string differences_table(StreamPlan const& plan) {
    Lines lines{{"DAY", "EFFECT", "SUB-ACCOUNT", "SKU", "BEFORE", "AFTER", "DIFFERENCE", "CURRENCY"}};
    for (auto const& each : plan.largest)
        lines.push_back({each.day, effect_name(each.op), printable(each.sub_account, 32),
                         printable(each.sku, 32), each.before.to_string(), each.after.to_string(),
                         signed_text(each.difference), each.currency});
    return text_table(lines, {4, 5, 6});
}

std::string effects_json(StreamPlan const& plan) {
    std::string json = "[";
    for (auto const& [key, effect] : plan.effects)
        json += fmt::format(
            R"({}{{"effect":{},"currency":{},"lines":{},"list_cost":"{}","billed_cost":"{}","total_amount":"{}"}})",
            json.size() > 1 ? "," : "", json_quoted(effect_name(key.first)), json_quoted(key.second),
            effect.lines, effect.list_cost.to_string(), effect.billed_cost.to_string(),
            effect.total_amount.to_string());
    return json + "]";
}

std::string differences_json(StreamPlan const& plan) {
    std::string json = "[";
    for (auto const& each : plan.largest)
        json += fmt::format(
            R"({}{{"day":{},"effect":{},"sub_account":{},"sku":{},"currency":{},"before":"{}","after":"{}","difference":"{}"}})",
            json.size() > 1 ? "," : "", json_quoted(each.day), json_quoted(effect_name(each.op)),
            json_quoted(each.sub_account), json_quoted(each.sku), json_quoted(each.currency),
            each.before.to_string(), each.after.to_string(), each.difference.to_string());
    return json + "]";
}

std::string refusals_json(StreamPlan const& plan) {
    std::string json = "[";
    for (auto const& each : plan.refusals)
        json += fmt::format(R"({}{{"slice":{},"reason":{}}})", json.size() > 1 ? "," : "",
                            json_quoted(to_string(each.slice)), json_quoted(each.error.what()));
    return json + "]";
}

} // namespace

std::string plan_table(std::vector<StreamPlan> const& plans) {
    std::string text;
    for (auto const& plan : plans) {
        text += fmt::format(
            "{}: {} windows read, {} of them as the star has them; {} lines unchanged, {} rejected\n",
            plan.stream, plan.slices, plan.unchanged_slices, with_thousands(plan.unchanged),
            with_thousands(plan.rejected));
        text += plan.effects.empty() ? "a load would change nothing\n" : '\n' + effects_table(plan);
        if (!plan.largest.empty()) text += "\nlargest differences\n" + differences_table(plan);
        for (auto const& each : plan.refusals)
            text += fmt::format("\nnot loaded: {}: {}\n", to_string(each.slice), each.error.what());
        text += '\n';
    }
    return text;
}

std::string plan_json(std::vector<StreamPlan> const& plans) {
    std::string json = "[";
    for (auto const& plan : plans)
        json += fmt::format(
            R"({}{{"stream":{},"windows":{},"unchanged_windows":{},"unchanged":{},"rejected":{},"effects":{},"largest":{},"refused":{}}})",
            json.size() > 1 ? "," : "", json_quoted(plan.stream), plan.slices, plan.unchanged_slices,
            plan.unchanged, plan.rejected, effects_json(plan), differences_json(plan), refusals_json(plan));
    return json + "]\n";
}

} // namespace billhouse
