#include "fetch/request_auth.hpp"

#include "fetch/percent_encoding.hpp"

#include <cstdint>
#include <string_view>

namespace billhouse {
namespace {

/// RFC 4648 section 4, padded, as RFC 7617 wants it for basic authentication.
std::string base64(std::string_view bytes) {
    constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string out;
    for (std::size_t at = 0; at < bytes.size(); at += 3) {
        auto const group = bytes.substr(at, 3);
        std::uint32_t bits = 0;
        for (std::size_t i = 0; i < 3; ++i) {
            bits = bits << 8U | (i < group.size() ? static_cast<unsigned char>(group[i]) : 0U);
        }
        for (std::size_t i = 0; i < 4; ++i)
            out += i <= group.size() ? kAlphabet[bits >> (18 - 6 * i) & 63U] : '=';
    }
    return out;
}

void add(HttpRequest& request, AuthRule const& rule, ResolvedAuth const& auth) {
    switch (rule.kind) {
    case AuthRule::Kind::header:
        request.headers.emplace_back(rule.name, auth.value);
        break;
    case AuthRule::Kind::bearer:
        request.headers.emplace_back("Authorization", "Bearer " + auth.value);
        break;
    case AuthRule::Kind::basic:
        request.headers.emplace_back("Authorization", "Basic " + base64(auth.user + ":" + auth.value));
        break;
    case AuthRule::Kind::query:
        request.url += request.url.find('?') == std::string::npos ? '?' : '&';
        request.url += percent_encoded(rule.name) + "=" + percent_encoded(auth.value);
        break;
    }
}

} // namespace

HttpRequest with_auth(HttpRequest request, std::vector<AuthRule> const& rules,
                      std::vector<ResolvedAuth> const& auth) {
    for (std::size_t i = 0; i < rules.size(); ++i)
        add(request, rules[i], auth.at(i));
    return request;
}

} // namespace billhouse
