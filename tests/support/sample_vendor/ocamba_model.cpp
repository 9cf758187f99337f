#include "support/sample_vendor/ocamba_model.hpp"

#include "support/sample_vendor/draw.hpp"

#include <algorithm>
#include <tuple>

namespace billhouse::vendor {

namespace {

using namespace std::chrono;

// A document's number: app and cycle; its id is that number. Late ones are counted apart.
constexpr std::uint32_t kFirstId = 1'000'000, kCyclesPerApp = 1000, kLate = 900'000'000;

std::int64_t usage(std::uint64_t seed, App const& app, std::size_t line, LineTemplate const& sold, Date from,
                   Date until) {
    std::int64_t quantity = 0;
    for (Date day = from; day < until; day += days(1)) {
        Draw draw(seed, {purpose::kUsage, app.index, line, number_of(day)});
        std::int64_t const weekday = is_weekend(day) ? 730 : 1000;
        quantity += sold.daily * app.size / 1000 * weekday / 1000 * draw.between(850, 1150) / 1000;
    }
    return quantity;
}

void price(UsageLine& line, std::int64_t discount_rate) {
    line.price = rounded({line.quantity * line.unit_price.micros}, 2);
    line.discount = share(line.price, discount_rate * 10, 2);
    line.tax =
        share(line.price - line.discount, kTaxPercent * 10, 6); // exact: a fifth of cents has three decimals
    line.amount = line.price - line.discount + line.tax;
}

void add_up(UsageDocument& document) {
    for (UsageLine const& line : document.lines) {
        document.price += line.price;
        document.discount += line.discount;
        document.tax += line.tax;
        document.amount += line.amount;
    }
}

void set_usage_percent(UsageDocument& document) {
    auto const sold = lines_of(document.app->billing);
    for (std::size_t i = 0; i < sold.size(); ++i) {
        if (sold[i].included == 0) continue;
        Amount const percent = rounded({document.lines[i].quantity * 100 * kMicros / sold[i].included}, 2);
        document.usage_percent = std::min(percent, Amount{100 * kMicros});
        document.limit_reached = percent.micros >= 110 * kMicros;
    }
}

} // namespace

OcambaModel::OcambaModel(OcambaSettings settings) : settings_(settings) {
    for (std::uint32_t index = 0; index < settings_.apps; ++index)
        apps_.push_back(make_app(settings_.seed, index));
}

std::vector<UsageDocument> OcambaModel::documents(Date today) const {
    std::vector<UsageDocument> documents;
    for (App const& app : apps_)
        add_cycles(app, today, documents);
    for (auto const& [start, number] : amendments_.all_late_rows()) {
        App const& app = apps_[number % apps_.size()];
        if (auto late = document(app, {start, kLate + number}, start + days(29), today))
            documents.push_back(*std::move(late));
    }
    std::sort(documents.begin(), documents.end(), [](UsageDocument const& a, UsageDocument const& b) {
        return std::tie(a.start, a.row.second) < std::tie(b.start, b.row.second);
    });
    return documents;
}

void OcambaModel::add_cycles(App const& app, Date today, std::vector<UsageDocument>& documents) const {
    int cycle = std::max(0, months_between(app.first_start, settings_.from) - 1);
    Date const last = std::min(today, settings_.last);
    for (Date start = months_later(app.first_start, cycle); start <= last; ++cycle) {
        Date const next = months_later(app.first_start, cycle + 1);
        std::uint32_t const number = kFirstId + app.index * kCyclesPerApp + static_cast<std::uint32_t>(cycle);
        if (start >= settings_.from)
            if (auto found = document(app, {start, number}, next - days(1), today))
                documents.push_back(*std::move(found));
        start = next;
    }
}

std::optional<UsageDocument> OcambaModel::document(App const& app, RowId row, Date end, Date today) const {
    Correction const own =
        corrections_by(today, end + days(1), row, settings_.seed, settings_.restate_permille);
    if (row.first > today || own.removed || amendments_.removed(row)) return std::nullopt;
    UsageDocument document;
    document.id = std::to_string(row.second);
    document.row = row;
    document.app = &app;
    document.app_title = amendments_.name_of(app.id, row.first, app.title);
    document.start = row.first;
    document.end = end;
    document.updated = std::min(today, end + days(1 + own.revisions));
    int const revisions = own.revisions + amendments_.revision(row);
    document.lines = lines(app, row.first, std::min(today, end + days(1)), revisions);
    add_up(document);
    set_usage_percent(document);
    return document;
}

std::vector<UsageLine> OcambaModel::lines(App const& app, Date start, Date until, int revisions) const {
    std::vector<UsageLine> lines;
    for (LineTemplate const& sold : lines_of(app.billing)) {
        UsageLine line;
        line.name = sold.name;
        line.description = sold.description;
        line.unit_price = sold.unit_price;
        line.quantity = sold.daily == 0 ? 1 : usage(settings_.seed, app, lines.size(), sold, start, until);
        line.quantity += revisions * std::max<std::int64_t>(1, sold.daily * 2);
        price(line, app.discount_rate);
        lines.push_back(line);
    }
    return lines;
}

Ledger OcambaModel::ledger(Date from, Date to, Date today) const {
    Ledger ledger;
    for (UsageDocument const& document : documents(today)) {
        if (document.start < from || document.start > to) continue;
        Ledger::Entry& entry = ledger.at(document.start, document.app->currency);
        ++entry.documents;
        entry.rows += document.lines.size();
        add_sums(entry, {{"price", document.price}, {"discount", document.discount}});
        add_sums(entry, {{"tax", document.tax}, {"amount", document.amount}});
        if (document.has_line_money()) continue;
        add_sums(entry, {{"header_price", document.price}, {"header_discount", document.discount}});
        add_sums(entry, {{"header_amount", document.amount}});
    }
    return ledger;
}

} // namespace billhouse::vendor
