#include "support/sample_vendor/amendments.hpp"

#include "support/sample_vendor/draw.hpp"

namespace billhouse::vendor {

std::uint32_t Amendments::add_late(Date day) {
    auto const number = static_cast<std::uint32_t>(late_order_.size());
    late_[day].push_back(number);
    late_order_.emplace_back(day, number);
    return number;
}

void Amendments::rename(std::string account, Date from, std::string name) {
    renamings_.push_back({std::move(account), from, std::move(name)});
}

int Amendments::revision(RowId row) const {
    auto const found = revisions_.find(row);
    return found == revisions_.end() ? 0 : found->second;
}

std::vector<std::uint32_t> const& Amendments::late_rows(Date day) const {
    static std::vector<std::uint32_t> const none;
    auto const found = late_.find(day);
    return found == late_.end() ? none : found->second;
}

std::string Amendments::name_of(std::string_view account, Date day, std::string_view original) const {
    for (auto renaming = renamings_.rbegin(); renaming != renamings_.rend(); ++renaming)
        if (renaming->account == account && day >= renaming->from) return renaming->name;
    return std::string(original);
}

Correction corrections_by(Date today, Date first_shown, RowId row, std::uint64_t seed, int permille) {
    Correction correction;
    for (int day = 1; day <= 5 && !correction.removed; ++day) {
        if (today < first_shown + std::chrono::days(day)) break;
        Draw draw(seed,
                  {purpose::kRestate, number_of(row.first), row.second, static_cast<std::uint64_t>(day)});
        if (draw.between(1, 1000) > permille) continue;
        correction.removed = draw.one_in(8);
        ++correction.revisions;
    }
    return correction;
}

} // namespace billhouse::vendor
