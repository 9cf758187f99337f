#include "support/sample_vendor/guance_model.hpp"

#include "support/sample_vendor/draw.hpp"
#include "support/sample_vendor/guance_pricing.hpp"

#include <algorithm>

namespace billhouse::vendor {

namespace {

using namespace std::chrono;

constexpr std::string_view kUsage = "Pay-as-you-go", kSubscription = "Annual/Monthly subscription";

// A row's number says what it is: workspace, item, and which of the item's rows.
constexpr std::uint32_t kTwinBit = 1, kSubscriptionBit = 2, kPerItem = 4, kPerWorkspace = 64 * kPerItem,
                        kOrganisation = 1'000'000, kLate = 2'000'000;

std::int64_t milliseconds_at(Date day, std::int64_t seconds_of_day) {
    return duration_cast<milliseconds>(day.time_since_epoch()).count() + seconds_of_day * 1000;
}

std::int64_t discount_of(std::uint64_t seed, Workspace const& workspace) {
    Draw draw(seed, {purpose::kSettlement, workspace.index});
    return draw.one_in(2) ? 0 : draw.between(1, 4) * 50;
}

} // namespace

GuanceModel::GuanceModel(GuanceSettings settings) : settings_(std::move(settings)) {
    for (std::uint32_t index = 0; index < settings_.workspaces; ++index)
        workspaces_.push_back(make_workspace(settings_.seed, index));
}

std::vector<GuanceRow> GuanceModel::rows(Date day, Date today) const {
    std::vector<GuanceRow> rows;
    if (day >= today || day < settings_.from || day > settings_.last) return rows;
    for (Workspace const& workspace : workspaces_)
        if (day >= workspace.first_day && day <= workspace.last_day) add_workspace_rows(workspace, day, rows);
    rows.push_back(organisation_row(day));
    for (std::uint32_t const number : amendments_.late_rows(day))
        rows.push_back(late_row(day, number));
    correct(rows, today);
    for (GuanceRow& row : rows)
        price(row);
    return rows;
}

void GuanceModel::add_workspace_rows(Workspace const& workspace, Date day,
                                     std::vector<GuanceRow>& rows) const {
    for (std::uint32_t item = 0; item < guance_items().size(); ++item) {
        if (!uses_item(settings_.seed, workspace, item)) continue;
        rows.push_back(usage_row(workspace, item, day));
        add_twins(GuanceRow(rows.back()), item, rows);
    }
    if (workspace.has_subscription) add_subscription(workspace, day, rows);
}

GuanceRow GuanceModel::usage_row(Workspace const& workspace, std::uint32_t item, Date day) const {
    GuanceItem const& sold = guance_items()[item];
    GuanceRow row;
    row.number = workspace.index * kPerWorkspace + item * kPerItem;
    row.day = day;
    row.workspace_uuid = workspace.uuid;
    row.workspace_name = amendments_.name_of(workspace.uuid, day, workspace.name);
    row.item_code = sold.code;
    row.item_name = sold.name;
    row.cycle = item == kSms ? "Single" : "Day";
    row.category = kUsage;
    row.platform = workspace.platform;
    row.customer = workspace.customer;
    row.pricing = {sold.block, sold.price, sold.places, discount_of(settings_.seed, workspace),
                   workspace.settlement};
    row.count = daily_count(settings_.seed, workspace, item, day);
    row.amounts_as_text = workspace.amounts_as_text;
    return row;
}

// Rows of equal identity. Logs kept longer cost more and come as a second row; messages of one day may come
// as two rows that are equal in every byte.
void GuanceModel::add_twins(GuanceRow const& row, std::uint32_t item, std::vector<GuanceRow>& rows) const {
    Draw draw(settings_.seed, {purpose::kTwin, row.number, item == kLogCount ? 0 : number_of(row.day)});
    bool const second_tier = item == kLogCount && draw.one_in(4);
    bool const repeated = item == kSms && draw.one_in(6);
    if (!second_tier && !repeated) return;
    GuanceRow twin = row;
    twin.number += kTwinBit;
    if (second_tier) {
        twin.pricing.price = share(row.pricing.price, 1500, 2);
        twin.count = share(row.count, 300, 0);
        rows.back().consumed_at = milliseconds_at(row.day, 86'100);
        twin.consumed_at = milliseconds_at(row.day, 86'160);
    }
    rows.push_back(std::move(twin));
}

void GuanceModel::add_subscription(Workspace const& workspace, Date day, std::vector<GuanceRow>& rows) const {
    year_month_day const today(day), start(workspace.first_day);
    bool const yearly = workspace.index % 3 == 0;
    if (today.day() != std::chrono::day(1) || (yearly && today.month() != start.month())) return;
    GuanceRow row = usage_row(workspace, kNetworkHost, day);
    row.number += kSubscriptionBit;
    row.cycle = yearly ? "Year" : "Month";
    row.category = kSubscription;
    row.pricing.price = {yearly ? 540 * kMicros : 50 * kMicros};
    row.count = {(workspace.size / 50 + 1) * kMicros};
    row.consumed_at = milliseconds_at(day, 300);
    rows.push_back(std::move(row));
}

// Usage that belongs to no workspace: both workspace fields are "None", as in the published sample.
GuanceRow GuanceModel::organisation_row(Date day) const {
    GuanceRow row = usage_row(make_workspace(settings_.seed, kOrganisation), kTaskCall, day);
    row.number = kOrganisation;
    row.workspace_uuid.clear();
    row.workspace_name.clear();
    row.pricing.discount = 0;
    row.pricing.settlement = Settlement::unreported;
    row.platform.clear();
    row.customer.clear();
    row.amounts_as_text = false;
    return row;
}

GuanceRow GuanceModel::late_row(Date day, std::uint32_t number) const {
    Draw draw(settings_.seed, {purpose::kLate, number_of(day), number});
    auto const item = static_cast<std::uint32_t>(draw.next() % guance_items().size());
    GuanceRow row = usage_row(workspaces_[draw.next() % workspaces_.size()], item, day);
    row.number = kLate + number;
    row.consumed_at = milliseconds_at(day, draw.between(0, 86'399));
    row.count += Amount{kMicros};
    return row;
}

void GuanceModel::correct(std::vector<GuanceRow>& rows, Date today) const {
    std::erase_if(rows, [&](GuanceRow& row) {
        RowId const id(row.day, row.number);
        Correction const own =
            corrections_by(today, row.day + days(1), id, settings_.seed, settings_.restate_permille);
        row.count = restated_count(settings_.seed, row, own.revisions + amendments_.revision(id));
        return own.removed || amendments_.removed(id);
    });
}

Ledger GuanceModel::ledger(Date from, Date to, Date today) const {
    Ledger ledger;
    Date const end = std::min(to, today);
    for (Date day = std::max(from, settings_.from); day <= end; day += days(1))
        for (GuanceRow const& row : rows(day, today)) {
            Ledger::Entry& entry = ledger.at(day, settings_.currency);
            ++entry.rows;
            add_sums(entry,
                     {{"list", row.list}, {"billed", row.billed}, {"discount", row.list - row.billed}});
            add_sums(entry, {{"deduction", row.deduction.value_or(Amount())},
                             {"coupon", row.coupon.value_or(Amount())},
                             {"stored", row.stored.value_or(Amount())},
                             {"cash", row.cash.value_or(Amount())},
                             {"marketplace", row.marketplace.value_or(Amount())},
                             {"unpaid", row.unpaid.value_or(Amount())}});
        }
    return ledger;
}

} // namespace billhouse::vendor
