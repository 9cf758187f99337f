#pragma once

#include "support/sample_vendor/calendar.hpp"

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace billhouse::vendor {

/// A row of one vendor: the day it is dated and its number within that day.
using RowId = std::pair<Date, std::uint32_t>;

/// What the control interface changed after the fact. A model lays it over the rows that its seed gives.
class Amendments {
public:
    void restate(RowId row) { ++revisions_[row]; }
    void remove(RowId row) { removed_.insert(row); }
    /// A row that was not there before. @returns its number, counted over all days from 0
    std::uint32_t add_late(Date day);
    /// From charge day `from` on the account bears another name.
    void rename(std::string account, Date from, std::string name);

    /// How often a row was restated: 0 = as first billed.
    int revision(RowId row) const;
    bool removed(RowId row) const { return removed_.contains(row); }
    std::vector<std::uint32_t> const& late_rows(Date day) const;
    std::vector<std::pair<Date, std::uint32_t>> const& all_late_rows() const { return late_order_; }
    /// The name on a charge of `day`: the latest renaming that reaches it, else `original`.
    std::string name_of(std::string_view account, Date day, std::string_view original) const;

private:
    struct Renaming {
        std::string account;
        Date from;
        std::string name;
    };
    std::map<RowId, int> revisions_;
    std::set<RowId> removed_;
    std::map<Date, std::vector<std::uint32_t>> late_;
    std::vector<std::pair<Date, std::uint32_t>> late_order_;
    std::vector<Renaming> renamings_;
};

/// Restatement without anybody asking: what a vendor's own corrections did to a row by a given day.
struct Correction {
    int revisions = 0;
    bool removed = false;
};

/// On each of the five days after a row first shows it may be corrected, with `permille` in a thousand; one
/// correction in eight takes it away.
Correction corrections_by(Date today, Date first_shown, RowId row, std::uint64_t seed, int permille);

} // namespace billhouse::vendor
