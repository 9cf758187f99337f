#include "report/star_row_text.hpp"

#include "base/date_time.hpp"

#include <fmt/format.h>

namespace billhouse {

namespace {

class Lines {
public:
    void add(std::string_view column, std::string_view value) {
        if (!value.empty()) lines_.push_back(fmt::format("{}: {}", column, value));
    }
    void add_known(std::string_view column, Text const& value) {
        if (value) add(column, *value);
    }
    std::vector<std::string> take() { return std::move(lines_); }

private:
    std::vector<std::string> lines_;
};

template <class Member>
Member const* member(std::vector<Member> const& members, MemberIndex index) {
    return !is_named(index) ? nullptr : &members[static_cast<std::size_t>(index)];
}

void add_members(Lines& lines, ChargeLine const& line, DimensionMembers const& members) {
    if (auto const* account = member(members.billing_accounts, line.billing_account)) {
        lines.add("billing_account_id", account->id);
        lines.add_known("billing_account_name", account->name);
    }
    if (auto const* sub_account = member(members.sub_accounts, line.sub_account)) {
        lines.add("sub_account", fmt::format("{} {}", sub_account->type, sub_account->id));
        lines.add_known("sub_account_name", sub_account->name);
    }
    if (auto const* service = member(members.services, line.service))
        lines.add("service",
                  fmt::format("{} ({}, {})", service->name, service->category, service->subcategory));
    if (auto const* sku = member(members.skus, line.sku)) {
        lines.add("sku_code", sku->code);
        lines.add_known("sku_name", sku->name);
        lines.add("pricing_unit", sku->pricing_unit);
    }
    auto const& type = *member(members.charge_types, line.charge_type);
    lines.add("charge", fmt::format("{}, {}", type.charge_category, type.charge_frequency));
    lines.add("billing_cycle", type.billing_cycle);
    lines.add("commodity_category", type.commodity_category);
    lines.add("billing_method", type.billing_method);
    if (type.line_kind != "item") lines.add("line_kind", type.line_kind);
}

} // namespace

std::vector<std::string> star_row_text(ChargeLine const& line, DimensionMembers const& members) {
    Lines lines;
    lines.add("charge_date", to_string(line.charge_date));
    lines.add("charge_key", to_string(line.key));
    lines.add("document_id", line.document_id);
    lines.add("charge_period", fmt::format("{} to {}", to_string(line.charge_period_start),
                                           to_string(line.charge_period_end)));
    lines.add("billing_period", fmt::format("{} to {}", to_string(line.billing_period_start),
                                            to_string(line.billing_period_end)));
    add_members(lines, line, members);
    lines.add("currency_code", *member(members.currencies, line.currency));
    for (std::size_t i = 0; i < kMeasureCount; ++i)
        if (line.measures[i]) lines.add(kLineColumns[kFirstMeasure + i].name, line.measures[i]->to_string());
    lines.add("attributes", line.attributes);
    return lines.take();
}

} // namespace billhouse
