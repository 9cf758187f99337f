#pragma once

#include "base/decimal.hpp"
#include "job/star_columns.hpp"

#include <array>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
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

    /// Adds all values to `bytes`, in a form that only this machine reads.
    void write(std::string& bytes) const {
        bytes.append(reinterpret_cast<char const*>(forms_.data()), forms_.size());
        bytes.push_back(uppers_.empty() ? '\0' : '\1');
        for (std::size_t place = 0; place < kMeasureCount; ++place)
            if (forms_[place] != kAbsent) append(bytes, lowers_[place]);
        for (auto const upper : uppers_)
            append(bytes, upper);
    }

    /// Takes what write() added from the front of `bytes`.
    void read(std::string_view& bytes) {
        std::memcpy(forms_.data(), bytes.data(), forms_.size());
        bool const has_uppers = bytes[forms_.size()] != '\0';
        bytes.remove_prefix(forms_.size() + 1);
        for (std::size_t place = 0; place < kMeasureCount; ++place)
            lowers_[place] = forms_[place] == kAbsent ? 0 : taken(bytes);
        uppers_.resize(has_uppers ? kMeasureCount : 0);
        for (auto& upper : uppers_)
            upper = taken(bytes);
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
    static void append(std::string& bytes, std::uint64_t number) {
        bytes.append(reinterpret_cast<char const*>(&number), sizeof number);
    }
    static std::uint64_t taken(std::string_view& bytes) {
        std::uint64_t number = 0;
        std::memcpy(&number, bytes.data(), sizeof number);
        bytes.remove_prefix(sizeof number);
        return number;
    }

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
