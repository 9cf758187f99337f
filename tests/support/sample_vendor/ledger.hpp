#pragma once

#include "support/sample_vendor/amount.hpp"
#include "support/sample_vendor/calendar.hpp"

#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace billhouse::vendor {

/// The vendor's own books: exact sums per day and currency, taken from its true rows and not from what it
/// sent.
class Ledger {
public:
    using Key = std::pair<Date, std::string>; ///< day, currency
    struct Entry {
        std::size_t rows = 0;      ///< billing rows (Guance) or lines (Ocamba)
        std::size_t documents = 0; ///< Ocamba only
        std::map<std::string, Amount, std::less<>> sums;
    };

    Entry& at(Date day, std::string const& currency) { return days_[{day, currency}]; }
    std::map<Key, Entry> const& days() const { return days_; }
    /// The same, added up by the first day of the month.
    std::map<Key, Entry> months() const;
    /// Added up by currency; the day in the key is the epoch.
    std::map<Key, Entry> totals() const;

private:
    std::map<Key, Entry> days_;
};

/// Adds amounts to an entry's sums of these names.
void add_sums(Ledger::Entry& entry, std::initializer_list<std::pair<std::string_view, Amount>> amounts);

} // namespace billhouse::vendor
