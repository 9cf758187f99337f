#include "support/sample_vendor/ledger.hpp"

namespace billhouse::vendor {

namespace {

void add_entry(Ledger::Entry& to, Ledger::Entry const& entry) {
    to.rows += entry.rows;
    to.documents += entry.documents;
    for (auto const& [name, sum] : entry.sums)
        to.sums[name] += sum;
}

} // namespace

std::map<Ledger::Key, Ledger::Entry> Ledger::months() const {
    std::map<Key, Entry> months;
    for (auto const& [key, entry] : days_)
        add_entry(months[{first_of_month(key.first), key.second}], entry);
    return months;
}

std::map<Ledger::Key, Ledger::Entry> Ledger::totals() const {
    std::map<Key, Entry> totals;
    for (auto const& [key, entry] : days_)
        add_entry(totals[{Date(), key.second}], entry);
    return totals;
}

void add_sums(Ledger::Entry& entry, std::initializer_list<std::pair<std::string_view, Amount>> amounts) {
    for (auto const& [name, amount] : amounts)
        entry.sums[std::string(name)] += amount;
}

} // namespace billhouse::vendor
