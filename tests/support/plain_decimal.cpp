#include "support/plain_decimal.hpp"

#include <algorithm>
#include <vector>

namespace billhouse {
namespace {

void align(Plain& a, Plain& b) {
    for (; a.scale < b.scale; ++a.scale)
        a.digits += '0';
    for (; b.scale < a.scale; ++b.scale)
        b.digits += '0';
    auto const width = std::max(a.digits.size(), b.digits.size());
    a.digits.insert(0, width - a.digits.size(), '0');
    b.digits.insert(0, width - b.digits.size(), '0');
}

std::string sum_of(std::string const& a, std::string const& b) {
    std::string out;
    int carry = 0;
    for (std::size_t i = a.size(); i-- > 0;) {
        carry += a[i] - '0' + b[i] - '0';
        out.insert(0, 1, static_cast<char>('0' + carry % 10));
        carry /= 10;
    }
    return std::to_string(carry) + out;
}

std::string difference_of(std::string const& larger, std::string const& smaller) {
    std::string out;
    int borrow = 0;
    for (std::size_t i = larger.size(); i-- > 0;) {
        int digit = larger[i] - smaller[i] - borrow;
        borrow = digit < 0 ? 1 : 0;
        out.insert(0, 1, static_cast<char>('0' + digit + 10 * borrow));
    }
    return out;
}

} // namespace

void tidy(Plain& value) {
    while (value.scale > 0 && value.digits.back() == '0') {
        if (value.digits.size() > 1) value.digits.pop_back();
        --value.scale;
    }
    while (value.digits.size() > 1 && value.digits.front() == '0')
        value.digits.erase(0, 1);
    if (value.digits == "0") value = Plain{};
}

std::string text_of(Plain const& value) {
    auto digits = value.digits;
    auto const scale = static_cast<std::size_t>(value.scale);
    while (digits.size() <= scale)
        digits.insert(0, 1, '0');
    if (scale > 0) digits.insert(digits.size() - scale, 1, '.');
    return (value.negative ? "-" : "") + digits;
}

bool fits(Plain const& value) {
    return value.digits.size() <= 38 && value.scale >= 0 && value.scale <= 100;
}

Plain plain_sum(Plain a, Plain b) {
    align(a, b);
    Plain sum{a.negative, "", a.scale};
    if (a.negative == b.negative) {
        sum.digits = sum_of(a.digits, b.digits);
    } else {
        bool const a_wins = a.digits >= b.digits;
        sum.digits = a_wins ? difference_of(a.digits, b.digits) : difference_of(b.digits, a.digits);
        sum.negative = a_wins ? a.negative : b.negative;
    }
    tidy(sum);
    return sum;
}

Plain plain_product(Plain const& a, Plain const& b) {
    std::vector<int> places(a.digits.size() + b.digits.size(), 0);
    for (std::size_t i = a.digits.size(); i-- > 0;)
        for (std::size_t j = b.digits.size(); j-- > 0;) {
            places[i + j + 1] += (a.digits[i] - '0') * (b.digits[j] - '0');
            places[i + j] += places[i + j + 1] / 10;
            places[i + j + 1] %= 10;
        }
    Plain product{a.negative != b.negative, "", a.scale + b.scale};
    for (int const place : places)
        product.digits += static_cast<char>('0' + place);
    tidy(product);
    return product;
}

int plain_compare(Plain a, Plain b) {
    align(a, b);
    if (a.negative != b.negative) return a.negative ? -1 : 1;
    int const order = a.digits.compare(b.digits);
    return (order > 0 ? 1 : order < 0 ? -1 : 0) * (a.negative ? -1 : 1);
}

std::optional<Plain> plain_parse(std::string_view text) {
    std::size_t at = 0;
    auto const is_digit = [&] { return at < text.size() && text[at] >= '0' && text[at] <= '9'; };
    auto const sign = [&] {
        bool const signed_ = at < text.size() && (text[at] == '-' || text[at] == '+');
        return signed_ && text[at++] == '-';
    };
    auto const digits = [&] {
        std::string found;
        while (is_digit())
            found += text[at++];
        return found;
    };
    Plain value{sign(), digits(), 0};
    if (value.digits.empty()) return std::nullopt;
    if (at < text.size() && text[at] == '.') {
        ++at;
        auto const fraction = digits();
        if (fraction.empty()) return std::nullopt;
        value.digits += fraction;
        value.scale = static_cast<int>(fraction.size());
    }
    if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
        ++at;
        bool const down = sign();
        auto exponent = digits();
        if (exponent.empty()) return std::nullopt;
        exponent.erase(0, std::min(exponent.find_first_not_of('0'), exponent.size() - 1));
        auto const power = exponent.size() > 6 ? 1'000'000 : std::stoi(exponent);
        value.scale += down ? power : -power;
    }
    if (at != text.size()) return std::nullopt;
    if (value.digits.find_first_not_of('0') == std::string::npos) return Plain{};
    if (value.scale < 0 && value.scale > -1000) {
        value.digits.append(static_cast<std::size_t>(-value.scale), '0');
        value.scale = 0;
    }
    if (value.scale >= 0) tidy(value);
    return value;
}

} // namespace billhouse
