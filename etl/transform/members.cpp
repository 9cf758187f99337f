#include "transform/members.hpp"

#include <algorithm>
#include <utility>

namespace billhouse {

namespace {

enum Kind : std::size_t { kBillingAccounts, kSubAccounts, kServices, kSkus, kChargeTypes, kCurrencies };

using OptionalView = std::optional<std::string_view>;

OptionalView view(LineValues const& values, std::size_t column) {
    return values[column].present ? OptionalView(values[column].text) : std::nullopt;
}

Text text(LineValues const& values, std::size_t column) {
    return values[column].present ? Text(values[column].text) : std::nullopt;
}

std::string text_or(LineValues const& values, std::size_t column, std::string_view otherwise) {
    return std::string(values[column].present ? values[column].text : otherwise);
}

bool is_same(std::optional<std::string> const& kept, OptionalView const& part) {
    return kept.has_value() == part.has_value() && (!part || *kept == *part);
}

} // namespace

template <class Member, class Make>
MemberIndex MemberBook::intern(Index& index, Parts parts, std::vector<Member>& members, Make const& make) {
    if (index.last != kNone && std::ranges::equal(index.last_parts, parts, is_same)) return index.last;
    key_.cut(0);
    for (auto const& part : parts)
        key_.add(part);
    auto place = index.known.find(key_.canonical());
    if (place == index.known.end()) {
        place = index.known.emplace(key_.canonical(), static_cast<MemberIndex>(members.size())).first;
        members.push_back(make());
    }
    index.last_parts.resize(parts.size());
    std::ranges::copy(parts, index.last_parts.begin());
    index.last = place->second;
    return index.last;
}

MemberIndex MemberBook::billing_account(LineValues const& values) {
    constexpr auto kId = line_column("billing_account_id"), kName = line_column("billing_account_name");
    if (!values[kId].present) return kNone;
    return intern(indexes_[kBillingAccounts], {view(values, kId), view(values, kName)},
                  members_.billing_accounts, [&] {
                      return BillingAccount{text_or(values, kId, ""), text(values, kName)};
                  });
}

MemberIndex MemberBook::sub_account(LineValues const& values) {
    constexpr auto kType = line_column("sub_account_type"), kId = line_column("sub_account_id"),
                   kName = line_column("sub_account_name");
    if (!values[kId].present) return values[kType].present ? kUnknown : kNone;
    return intern(indexes_[kSubAccounts], {view(values, kType), view(values, kId), view(values, kName)},
                  members_.sub_accounts, [&] {
                      return SubAccount{text_or(values, kType, "Account"), text_or(values, kId, ""),
                                        text(values, kName)};
                  });
}

MemberIndex MemberBook::service(LineValues const& values) {
    constexpr auto kCode = line_column("service_code"), kName = line_column("service_name"),
                   kCategory = line_column("service_category"),
                   kSubcategory = line_column("service_subcategory");
    if (!values[kCode].present) return kNone;
    return intern(
        indexes_[kServices],
        {view(values, kCode), view(values, kName), view(values, kCategory), view(values, kSubcategory)},
        members_.services, [&] {
            return Service{text_or(values, kCode, ""), text_or(values, kName, values[kCode].text),
                           text_or(values, kCategory, "Other"),
                           text_or(values, kSubcategory, "Other (Other)")};
        });
}

MemberIndex MemberBook::sku(LineValues const& values, MemberIndex service) {
    constexpr auto kCode = line_column("sku_code"), kName = line_column("sku_name"),
                   kMeter = line_column("meter_name"), kPricing = line_column("pricing_unit"),
                   kConsumed = line_column("consumed_unit");
    if (!values[kCode].present) return kNone;
    auto const service_text = std::to_string(service);
    return intern(indexes_[kSkus],
                  {service_text, view(values, kCode), view(values, kName), view(values, kMeter),
                   view(values, kPricing), view(values, kConsumed)},
                  members_.skus, [&] {
                      return Sku{service,
                                 text_or(values, kCode, ""),
                                 text(values, kName),
                                 text(values, kMeter),
                                 text_or(values, kPricing, "Units"),
                                 text_or(values, kConsumed, "Units")};
                  });
}

MemberIndex MemberBook::charge_type(LineValues const& values, std::string_view line_kind) {
    constexpr auto kCategory = line_column("charge_category"), kClass = line_column("charge_class"),
                   kFrequency = line_column("charge_frequency"), kPricing = line_column("pricing_category"),
                   kCycle = line_column("billing_cycle"), kCommodity = line_column("commodity_category"),
                   kMethod = line_column("billing_method"), kThirdParty = line_column("third_party_billed");
    bool const third_party = values[kThirdParty].present && values[kThirdParty].flag;
    return intern(indexes_[kChargeTypes],
                  {view(values, kCategory), view(values, kClass), view(values, kFrequency),
                   view(values, kPricing), view(values, kCycle), view(values, kCommodity),
                   view(values, kMethod), line_kind, third_party ? "true" : "false"},
                  members_.charge_types, [&] {
                      return ChargeType{text_or(values, kCategory, ""),
                                        text_or(values, kClass, ""),
                                        text_or(values, kFrequency, ""),
                                        text_or(values, kPricing, "Standard"),
                                        text_or(values, kCycle, ""),
                                        text_or(values, kCommodity, ""),
                                        text_or(values, kMethod, ""),
                                        std::string(line_kind),
                                        third_party};
                  });
}

MemberIndex MemberBook::currency(LineValues const& values) {
    constexpr auto kCode = line_column("currency_code");
    return intern(indexes_[kCurrencies], {view(values, kCode)}, members_.currencies,
                  [&] { return text_or(values, kCode, ""); });
}

MemberBook::Mark MemberBook::mark() const {
    return {members_.billing_accounts.size(), members_.sub_accounts.size(),
            members_.services.size(),         members_.skus.size(),
            members_.charge_types.size(),     members_.currencies.size()};
}

void MemberBook::roll_back(Mark const& mark) {
    members_.billing_accounts.resize(mark[kBillingAccounts]);
    members_.sub_accounts.resize(mark[kSubAccounts]);
    members_.services.resize(mark[kServices]);
    members_.skus.resize(mark[kSkus]);
    members_.charge_types.resize(mark[kChargeTypes]);
    members_.currencies.resize(mark[kCurrencies]);
    for (std::size_t kind = 0; kind < indexes_.size(); ++kind) {
        auto const is_gone = [&](auto const& entry) {
            return static_cast<std::size_t>(entry.second) >= mark[kind];
        };
        std::erase_if(indexes_[kind].known, is_gone);
        indexes_[kind].last = kNone;
    }
}

DimensionMembers MemberBook::take() {
    indexes_ = {};
    return std::exchange(members_, {});
}

} // namespace billhouse
