#include "support/sample_vendor/guance_pricing.hpp"

#include "support/sample_vendor/draw.hpp"

#include <algorithm>

namespace billhouse::vendor {

namespace {

using namespace std::chrono;

constexpr std::int64_t kMicrosPerThousandth = kMicros / 1000;

bool counted_in_gigabytes(GuanceItem const& item) {
    return item.places == 6;
}

Amount list_amount(GuanceRow const& row) {
    std::int64_t const thousandths = row.count.micros / kMicrosPerThousandth;
    std::int64_t const per_block = row.pricing.block * 1000;
    std::int64_t const whole = thousandths / per_block * row.pricing.price.micros;
    std::int64_t const rest = thousandths % per_block * row.pricing.price.micros / per_block;
    return rounded({whole + rest}, row.pricing.places);
}

void settle_with_vouchers(GuanceRow& row) {
    row.coupon = share(row.billed, 120, row.pricing.places);
    row.deduction = share(row.billed, 30, row.pricing.places);
    row.stored = row.billed - *row.coupon - *row.deduction;
    row.cash = row.unpaid = Amount();
}

} // namespace

Amount daily_count(std::uint64_t seed, Workspace const& workspace, std::uint32_t item_number, Date day) {
    GuanceItem const& item = guance_items()[item_number];
    Draw draw(seed, {purpose::kQuantity, workspace.index, item_number, number_of(day)});
    if (draw.one_in(40)) return {};
    std::int64_t const age = (day - workspace.first_day).count();
    std::int64_t const growth = std::clamp<std::int64_t>(1000 + workspace.growth * age / 365, 300, 3000);
    std::int64_t count = item.daily * workspace.size / 1000 * growth / 1000;
    count = count * (is_weekend(day) ? item.weekend : 1000) / 1000 * draw.between(920, 1080) / 1000;
    if (item_number == kLogCount && draw.one_in(90)) count *= 3;
    if (!counted_in_gigabytes(item)) count = std::max<std::int64_t>(1, count / 1000) * 1000;
    return {count * kMicrosPerThousandth};
}

Amount restated_count(std::uint64_t seed, GuanceRow const& row, int revisions) {
    Amount count = row.count;
    // A row keeps its direction, so that no later version equals an earlier one.
    bool const down = Draw(seed, {purpose::kRevision, number_of(row.day), row.number}).one_in(3) &&
                      count.micros >= 1000 * kMicros;
    for (int revision = 1; revision <= revisions; ++revision) {
        Draw draw(seed,
                  {purpose::kRevision, number_of(row.day), row.number, static_cast<std::uint64_t>(revision)});
        Amount const change{share(count, draw.between(40, 300), 0).micros + kMicros};
        count = down ? count - std::min(change, count) : count + change;
    }
    return count;
}

void price(GuanceRow& row) {
    row.list = list_amount(row);
    row.billed = row.list - share(row.list, row.pricing.discount, row.pricing.places);
    switch (row.pricing.settlement) {
    case Settlement::unreported:
        break;
    case Settlement::voucher_and_prepaid:
        settle_with_vouchers(row);
        break;
    case Settlement::cash:
        row.cash = row.billed;
        row.unpaid = Amount();
        break;
    case Settlement::marketplace:
        row.marketplace = row.billed;
        break;
    case Settlement::partly_unpaid:
        row.cash = share(row.billed, 600, row.pricing.places);
        row.unpaid = row.billed - *row.cash;
        break;
    }
}

} // namespace billhouse::vendor
