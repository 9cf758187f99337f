#include "base/text.hpp"
#include "job/auth_schema.hpp"
#include "job/stream_checks.hpp"
#include "job/text_form.hpp"
#include "job/value_shapes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

/// Checks around secrets and HTTP.
namespace billhouse {

namespace {

constexpr std::string_view kAuthHint = "Secrets belong under http.auth, as references.";

/// Beginnings by which well-known kinds of keys can be told.
constexpr auto kSecretBeginnings =
    std::to_array<std::string_view>({"sk-", "sk_live_", "ghp_", "github_pat_", "glpat-", "xoxb-", "xoxp-",
                                     "AKIA", "eyJhbGciOi", "-----BEGIN", "Bearer ", "Basic "});

/// Names of headers and parameters whose values are secrets.
bool is_secret_name(std::string const& name) {
    static std::regex const form(
        ".*(secret|passwo?r?d|token|api-?_?key|auth|signature|cookie|credential).*|key|.*[-_]key",
        std::regex::icase);
    return fits(name, form);
}

bool has_literal(Template const& value) {
    return std::any_of(value.parts.begin(), value.parts.end(),
                       [](TemplatePart const& part) { return std::holds_alternative<std::string>(part); });
}

void refuse_secret_values(std::vector<std::pair<std::string, Template>> const& values, YamlNode const* node,
                          Reading& reading) {
    for (auto const& [name, value] : values)
        if (is_secret_name(name) && has_literal(value))
            reading.report(*node->find(name), "a secret must not stand in a file", std::string(kAuthHint));
}

} // namespace

std::string header_problem(std::string const& name) {
    static std::regex const form("[A-Za-z0-9!#$%&'*+.^_`|~-]+"); // token, RFC 9110 5.6.2
    static std::regex const own("host|content-length|transfer-encoding|connection|accept-encoding",
                                std::regex::icase);
    if (!fits(name, form)) return "not a header name";
    return fits(name, own) ? "this header is set by the HTTP client itself" : "";
}

Shape<std::string> connection_text() {
    ValueDescription description;
    description.words = "libpq URI or key=value text without a password";
    return {description, [](YamlNode const& node, Reading& reading) -> std::optional<std::string> {
                static std::regex const secret(
                    ".*(password|sslpassword|passfile_content) *=.*|.*://[^/@]*:[^/@]*@.*",
                    std::regex::icase);
                if (node.kind != YamlNode::Kind::scalar) return reading.expected("text", node), std::nullopt;
                if (node.text.size() > kLongestForm)
                    return reading.expected(fmt::format("text of at most {} bytes", kLongestForm), node),
                           std::nullopt;
                if (!fits(node.text, secret)) return node.text;
                reading.report(node, "a password must not stand in a file",
                               "Give it as a reference: password: {credential: NAME}.");
                return std::nullopt;
            }};
}

void check_http(HttpSettings& http, YamlNode const& node, Reading& reading) {
    refuse_secret_values(http.headers, node.find("headers"), reading);
    if (!http.auth.empty()) check_auth_rules(http.auth, *node.find("auth"), reading);
}

void check_request(RequestTemplate& request, YamlNode const& node, Reading& reading) {
    auto const* const start =
        request.path.parts.empty() ? nullptr : std::get_if<std::string>(&request.path.parts.front());
    if (!start || !start->starts_with('/') || start->starts_with("//"))
        reading.report(*node.find("path"), "a path begins with '/'");
    for (auto const& part : request.path.parts)
        if (auto const* const literal = std::get_if<std::string>(&part);
            literal && literal->find_first_of("?# ") != std::string::npos)
            reading.report(*node.find("path"), "a path ends before '?' and '#', and holds no spaces",
                           "Parameters belong under query.");
    if ((request.body || request.json_body) && request.method == "GET")
        reading.report(*node.find("body"), "a GET request has no body", "Set method: POST.");
    refuse_secret_values(request.query, node.find("query"), reading);
    refuse_secret_values(request.headers, node.find("headers"), reading);
}

void refuse_inline_secrets(YamlNode const& root, Reading& reading) {
    for (auto const begin : kSecretBeginnings)
        if (root.text.starts_with(begin))
            return reading.report(root, "this looks like a secret",
                                  "Write {credential: NAME}, {file: /PATH} or {env: NAME} under http.auth.");
    for (auto const& member : root.members)
        refuse_inline_secrets(member.value, reading);
    for (auto const& element : root.elements)
        refuse_inline_secrets(element, reading);
}

} // namespace billhouse
