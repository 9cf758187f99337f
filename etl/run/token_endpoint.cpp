#include "run/token_endpoint.hpp"

#include "base/base64.hpp"
#include "base/text.hpp"
#include "decode/response_judge.hpp"
#include "fetch/percent_encoding.hpp"
#include "job/secret.hpp"

#include <fmt/format.h>

namespace billhouse {

namespace {

using ClientAuth = OAuth2Settings::ClientAuth;

void add_field(std::string& form, std::string_view name, std::string_view value) {
    form.append(form.empty() ? "" : "&").append(percent_encoded(name)).append("=");
    form.append(percent_encoded(value));
}

std::string form_of(AuthRule const& rule, ResolvedAuth const& client) {
    std::string form;
    add_field(form, "grant_type", "client_credentials");
    if (rule.oauth2.client_auth == ClientAuth::body) {
        add_field(form, "client_id", client.user);
        add_field(form, "client_secret", client.value);
    }
    if (!rule.oauth2.scope.empty()) add_field(form, "scope", rule.oauth2.scope);
    for (auto const& [name, value] : rule.oauth2.form)
        add_field(form, name, value);
    return form;
}

HttpRequest request_for(AuthRule const& rule, ResolvedAuth const& client) {
    HttpRequest request{"POST", rule.oauth2.token_url, {}, form_of(rule, client)};
    request.headers = {{"Accept", "application/json"}, {"Content-Type", "application/x-www-form-urlencoded"}};
    if (rule.oauth2.client_auth == ClientAuth::header) // both parts form-encoded first: RFC 6749 2.3.1
        request.headers.emplace_back("Authorization", "Basic " + base64(percent_encoded(client.user) + ":" +
                                                                        percent_encoded(client.value)));
    return request;
}

/// The usual meaning of statuses, but 400 says that the client is not accepted.
ResponseSpec endpoint_contract() {
    ResponseSpec spec;
    ResponseRule refused;
    refused.status = {{400, 400}};
    refused.action = ResponseAction::refused;
    spec.rules = {refused};
    spec.message = Path{{"error_description"}};
    return spec;
}

BodyVerdict judge(HttpResponse const& response) {
    try {
        auto const document = decode_json_document(response.body, {});
        return judge_response(endpoint_contract(), response, &document);
    } catch (Error const& error) {
        if (error.kind() != ErrorKind::data) throw;
        return judge_response(endpoint_contract(), response, nullptr);
    }
}

std::string text_of(JsonTree const& document, char const* key) {
    auto const* const node = document.find(document.root(), key);
    bool const is_text = node && (node->kind == JsonKind::string || node->kind == JsonKind::number);
    return is_text ? std::string(node->text) : "";
}

AccessToken token_in(std::string_view body) {
    auto const document = decode_json_document(body, {});
    AccessToken token{text_of(document, "access_token"), std::nullopt};
    auto const type = text_of(document, "token_type");
    if (token.value.empty())
        throw Error(ErrorKind::data, "the answer has no access_token",
                    "Check the rule's token_url and form against the vendor's documentation.");
    if (!type.empty() && lower_ascii(type) != "bearer")
        throw Error(ErrorKind::data,
                    fmt::format("the token is of type '{}', not Bearer", printable(type, 80)),
                    "Only bearer tokens are supported.");
    if (auto const lifetime = parse_integer(text_of(document, "expires_in"));
        lifetime && *lifetime < 1'000'000'000)
        token.lifetime = std::chrono::seconds(*lifetime);
    return token;
}

/// The token endpoint as a vendor of its own: another host, no secrets but the form's.
HttpSettings endpoint_settings(HttpSettings const& http, AuthRule const& rule) {
    auto settings = http;
    settings.base_url = rule.oauth2.token_url;
    settings.auth.clear();
    settings.headers.clear();
    settings.pace.reset_header.reset(); // of its answers: they do not tell of the API's limit
    return settings;
}

[[noreturn]] void rethrow(Error const& error, AuthRule const& rule) {
    auto const named = error.within("asking for an access token");
    if (error.kind() != ErrorKind::refused) throw named;
    throw Error(error.kind(), named.what(),
                fmt::format("Check the client id and secret ({}, {}): wrong, expired, or without this scope.",
                            rule.user ? to_string(*rule.user) : "none", to_string(rule.secret)));
}

} // namespace

AccessToken ask_for_token(RunContext& context, HttpSettings const& http, AuthRule const& rule,
                          ResolvedAuth const& client, VendorAccess access, std::stop_token const& stop) {
    auto const settings = endpoint_settings(http, rule);
    auto const transport = context.transport(settings);
    access.auth =
        std::make_shared<Authenticator>(settings.auth, std::vector<ResolvedAuth>(), AuthSources(),
                                        context.clock, context.random, context.log); // nothing to sign
    VendorClient endpoint(settings, std::move(access), *transport, context.clock, context.random,
                          context.log);
    try {
        return token_in(endpoint.fetch(request_for(rule, client), judge, stop).body);
    } catch (Error const& error) {
        rethrow(error, rule);
    }
}

} // namespace billhouse
