#pragma once

#include "base/decimal.hpp"
#include "job/star_columns.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

namespace billhouse {

/// A line's measures, each exact or absent. A slice's lines are held in memory and nearly every coefficient
/// fits 64 bits, so the upper halves are there only where one does not.
class Measures {
public:
    std::optional<Decimal> operator[](std::size_t place) const {
        if (forms_[place] == kAbsent) return std::nullopt;
        auto const form = forms_[place];
        auto const upper = uppers_.empty() ? 0 : uppers_[place];
        return Decimal::of_parts(form < 0, Uint128{upper} << 64 | lowers_[place], form < 0 ? ~form : form);
    }

    void set(std::size_t place, std::optional<Decimal> const& value) {
        auto const scale = static_cast<std::int8_t>(value ? value->scale() : kAbsent);
        forms_[place] = value && value->is_negative() ? static_cast<std::int8_t>(~scale) : scale;
        auto const coefficient = value ? value->coefficient() : 0;
        lowers_[place] = static_cast<std::uint64_t>(coefficient);
        auto const upper = static_cast<std::uint64_t>(coefficient >> 64);
        if (upper != 0) uppers_.resize(kMeasureCount);
        if (!uppers_.empty()) uppers_[place] = upper;
    }

    class Iterator {
    public:
        Iterator(Measures const& measures, std::size_t place) : measures_(&measures), place_(place) {}
        std::optional<Decimal> operator*() const { return (*measures_)[place_]; }
        Iterator& operator++() {
            ++place_;
            return *this;
        }
        bool operator==(Iterator const&) const = default;

    private:
        Measures const* measures_;
        std::size_t place_;
    };
    Iterator begin() const { return {*this, 0}; }
    Iterator end() const { return {*this, kMeasureCount}; }

private:
    static constexpr std::int8_t kAbsent = Decimal::kMaxScale + 1;
    static_assert(Decimal::kMaxScale < 127);

    std::array<std::uint64_t, kMeasureCount> lowers_{};
    std::array<std::int8_t, kMeasureCount> forms_ = [] { ///< the scale, or its complement below zero
        std::array<std::int8_t, kMeasureCount> none;
        none.fill(kAbsent);
        return none;
    }();
    std::vector<std::uint64_t> uppers_;
};

} // namespace billhouse
