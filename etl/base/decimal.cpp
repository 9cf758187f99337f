#include "base/decimal.hpp"

#include <algorithm>
#include <array>

namespace billhouse {
namespace {

constexpr auto kPowers = [] {
    std::array<Uint128, Decimal::kMaxDigits + 1> powers{1};
    for (std::size_t i = 1; i < powers.size(); ++i)
        powers[i] = powers[i - 1] * 10;
    return powers;
}();
constexpr Uint128 kLowHalf = ~std::uint64_t{0}; // up to here 64-bit division does, which is ten times as fast
constexpr Uint128 kLimit = kPowers[Decimal::kMaxDigits];

// 10^38 < 2^128 < 10^39, so a number that leaves 128 bits has certainly more than 38 digits.
std::optional<Uint128> times(Uint128 a, Uint128 b) {
    Uint128 product = 0;
    if (__builtin_mul_overflow(a, b, &product)) return std::nullopt;
    return product;
}

std::optional<Uint128> times_ten_to(Uint128 coefficient, std::int64_t exponent) {
    if (coefficient == 0) return coefficient;
    if (exponent > Decimal::kMaxDigits) return std::nullopt;
    return times(coefficient, kPowers[static_cast<std::size_t>(exponent)]);
}

struct Magnitude {
    Uint128 coefficient;
    std::int64_t scale;
};

// Of a coefficient above zero.
void strip_zeros(Magnitude& value) {
    while (value.scale > 0 && value.coefficient > kLowHalf && value.coefficient % 10 == 0) {
        value.coefficient /= 10;
        --value.scale;
    }
    if (value.coefficient > kLowHalf) return;
    auto low = static_cast<std::uint64_t>(value.coefficient);
    for (; value.scale > 0 && low % 10 == 0; --value.scale)
        low /= 10;
    value.coefficient = low;
}

// Brings a magnitude to canonical form; nullopt where that does not fit.
std::optional<Magnitude> canonical(Magnitude value) {
    if (value.coefficient == 0) return Magnitude{0, 0};
    if (value.scale < 0) {
        auto const whole = times_ten_to(value.coefficient, -value.scale);
        if (!whole) return std::nullopt;
        value = {*whole, 0};
    }
    strip_zeros(value);
    if (value.coefficient >= kLimit || value.scale > Decimal::kMaxScale) return std::nullopt;
    return value;
}

bool divide_one_of(Uint128& a, Uint128& b, unsigned divisor) {
    Uint128& divisible = a % divisor == 0 ? a : b;
    if (divisible % divisor != 0) return false;
    divisible /= divisor;
    return true;
}

// Takes the factors of ten out of a x b before they are multiplied: a product that is too wide in full may
// fit without its trailing zeros, and then it must not be refused.
void cancel_tens(Uint128& a, Uint128& b, std::int64_t& scale) {
    while (scale > 0) {
        Uint128 const old_a = a;
        Uint128 const old_b = b;
        if (!divide_one_of(a, b, 2) || !divide_one_of(a, b, 5)) {
            a = old_a;
            b = old_b;
            return;
        }
        --scale;
    }
}

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

// What stands in a number's text: coefficient x 10^power.
struct Scanned {
    bool is_number = false;
    bool fits = true;
    bool negative = false;
    Uint128 coefficient = 0;
    std::int64_t power = 0;
};

// Reads in one pass and without a copy; zeros are held back until a digit follows them, so "1.000" of any
// length is 1.
class Scanner {
public:
    explicit Scanner(std::string_view text) : at_(text.data()), end_(text.data() + text.size()) {}

    Scanned scan() {
        result_.negative = at_ != end_ && *at_ == '-';
        if (result_.negative || (at_ != end_ && *at_ == '+')) ++at_;
        bool good = digits([](auto) {});
        if (good && skip('.')) good = digits([this](auto count) { result_.power -= count; });
        if (good && (skip('e') || skip('E'))) good = exponent();
        result_.power += zeros_;
        result_.is_number = good && at_ == end_;
        return result_;
    }

private:
    bool skip(char c) {
        if (at_ == end_ || *at_ != c) return false;
        ++at_;
        return true;
    }

    template <typename Counted>
    bool digits(Counted counted) {
        char const* const start = at_;
        for (; at_ != end_ && is_digit(*at_); ++at_)
            take(*at_ - '0');
        counted(at_ - start);
        return at_ != start;
    }

    void take(int digit) {
        if (digit == 0) {
            if (result_.coefficient != 0) ++zeros_;
            return;
        }
        if (significant_ + zeros_ >= Decimal::kMaxDigits) {
            result_.fits = false;
            return;
        }
        significant_ += zeros_ + 1;
        for (; zeros_ > 0; --zeros_)
            result_.coefficient *= 10;
        result_.coefficient = result_.coefficient * 10 + static_cast<unsigned>(digit);
    }

    bool exponent() {
        bool const negative = skip('-');
        if (!negative) skip('+');
        if (at_ == end_) return false;
        constexpr std::int64_t kBeyondAnyText = 1'000'000'000'000;
        std::int64_t value = 0;
        for (; at_ != end_ && is_digit(*at_); ++at_)
            value = std::min(value * 10 + (*at_ - '0'), kBeyondAnyText);
        result_.power += negative ? -value : value;
        return is_digit(at_[-1]);
    }

    char const* at_;
    char const* end_;
    Scanned result_;
    std::int64_t significant_ = 0;
    std::int64_t zeros_ = 0;
};

/// What nearly every amount is: few digits without exponent, whose coefficient 64 bits hold.
struct ShortNumber {
    bool negative = false;
    std::uint64_t coefficient = 0;
    int scale = 0;
};

/// Takes digits off the text. @returns how many
std::size_t take_digits(char const*& at, char const* end, std::uint64_t& value) {
    auto const* const start = at;
    for (; at != end && is_digit(*at); ++at)
        value = value * 10 + static_cast<unsigned>(*at - '0');
    return static_cast<std::size_t>(at - start);
}

std::optional<ShortNumber> read_short(std::string_view text) {
    constexpr std::size_t kFitting = 19; // 10^19 < 2^64
    if (text.size() > kFitting) return std::nullopt;
    auto const *at = text.data(), *const end = at + text.size();
    ShortNumber number;
    if (at != end && *at == '-') {
        number.negative = true;
        ++at;
    }
    if (take_digits(at, end, number.coefficient) == 0) return std::nullopt;
    if (at != end && *at == '.') {
        number.scale = static_cast<int>(take_digits(++at, end, number.coefficient));
        if (number.scale == 0) return std::nullopt;
    }
    if (at != end) return std::nullopt;
    for (; number.scale > 0 && number.coefficient % 10 == 0; --number.scale)
        number.coefficient /= 10;
    return number;
}

char* write_digits(char* end, Uint128 value) {
    for (; value > kLowHalf; value /= 10)
        *--end = static_cast<char>('0' + static_cast<int>(value % 10));
    auto low = static_cast<std::uint64_t>(value);
    do {
        *--end = static_cast<char>('0' + low % 10);
        low /= 10;
    } while (low != 0);
    return end;
}

std::strong_ordering compare_magnitudes(Decimal const& a, Decimal const& b) {
    if (a.scale() > b.scale()) return 0 <=> compare_magnitudes(b, a);
    auto const aligned = times_ten_to(a.coefficient(), b.scale() - a.scale());
    return aligned ? *aligned <=> b.coefficient() : std::strong_ordering::greater;
}

} // namespace

Decimal::Decimal(std::int64_t whole)
    : low_(whole < 0 ? ~static_cast<std::uint64_t>(whole) + 1 : static_cast<std::uint64_t>(whole)),
      negative_(whole < 0) {}

std::optional<Decimal> Decimal::parse(std::string_view text) {
    if (auto const number = read_short(text))
        return Decimal(number->negative, number->coefficient, number->scale);
    auto const scanned = Scanner(text).scan();
    if (!scanned.is_number || !scanned.fits) return std::nullopt;
    auto const value = canonical({scanned.coefficient, -scanned.power});
    if (!value) return std::nullopt;
    return Decimal(scanned.negative, value->coefficient, static_cast<int>(value->scale));
}

bool Decimal::is_number(std::string_view text) {
    return Scanner(text).scan().is_number;
}

std::optional<Decimal> Decimal::add(Decimal const& a, Decimal const& b) {
    if (a.scale_ > b.scale_) return add(b, a);
    // Where the aligned number needs more than 128 bits, b (below 10^38) cannot bring the sum back under
    // 10^38.
    auto const aligned = times_ten_to(a.coefficient(), b.scale_ - a.scale_);
    if (!aligned) return std::nullopt;
    Uint128 const other = b.coefficient();
    Uint128 sum = 0;
    bool negative = a.negative_;
    if (a.negative_ == b.negative_) {
        if (__builtin_add_overflow(*aligned, other, &sum)) return std::nullopt;
    } else {
        negative = *aligned >= other ? a.negative_ : b.negative_;
        sum = *aligned >= other ? *aligned - other : other - *aligned;
    }
    auto const value = canonical({sum, b.scale_});
    if (!value) return std::nullopt;
    return Decimal(negative, value->coefficient, static_cast<int>(value->scale));
}

std::optional<Decimal> Decimal::subtract(Decimal const& a, Decimal const& b) {
    return add(a, b.negated());
}

std::optional<Decimal> Decimal::multiply(Decimal const& a, Decimal const& b) {
    Uint128 left = a.coefficient();
    Uint128 right = b.coefficient();
    std::int64_t scale = std::int64_t{a.scale_} + b.scale_;
    auto product = times(left, right);
    if (!product) {
        cancel_tens(left, right, scale);
        product = times(left, right);
    }
    if (!product) return std::nullopt;
    auto const value = canonical({*product, scale});
    if (!value) return std::nullopt;
    return Decimal(a.negative_ != b.negative_, value->coefficient, static_cast<int>(value->scale));
}

std::optional<Decimal> Decimal::shifted(int exponent) const {
    auto const value = canonical({coefficient(), std::int64_t{scale_} - exponent});
    if (!value) return std::nullopt;
    return Decimal(negative_, value->coefficient, static_cast<int>(value->scale));
}

Decimal Decimal::negated() const {
    return {!negative_, coefficient(), scale_};
}

std::string Decimal::to_string() const {
    std::array<char, kMaxText> buffer;
    return std::string(write(buffer));
}

std::string_view Decimal::write(std::array<char, kMaxText>& buffer) const {
    char* const end = buffer.data() + buffer.size();
    char* start = write_digits(end, coefficient());
    if (scale_ > 0) {
        while (end - start <= scale_)
            *--start = '0';
        char* const point = end - scale_ - 1;
        std::copy(start, point + 1, start - 1);
        --start;
        *point = '.';
    }
    if (negative_) *--start = '-';
    return {start, static_cast<std::size_t>(end - start)};
}

std::strong_ordering operator<=>(Decimal const& a, Decimal const& b) {
    if (a.negative_ != b.negative_) return b.negative_ <=> a.negative_;
    return a.negative_ ? compare_magnitudes(b, a) : compare_magnitudes(a, b);
}

} // namespace billhouse
