#include "fetch/alibaba_signature.hpp"

#include "base/base64.hpp"
#include "base/date_time.hpp"
#include "base/hmac.hpp"
#include "fetch/percent_encoding.hpp"
#include "fetch/url_parts.hpp"

namespace billhouse {
namespace {

std::string signature(HttpRequest const& request, std::string const& secret) {
    auto const query = canonical_query(query_parameters(url_parts(request.url).query));
    auto const to_sign = request.method + "&%2F&" + percent_encoded(query);
    return base64(hmac_sha1(secret + "&", to_sign));
}

void add_parameter(HttpRequest& request, std::string_view name, std::string_view value) {
    request.url += request.url.find('?') == std::string::npos ? '?' : '&';
    request.url.append(name).append("=").append(percent_encoded(value));
}

} // namespace

HttpRequest with_alibaba_signature(HttpRequest request, ResolvedAuth const& keys,
                                   SigningMoment const& moment) {
    add_parameter(request, "AccessKeyId", keys.user);
    if (!keys.session_token.empty()) add_parameter(request, "SecurityToken", keys.session_token);
    add_parameter(request, "SignatureMethod", "HMAC-SHA1");
    add_parameter(request, "SignatureNonce", moment.nonce);
    add_parameter(request, "SignatureVersion", "1.0");
    add_parameter(request, "Timestamp", to_string(std::chrono::floor<std::chrono::seconds>(moment.now)));
    add_parameter(request, "Signature", signature(request, keys.value));
    return request;
}

} // namespace billhouse
