#include "load/dimension_keys.hpp"

#include "load/dimension.hpp"

#include "load_sql.hpp"

#include <set>
#include <tuple>

namespace billhouse {

namespace {

constexpr std::int64_t kUnknown = -1;

Statements const kBillingAccounts{
    load_sql::read_billing_accounts, load_sql::add_billing_accounts, {&load_sql::describe_billing_accounts}};
Statements const kSubAccounts{
    load_sql::read_sub_accounts,
    load_sql::add_sub_accounts,
    {&load_sql::lock_sub_accounts, &load_sql::write_sub_account_versions, &load_sql::describe_sub_accounts},
    &load_sql::hold_known_sub_accounts,
    &load_sql::widen_sub_account_versions};
Statements const kServices{load_sql::read_services, load_sql::add_services, {&load_sql::describe_services}};
Statements const kSkus{load_sql::read_skus,
                       load_sql::add_skus,
                       {&load_sql::lock_skus, &load_sql::write_sku_versions, &load_sql::describe_skus},
                       &load_sql::hold_known_skus,
                       &load_sql::widen_sku_versions};
Statements const kChargeTypes{load_sql::read_charge_types, load_sql::add_charge_types, {}};

/// A SKU's natural key holds its service's key, so services come first.
struct SkuOfService {
    std::int64_t service_key;
    Sku sku;
    friend auto operator<=>(SkuOfService const& a, SkuOfService const& b) {
        return std::tie(a.service_key, a.sku.code, a.sku.name, a.sku.meter_name, a.sku.pricing_unit,
                        a.sku.consumed_unit) <=> std::tie(b.service_key, b.sku.code, b.sku.name,
                                                          b.sku.meter_name, b.sku.pricing_unit,
                                                          b.sku.consumed_unit);
    }
};

void describe(JsonRows& rows, BillingAccount const& account) {
    rows.text("id", account.id);
    rows.text("name", account.name);
}

/// As etl.identity_key() makes it of the name; made here, for hundreds of members a slice cost the server
/// more than their lines.
std::string version_of(Text const& name) {
    IdentityKey key;
    key.add(name);
    return to_string(key.uuid());
}

void describe(JsonRows& rows, SubAccount const& account) {
    rows.text("type", account.type);
    rows.text("id", account.id);
    rows.text("name", account.name);
    rows.text("version", version_of(account.name));
}

std::string_view either(std::string const& value, std::string_view otherwise) {
    return value.empty() ? otherwise : value;
}

void describe(JsonRows& rows, Service const& service) {
    rows.text("code", service.code);
    rows.text("name", either(service.name, service.code));
    rows.text("category", either(service.category, "Other"));
    rows.text("subcategory", either(service.subcategory, "Other (Other)"));
}

void describe_measure(JsonRows& rows, SkuOfService const& wanted) {
    rows.text("meter", wanted.sku.meter_name);
    rows.text("pricing_unit", either(wanted.sku.pricing_unit, "Units"));
    rows.text("consumed_unit", either(wanted.sku.consumed_unit, "Units"));
}

void describe(JsonRows& rows, SkuOfService const& wanted) {
    rows.integer("service_key", wanted.service_key);
    rows.text("code", wanted.sku.code);
    rows.text("name", wanted.sku.name);
    rows.text("version", version_of(wanted.sku.name));
    describe_measure(rows, wanted);
}

void describe(JsonRows& rows, ChargeType const& type) {
    rows.text("charge_category", type.charge_category);
    rows.text("charge_class", type.charge_class);
    rows.text("charge_frequency", type.charge_frequency);
    rows.text("pricing_category", either(type.pricing_category, "Standard"));
    rows.text("billing_cycle", type.billing_cycle);
    rows.text("commodity_category", type.commodity_category);
    rows.text("billing_method", type.billing_method);
    rows.text("line_kind", either(type.line_kind, "item"));
    rows.boolean("third_party_billed", type.third_party_billed);
}

/// The dates on which lines have each member of one kind; empty for members that no line of the batch names.
template <class Members>
std::vector<Range> ranges(StarRows const& rows, Members const& members, MemberIndex LineMembers::*member) {
    std::vector<Range> ranges(members.size());
    for (auto const& line : rows.lines.heads()) {
        auto const index = rows.lines.members(line).*member;
        if (is_named(index)) ranges.at(static_cast<std::size_t>(index)).include(line.charge_date());
    }
    return ranges;
}

/// Members that only a document's header names are dated by its period.
void include_documents(std::vector<Range>& ranges, StarRows const& rows,
                       MemberIndex BillingDocument::*member) {
    for (auto const& document : rows.documents) {
        if (!is_named(document.*member)) continue;
        auto& range = ranges.at(static_cast<std::size_t>(document.*member));
        if (range.empty()) range.include(document.period_start);
    }
}

} // namespace

struct DimensionKeys::Impl {
    explicit Impl(std::int64_t source_key)
        : billing_accounts(kBillingAccounts, &describe, source_key),
          sub_accounts(kSubAccounts, &describe, source_key), services(kServices, &describe, source_key),
          skus(kSkus, &describe, source_key, &describe_measure),
          charge_types(kChargeTypes, &describe, source_key) {}

    Dimension<BillingAccount> billing_accounts;
    Dimension<SubAccount> sub_accounts;
    Dimension<Service> services;
    Dimension<SkuOfService> skus;
    Dimension<ChargeType> charge_types;
    std::set<std::string> currencies;

    void resolve_accounts(PgSession& session, StarRows const& rows, ResolvedMembers& resolved);
    void resolve_products(PgSession& session, StarRows const& rows, ResolvedMembers& resolved);
    void resolve_charge_types(PgSession& session, StarRows const& rows, ResolvedMembers& resolved);
    void add_currencies(PgSession& session, StarRows const& rows);
};

namespace {

/// Looks up all members that have a date. @param key  what a member is known by, nullopt where it has no key
/// to be known by
template <class Kind, class Members, class Key>
std::vector<KnownMember> look_up(PgSession& session, Dimension<Kind>& dimension, Members const& members,
                                 std::vector<Range> const& dates, bool dated, Key key) {
    auto const each = [&](auto act) {
        for (std::size_t i = 0; i < members.size(); ++i)
            if (!dates[i].empty())
                if (auto const known_by = key(members[i])) act(i, *known_by);
    };
    each([&](std::size_t i, Kind const& member) { dimension.want(member, dated ? dates[i] : Range{}); });
    dimension.fetch(session);
    std::vector<KnownMember> found(members.size(), {kUnknown, kUnknown, {}});
    each([&](std::size_t i, Kind const& member) { found[i] = dimension.at(member); });
    return found;
}

std::vector<std::int64_t> keys_of(std::vector<KnownMember> const& members, std::int64_t KnownMember::*which) {
    std::vector<std::int64_t> keys;
    for (auto const& member : members)
        keys.push_back(member.*which);
    return keys;
}

} // namespace

void DimensionKeys::Impl::resolve_accounts(PgSession& session, StarRows const& rows,
                                           ResolvedMembers& resolved) {
    auto dates = ranges(rows, rows.members.billing_accounts, &LineMembers::billing_account);
    include_documents(dates, rows, &BillingDocument::billing_account);
    auto const payers =
        look_up(session, billing_accounts, rows.members.billing_accounts, dates, false,
                [](BillingAccount const& a) { return a.id.empty() ? std::nullopt : std::optional(a); });
    resolved.billing_accounts = keys_of(payers, &KnownMember::key);

    dates = ranges(rows, rows.members.sub_accounts, &LineMembers::sub_account);
    include_documents(dates, rows, &BillingDocument::sub_account);
    auto const units =
        look_up(session, sub_accounts, rows.members.sub_accounts, dates, true,
                [](SubAccount const& a) { return a.id.empty() ? std::nullopt : std::optional(a); });
    resolved.sub_accounts = keys_of(units, &KnownMember::key);
    resolved.sub_account_versions = keys_of(units, &KnownMember::version_key);
}

void DimensionKeys::Impl::resolve_products(PgSession& session, StarRows const& rows,
                                           ResolvedMembers& resolved) {
    auto const& members = rows.members;
    auto const found =
        look_up(session, services, members.services, ranges(rows, members.services, &LineMembers::service),
                true, [](Service const& s) { return s.code.empty() ? std::nullopt : std::optional(s); });
    resolved.services = keys_of(found, &KnownMember::key);

    auto const known_by = [&](Sku const& sku) -> std::optional<SkuOfService> {
        if (sku.code.empty()) return std::nullopt;
        // A vendor with one product may name no service: its SKUs are those of the unknown one, not unknown.
        constexpr std::int64_t kUnknownService = -1;
        return SkuOfService{is_named(sku.service)
                                ? resolved.services.at(static_cast<std::size_t>(sku.service))
                                : kUnknownService,
                            sku};
    };
    auto const items =
        look_up(session, skus, members.skus, ranges(rows, members.skus, &LineMembers::sku), true, known_by);
    resolved.skus = keys_of(items, &KnownMember::key);
    resolved.sku_versions = keys_of(items, &KnownMember::version_key);
}

void DimensionKeys::Impl::resolve_charge_types(PgSession& session, StarRows const& rows,
                                               ResolvedMembers& resolved) {
    auto const dates = ranges(rows, rows.members.charge_types, &LineMembers::charge_type);
    auto const found = look_up(session, charge_types, rows.members.charge_types, dates, false,
                               [](ChargeType const& type) { return std::optional(type); });
    resolved.charge_types = keys_of(found, &KnownMember::key);
}

void DimensionKeys::Impl::add_currencies(PgSession& session, StarRows const& rows) {
    std::set<std::string> fresh;
    auto const note = [&](MemberIndex index) {
        auto const& code = rows.members.currencies.at(static_cast<std::size_t>(index));
        if (!currencies.contains(code)) fresh.insert(code);
    };
    for (auto const& line : rows.lines.heads())
        note(rows.lines.members(line).currency);
    for (auto const& document : rows.documents)
        note(document.currency);
    if (fresh.empty()) return;
    JsonRows json;
    for (auto const& code : fresh) {
        json.begin_row();
        json.text("code", code);
    }
    session.run(load_sql::add_currencies, {json.finish()});
    currencies.merge(fresh);
}

DimensionKeys::DimensionKeys(std::int64_t source_key) : impl_(std::make_unique<Impl>(source_key)) {}

DimensionKeys::~DimensionKeys() = default;

ResolvedMembers DimensionKeys::resolve(PgSession& session, StarRows const& rows) {
    ResolvedMembers resolved;
    impl_->resolve_accounts(session, rows, resolved);
    impl_->resolve_products(session, rows, resolved);
    impl_->resolve_charge_types(session, rows, resolved);
    impl_->add_currencies(session, rows);
    return resolved;
}

void DimensionKeys::forget() {
    impl_->billing_accounts.forget();
    impl_->sub_accounts.forget();
    impl_->services.forget();
    impl_->skus.forget();
    impl_->charge_types.forget();
    impl_->currencies.clear();
}

} // namespace billhouse
