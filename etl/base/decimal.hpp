#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace billhouse {

__extension__ using Uint128 = unsigned __int128;

/// An exact decimal number: sign, up to 38 significant digits, scale 0..100. Money never passes through a
/// binary float. Always canonical: no trailing zeros after the point, no negative zero; so equal numbers have
/// equal fields and text.
class Decimal {
public:
    static constexpr int kMaxDigits = 38;
    static constexpr int kMaxScale = 100;
    static constexpr std::size_t kMaxText = kMaxDigits + kMaxScale + 4; ///< characters of to_string()

    constexpr Decimal() = default;
    Decimal(std::int64_t whole);
    /// From the fields of another, so canonical already.
    static Decimal of_parts(bool negative, Uint128 coefficient, int scale) {
        return {negative, coefficient, scale};
    }

    /// Reads a number as JSON writes it ("-12.50", "1E+2"), also with a leading '+' or zeros. No spaces, no
    /// grouping, no NaN.
    /// @returns nullopt where the text is no number, or does not fit kMaxDigits and kMaxScale; nothing is
    /// ever rounded
    static std::optional<Decimal> parse(std::string_view text);

    /// Whether `text` has the form of a number, be it one that fits or not: tells "not a number" from "does
    /// not fit".
    static bool is_number(std::string_view text);

    /// Exact results, or nullopt where they do not fit.
    static std::optional<Decimal> add(Decimal const& a, Decimal const& b);
    static std::optional<Decimal> subtract(Decimal const& a, Decimal const& b);
    static std::optional<Decimal> multiply(Decimal const& a, Decimal const& b);
    /// this x 10^exponent: 1234 cents shifted by -2 are 12.34.
    std::optional<Decimal> shifted(int exponent) const;

    Decimal negated() const;
    bool is_zero() const { return coefficient() == 0; }
    bool is_negative() const { return negative_; }
    /// value = (-1)^is_negative x coefficient / 10^scale
    Uint128 coefficient() const { return (Uint128{high_} << 64) | low_; }
    int scale() const { return scale_; }

    /// Plain notation, never an exponent: "-12.5", "0", "100".
    std::string to_string() const;
    /// The same into a buffer. @returns the part of it that was written
    std::string_view write(std::array<char, kMaxText>& buffer) const;

    friend bool operator==(Decimal const&, Decimal const&) = default;
    /// By value; exact also where the scales differ.
    friend std::strong_ordering operator<=>(Decimal const& a, Decimal const& b);

private:
    Decimal(bool negative, Uint128 coefficient, int scale)
        : high_(static_cast<std::uint64_t>(coefficient >> 64)), low_(static_cast<std::uint64_t>(coefficient)),
          scale_(static_cast<std::int16_t>(scale)), negative_(negative && coefficient != 0) {}

    // Two halves instead of one 128-bit field: 8-byte alignment keeps a line's fifteen amounts a third
    // smaller.
    std::uint64_t high_ = 0;
    std::uint64_t low_ = 0;
    std::int16_t scale_ = 0;
    bool negative_ = false;
};

} // namespace billhouse
