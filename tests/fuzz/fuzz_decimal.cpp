#include "base/decimal.hpp"

#include "fuzz/input.hpp"
#include "fuzz/targets.hpp"
#include "support/plain_decimal.hpp"

namespace billhouse {
namespace {

std::string shown(std::optional<Decimal> const& value) {
    return value ? value->to_string() : "does not fit";
}
std::string shown(Plain const& value) {
    return fits(value) ? text_of(value) : "does not fit";
}

void hold_same(std::string const& ours, std::string const& plain, std::string const& what) {
    hold(ours == plain, what + ": " + ours + " instead of " + plain);
}

/// Reads the text both ways. @returns the number where it is one and fits
std::optional<Decimal> read(std::string_view text) {
    auto const plain = plain_parse(text);
    auto const ours = Decimal::parse(text);
    hold(Decimal::is_number(text) == plain.has_value(), "is_number: " + std::string(text));
    hold(plain || !ours, "no number, but read: " + std::string(text));
    if (!plain) return std::nullopt;
    hold_same(shown(ours), shown(*plain), std::string(text));
    if (ours) hold(Decimal::parse(ours->to_string()) == ours, "not canonical: " + ours->to_string());
    return ours;
}

void calculate(Decimal const& a, Decimal const& b) {
    auto const x = plain_parse(a.to_string()).value(), y = plain_parse(b.to_string()).value();
    auto const pair = a.to_string() + " and " + b.to_string();
    auto minus_y = y;
    minus_y.negative = !b.is_zero() && !y.negative;
    hold_same(shown(Decimal::add(a, b)), shown(plain_sum(x, y)), "sum of " + pair);
    hold_same(shown(Decimal::subtract(a, b)), shown(plain_sum(x, minus_y)), "difference of " + pair);
    hold_same(shown(Decimal::multiply(a, b)), shown(plain_product(x, y)), "product of " + pair);
    hold((a <=> b) == (plain_compare(x, y) <=> 0), "order of " + pair);
}

void shift(Decimal const& value, int exponent) {
    auto const text = value.to_string() + "e" + std::to_string(exponent);
    hold_same(shown(value.shifted(exponent)), shown(plain_parse(text).value()), "shift " + text);
}

} // namespace

void fuzz_decimal(std::uint8_t const* data, std::size_t size) {
    FuzzInput input(data, std::min<std::size_t>(size, 2000));
    auto const exponent = static_cast<int>(input.choice(256)) - 128;
    auto const a = read(input.until('\n'));
    auto const b = read(input.until('\n'));
    if (a) shift(*a, exponent);
    if (a && b) calculate(*a, *b);
}

} // namespace billhouse
