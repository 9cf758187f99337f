#include "job/auth_schema.hpp"

#include "base/text.hpp"
#include "job/stream_checks.hpp"
#include "job/value_shapes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace billhouse {

namespace {

using Kind = AuthRule::Kind;

/// What a kind needs beside `kind` and `secret`, and what it may have.
struct KindKeys {
    std::string_view word;
    Kind kind;
    std::vector<std::string> needed, allowed;
};

std::vector<KindKeys> const& kinds() {
    static std::vector<KindKeys> const all{
        {"header", Kind::header, {"name"}, {}},
        {"bearer", Kind::bearer, {}, {}},
        {"basic", Kind::basic, {"user"}, {}},
        {"query", Kind::query, {"name"}, {}},
        {"oauth2", Kind::oauth2, {"token_url", "client_id"}, {"scope", "form", "client_auth"}},
        {"aws_sigv4", Kind::aws_sigv4, {"access_key_id", "region", "service"}, {"session_token"}},
        {"alibaba_rpc", Kind::alibaba_rpc, {"access_key_id"}, {"session_token"}},
    };
    return all;
}

bool holds(std::vector<std::string> const& keys, std::string const& key) {
    return std::ranges::find(keys, key) != keys.end();
}

/// "kinds header and query".
std::string owners_of(std::string const& key) {
    std::vector<std::string_view> owners;
    for (auto const& each : kinds())
        if (holds(each.needed, key) || holds(each.allowed, key)) owners.push_back(each.word);
    if (owners.size() == 1) return fmt::format("kind {}", owners.front());
    return fmt::format("kinds {} and {}", owners.front(), owners.back());
}

void check_auth(AuthRule& auth, YamlNode const& node, Reading& reading) {
    auto const& own = *std::ranges::find(kinds(), auth.kind, &KindKeys::kind);
    for (auto const& key : own.needed)
        if (!node.find(key))
            reading.report(node, fmt::format("missing key '{}'", key),
                           fmt::format("It belongs to {}.", owners_of(key)));
    for (auto const& member : node.members) {
        bool const is_common = member.key == "kind" || member.key == "secret";
        if (!is_common && !holds(own.needed, member.key) && !holds(own.allowed, member.key))
            reading.report(member.value, fmt::format("'{}' is for {}", member.key, owners_of(member.key)));
    }
    if (auth.kind == Kind::header && node.find("name") && !header_problem(auth.name).empty())
        reading.report(*node.find("name"), header_problem(auth.name));
}

/// The fields that billhouse fills in itself.
std::string form_field_problem(std::string const& name) {
    constexpr auto kOwn =
        std::to_array<std::string_view>({"grant_type", "client_id", "client_secret", "scope"});
    return std::ranges::find(kOwn, name) != kOwn.end() ? "this field is filled in already" : "";
}

Shape<SecretReference> reference() {
    return secret_reference();
}

void add_oauth2_keys(MappingShape<AuthRule>& keys) {
    using A = AuthRule;
    using O = OAuth2Settings;
    keys.accept("token_url", base_url(),
                [](A& auth, std::string url) { auth.oauth2.token_url = std::move(url); },
                {"Where an access token is asked for with the client's own credentials; kind oauth2.",
                 "https://login.example.com/oauth2/v2.0/token"})
        .accept("client_id", reference(), [](A& auth, SecretReference id) { auth.user = std::move(id); },
                {"Client id; kind oauth2.", "{credential: azure_client_id}"})
        .accept("scope", text(), [](A& auth, std::string scope) { auth.oauth2.scope = std::move(scope); },
                {"Scope that is asked for; kind oauth2.", "https://management.azure.com/.default"})
        .accept(
            "form", table_of(text(), form_field_problem),
            [](A& auth, std::vector<std::pair<std::string, std::string>> form) {
                auth.oauth2.form = std::move(form);
            },
            {"Further fields of the token request; kind oauth2.", "{audience: \"https://api.example.com\"}"})
        .accept("client_auth",
                choice<O::ClientAuth>({{"body", O::ClientAuth::body}, {"header", O::ClientAuth::header}}),
                [](A& auth, O::ClientAuth place) { auth.oauth2.client_auth = place; },
                {"Where client id and secret go in the token request: the form, or `Authorization: Basic`. "
                 "Left out: body. Kind oauth2.",
                 "header"});
}

void add_signing_keys(MappingShape<AuthRule>& keys) {
    using A = AuthRule;
    keys.accept("access_key_id", reference(), [](A& auth, SecretReference id) { auth.user = std::move(id); },
                {"Access key id; kinds aws_sigv4 and alibaba_rpc.", "{credential: aws_access_key_id}"})
        .optional("session_token", &A::session_token, reference(), {},
                  {"Session token of temporary credentials; kinds aws_sigv4 and alibaba_rpc.",
                   "{credential: aws_session_token}"})
        .optional("region", &A::region, text(), {},
                  {"Region that is signed for; kind aws_sigv4.", "us-east-1"})
        .optional("service", &A::service, text(), {}, {"Service that is signed for; kind aws_sigv4.", "ce"});
}

/// Which header a rule fills, in lower case; empty for none.
std::string header_of(AuthRule const& rule) {
    if (rule.kind == Kind::header) return lower_ascii(rule.name);
    bool const has_none = rule.kind == Kind::query || rule.kind == Kind::alibaba_rpc;
    return has_none ? "" : "authorization";
}

} // namespace

Shape<AuthRule> auth_shape() {
    using A = AuthRule;
    std::vector<std::pair<std::string, Kind>> words;
    for (auto const& each : kinds())
        words.emplace_back(each.word, each.kind);
    MappingShape<A> keys;
    keys.required("kind", &A::kind, choice<Kind>(words),
                  {"Where the secret goes: a header, `Authorization: Bearer`, `Authorization: Basic`, or a "
                   "query parameter; oauth2: an access token got with it; aws_sigv4, alibaba_rpc: it signs "
                   "each request.",
                   "header"})
        .optional("name", &A::name, text(), {},
                  {"Name of the header or parameter; kinds header and query.", "DF-API-KEY"})
        .optional("user", &A::user, reference(), {}, {"User name; kind basic.", "{credential: vendor_user}"})
        .required(
            "secret", &A::secret, reference(),
            {"Where the secret is found; basic: the password, oauth2: the client secret, signing kinds: "
             "the secret access key.",
             "{credential: guance_api_key}"});
    add_oauth2_keys(keys);
    add_signing_keys(keys);
    keys.check(check_auth);
    return keys.shape();
}

Shape<ResetHeader> reset_header_shape() {
    using R = ResetHeader;
    MappingShape<R> keys;
    keys.required("name", &R::name, text(), {"Name of the header.", "X-RateLimit-Reset"})
        .optional(
            "unit", &R::unit,
            choice<R::Unit>(
                {{"delta", R::Unit::delta}, {"epoch", R::Unit::epoch}, {"epoch_ms", R::Unit::epoch_ms}}),
            {"delta"},
            {"delta: seconds from now. epoch, epoch_ms: a Unix time in seconds or milliseconds.", "epoch"})
        .check([](R& header, YamlNode const& node, Reading& reading) {
            if (!header_problem(header.name).empty())
                reading.report(*node.find("name"), header_problem(header.name));
        });
    auto shape = keys.shape();
    shape.description.name = "reset_header"; // described once
    return shape;
}

void check_auth_rules(std::vector<AuthRule> const& rules, YamlNode const& node, Reading& reading) {
    std::vector<std::string> filled;
    for (std::size_t i = 0; i < rules.size(); ++i) {
        auto const header = header_of(rules[i]);
        if (header.empty()) continue;
        if (holds(filled, header))
            reading.report(node.elements[i], fmt::format("the header {} is filled already", header),
                           "Keep one of the two.");
        filled.push_back(header);
    }
}

} // namespace billhouse
