#include "fetch/request_auth.hpp"

#include "base/base64.hpp"
#include "fetch/alibaba_signature.hpp"
#include "fetch/aws_signature.hpp"
#include "fetch/percent_encoding.hpp"

#include <string_view>

namespace billhouse {
namespace {

void add_query(HttpRequest& request, std::string_view name, std::string_view value) {
    request.url += request.url.find('?') == std::string::npos ? '?' : '&';
    request.url += percent_encoded(name) + "=" + percent_encoded(value);
}

/// Secrets that stand in the request as they are.
void add(HttpRequest& request, AuthRule const& rule, ResolvedAuth const& auth) {
    switch (rule.kind) {
    case AuthRule::Kind::header:
        request.headers.emplace_back(rule.name, auth.value);
        break;
    case AuthRule::Kind::bearer:
    case AuthRule::Kind::oauth2:
        request.headers.emplace_back("Authorization", "Bearer " + auth.value);
        break;
    case AuthRule::Kind::basic: // RFC 7617
        request.headers.emplace_back("Authorization", "Basic " + base64(auth.user + ":" + auth.value));
        break;
    case AuthRule::Kind::query:
        add_query(request, rule.name, auth.value);
        break;
    case AuthRule::Kind::aws_sigv4:
    case AuthRule::Kind::alibaba_rpc:
        break;
    }
}

HttpRequest sign(HttpRequest request, AuthRule const& rule, ResolvedAuth const& auth,
                 SigningMoment const& moment) {
    if (rule.kind == AuthRule::Kind::aws_sigv4)
        return with_aws_signature(std::move(request), rule, auth, moment.now);
    if (rule.kind == AuthRule::Kind::alibaba_rpc)
        return with_alibaba_signature(std::move(request), auth, moment);
    return request;
}

} // namespace

HttpRequest with_auth(HttpRequest request, std::vector<AuthRule> const& rules,
                      std::vector<ResolvedAuth> const& auth, SigningMoment const& moment) {
    for (std::size_t i = 0; i < rules.size(); ++i)
        add(request, rules[i], auth.at(i));
    for (std::size_t i = 0; i < rules.size(); ++i)
        request = sign(std::move(request), rules[i], auth.at(i), moment);
    return request;
}

} // namespace billhouse
