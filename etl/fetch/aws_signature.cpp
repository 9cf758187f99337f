#include "fetch/aws_signature.hpp"

#include "base/date_time.hpp"
#include "base/hmac.hpp"
#include "base/sha256.hpp"
#include "base/text.hpp"
#include "fetch/percent_encoding.hpp"
#include "fetch/url_parts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace billhouse {
namespace {

constexpr std::string_view kAlgorithm = "AWS4-HMAC-SHA256";

/// "20150830T123600Z".
std::string basic_time(Instant now) {
    auto text = to_string(std::chrono::floor<std::chrono::seconds>(now));
    std::erase_if(text, [](char c) { return c == '-' || c == ':'; });
    return text;
}

/// Runs of blanks become one, none stay at the ends.
std::string header_value(std::string_view value) {
    std::string text;
    for (char const c : trimmed(value))
        if (c != ' ' || !text.ends_with(' ')) text += c;
    return text;
}

std::map<std::string, std::string> canonical_headers(HttpRequest const& request, std::string const& host) {
    std::map<std::string, std::string> headers{{"host", host}};
    for (auto const& [name, value] : request.headers) {
        auto const [known, is_new] = headers.try_emplace(lower_ascii(name), header_value(value));
        if (!is_new) known->second += "," + header_value(value);
    }
    return headers;
}

std::string canonical_path(std::string_view path) {
    std::string text;
    for (char const c : path)
        text += c == '/' ? "/" : percent_encoded(std::string_view(&c, 1));
    return text;
}

std::string joined_names(std::map<std::string, std::string> const& headers) {
    std::string names;
    for (auto const& [name, value] : headers)
        names += (names.empty() ? "" : ";") + name;
    return names;
}

std::string canonical_request(HttpRequest const& request, UrlParts const& url,
                              std::map<std::string, std::string> const& headers) {
    std::string lines;
    for (auto const& [name, value] : headers)
        lines += name + ":" + value + "\n";
    return fmt::format("{}\n{}\n{}\n{}\n{}\n{}", request.method, canonical_path(url.path),
                       canonical_query(query_parameters(url.query)), lines, joined_names(headers),
                       to_hex(sha256(request.body.value_or(""))));
}

std::string signing_key(std::string const& secret, std::string_view day, AuthRule const& rule) {
    auto const of_day = hmac_sha256("AWS4" + secret, day);
    return hmac_sha256(hmac_sha256(hmac_sha256(of_day, rule.region), rule.service), "aws4_request");
}

} // namespace

HttpRequest with_aws_signature(HttpRequest request, AuthRule const& rule, ResolvedAuth const& keys,
                               Instant now) {
    auto const time = basic_time(now);
    auto const day = time.substr(0, 8);
    request.headers.emplace_back("X-Amz-Date", time);
    if (!keys.session_token.empty()) request.headers.emplace_back("X-Amz-Security-Token", keys.session_token);
    auto const url = url_parts(request.url);
    auto const headers = canonical_headers(request, url.host);
    auto const scope = fmt::format("{}/{}/{}/aws4_request", day, rule.region, rule.service);
    auto const to_sign = fmt::format("{}\n{}\n{}\n{}", kAlgorithm, time, scope,
                                     to_hex(sha256(canonical_request(request, url, headers))));
    auto const signature = to_hex(hmac_sha256(signing_key(keys.value, day, rule), to_sign));
    request.headers.emplace_back("Authorization",
                                 fmt::format("{} Credential={}/{}, SignedHeaders={}, Signature={}",
                                             kAlgorithm, keys.user, scope, joined_names(headers), signature));
    return request;
}

} // namespace billhouse
