#include "base/secret_forms.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>

namespace billhouse {
namespace {

constexpr std::size_t kShortest = 4;
constexpr std::string_view kBase64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view kBase64Url = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

// RFC 3986 section 2.3.
bool is_unreserved(char c) {
    constexpr std::string_view kMarks = "-._~";
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           kMarks.find(c) != std::string_view::npos;
}

std::string percent_encoded(std::string_view text, bool upper_case, std::string_view blank) {
    std::string out;
    for (char const c : text) {
        auto const byte = static_cast<unsigned char>(c);
        if (is_unreserved(c))
            out += c;
        else if (c == ' ')
            out += blank;
        else if (upper_case)
            fmt::format_to(std::back_inserter(out), "%{:02X}", byte);
        else
            fmt::format_to(std::back_inserter(out), "%{:02x}", byte);
    }
    return out;
}

// The base64 digits that depend on the secret alone when `offset` bytes (0 to 2, modulo 3) stand before it:
// the digits at its ends share their six bits with the neighbours, whatever those are.
std::string base64_core(std::string_view secret, std::size_t offset, std::string_view alphabet) {
    std::string const bytes = std::string(offset, '\0') + std::string(secret);
    std::size_t const first = (8 * offset + 5) / 6;
    std::size_t const end = 8 * bytes.size() / 6;
    std::string out;
    for (std::size_t digit = first; digit < end; ++digit) {
        std::size_t const bit = 6 * digit;
        unsigned pair = static_cast<unsigned char>(bytes[bit / 8]) * 256U;
        if (bit / 8 + 1 < bytes.size()) pair |= static_cast<unsigned char>(bytes[bit / 8 + 1]);
        out += alphabet[(pair >> (10 - bit % 8)) & 63];
    }
    return out;
}

} // namespace

std::vector<std::string> secret_forms(std::string_view secret) {
    std::vector<std::string> forms{std::string(secret)};
    if (secret.size() < kShortest) return {};
    for (bool const upper_case : {true, false})
        for (auto const blank : {"%20", "+"})
            forms.push_back(percent_encoded(secret, upper_case, blank));
    for (std::size_t offset = 0; offset < 3; ++offset)
        for (auto const alphabet : {kBase64, kBase64Url})
            forms.push_back(base64_core(secret, offset, alphabet));
    auto const quoted = json_quoted(secret);
    forms.push_back(quoted.substr(1, quoted.size() - 2));
    std::erase_if(forms, [](auto const& form) { return form.size() < kShortest; });
    std::ranges::sort(forms, [](auto const& a, auto const& b) {
        return a.size() != b.size() ? a.size() > b.size() : a < b;
    });
    forms.erase(std::unique(forms.begin(), forms.end()), forms.end());
    return forms;
}

} // namespace billhouse
