#include "base/text.hpp"
#include "job/text_form.hpp"
#include "job/value_shapes.hpp"

#include <fmt/format.h>

/// Shapes of values that stand for something in the world: dates, zones, currencies, addresses, secrets.
namespace billhouse {

namespace {

constexpr std::string_view kSecretHint =
    "Write {credential: NAME}, {file: /PATH} or {env: NAME}; the value itself must not stand in a file.";

bool is_loopback(std::string const& host) {
    static std::regex const numbers("127(\\.[0-9]{1,3}){3}");
    return host == "localhost" || host == "[::1]" || fits(host, numbers);
}

/// What is wrong with a base URL, or empty.
std::string url_problem(std::string const& url) {
    static std::regex const form(
        "(https?)://(\\[[0-9A-Fa-f:.]+\\]|[A-Za-z0-9.-]+)(:[0-9]{1,5})?(/[A-Za-z0-9._~/-]*)?");
    if (url.find('@') != std::string::npos) return "a URL with a user name or password is refused";
    if (url.find_first_of("?#") != std::string::npos) return "a base URL ends before '?' and '#'";
    std::smatch parts;
    if (url.size() > kLongestForm || !std::regex_match(url, parts, form))
        return "expected https://HOST[:PORT][/PATH]";
    if (url.ends_with('/')) return "a base URL must not end with '/'";
    if (parts[1] == "http" && !is_loopback(parts[2])) return "http is only allowed to a loopback host";
    return {};
}

/// Wrong text is not repeated: it may be the secret itself, written in the wrong place.
std::optional<SecretReference> reference(SecretReference::Kind kind, YamlNode const& node, Reading& reading) {
    static std::regex const credential("[A-Za-z0-9_][A-Za-z0-9_.-]{0,254}");
    static std::regex const variable("[A-Za-z_][A-Za-z0-9_]*");
    auto const is_of = [&node](std::regex const& form) {
        return node.kind == YamlNode::Kind::scalar && fits(node.text, form);
    };
    if (kind == SecretReference::Kind::credential && !is_of(credential))
        return reading.report(node, "expected the name of a credential (letters, digits, _ . -)"),
               std::nullopt;
    if (kind == SecretReference::Kind::file && !node.text.starts_with('/'))
        return reading.report(node, "expected an absolute path"), std::nullopt;
    if (kind == SecretReference::Kind::environment && !is_of(variable))
        return reading.report(node, "expected the name of an environment variable"), std::nullopt;
    return SecretReference{kind, node.text};
}

bool is_json_number(std::string const& text) {
    static std::regex const form("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][-+]?[0-9]+)?");
    return fits(text, form);
}

/// Plain text that some YAML readers take for a boolean, null or number: here its author must say what it is.
bool is_ambiguous(std::string const& text) {
    static std::regex const form("[-+]?(0x[0-9a-f]+|0o?[0-7]+|[0-9][0-9_.,:]*(e[-+]?[0-9]+)?|\\.[0-9]+|\\.("
                                 "inf|nan))|yes|no|on|off|true|false|null|y|n",
                                 std::regex::icase | std::regex::ECMAScript);
    return fits(text, form);
}

} // namespace

Shape<Date> calendar_date() {
    auto shape = parsed_text<Date>("a date", "Write it as 2023-01-31.",
                                   [](std::string const& value) { return parse_date(value); });
    shape.description.words = "date (YYYY-MM-DD)";
    shape.description.pattern = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$";
    return shape;
}

Shape<Zone> time_zone() {
    auto shape = parsed_text<Zone>("a time zone of the IANA database", "Write it as Asia/Shanghai or UTC.",
                                   [](std::string const& value) { return Zone::find(value); });
    shape.description.words = "IANA time zone";
    return shape;
}

Shape<TimeFormat> time_format() {
    auto shape = parsed_text<TimeFormat>(
        "a date format", "Use date, rfc3339, unix, unix_ms, or a pattern of %Y %m %d %H %M %S %% and text.",
        [](std::string const& value) { return TimeFormat::compile(value); });
    shape.description.words = "date, rfc3339, unix, unix_ms, or a pattern of %Y %m %d %H %M %S";
    return shape;
}

Shape<std::string> currency() {
    auto shape = parsed_text<std::string>("a currency code of three upper-case letters",
                                          "Use ISO 4217 codes such as USD.",
                                          [](std::string const& value) -> std::optional<std::string> {
                                              static std::regex const form("[A-Z]{3}");
                                              if (!fits(value, form)) return std::nullopt;
                                              return value;
                                          });
    shape.description.words = "ISO 4217 currency code";
    shape.description.pattern = "^[A-Z]{3}$";
    return shape;
}

Shape<std::string> base_url() {
    ValueDescription description;
    description.words = "https URL without query; http only to a loopback host";
    description.pattern = "^https?://[^?#@]+[^/?#@]$";
    return {description, [](YamlNode const& node, Reading& reading) -> std::optional<std::string> {
                if (node.kind != YamlNode::Kind::scalar) return reading.expected("a URL", node), std::nullopt;
                auto const problem = url_problem(node.text);
                if (problem.empty()) return node.text;
                return reading.report(node, problem,
                                      "Secrets belong under http.auth, parameters under request.query."),
                       std::nullopt;
            }};
}

Shape<std::string> absolute_path() {
    auto shape = parsed_text<std::string>(
        "an absolute path", "It begins with '/'.", [](std::string const& text) -> std::optional<std::string> {
            if (!text.starts_with('/') || text.find('\0') != std::string::npos) return std::nullopt;
            return text;
        });
    shape.description.pattern = "^/.*$";
    return shape;
}

Shape<Scalar> json_scalar() {
    ValueDescription description;
    description.kind = ValueDescription::Kind::scalar;
    description.words = "text, number, true, false or null";
    return {description, [](YamlNode const& node, Reading& reading) -> std::optional<Scalar> {
                if (node.kind == YamlNode::Kind::null) return Scalar{};
                if (node.kind != YamlNode::Kind::scalar)
                    return reading.expected("text, a number, true, false or null", node), std::nullopt;
                if (node.quoted) return Scalar{Scalar::Kind::string, node.text};
                if (node.text == "true" || node.text == "false")
                    return Scalar{Scalar::Kind::boolean, node.text};
                if (is_json_number(node.text)) return Scalar{Scalar::Kind::number, node.text};
                if (!is_ambiguous(node.text)) return Scalar{Scalar::Kind::string, node.text};
                reading.report(node,
                               fmt::format("'{}' may be meant as text or not", printable(node.text, 80)),
                               "Put text in quotes.");
                return std::nullopt;
            }};
}

Shape<SecretReference> secret_reference() {
    ValueDescription description;
    description.kind = ValueDescription::Kind::mapping;
    description.words = "{credential: NAME}, {file: /PATH} or {env: NAME}";
    description.name = "secret";
    for (auto const* key : {"credential", "file", "env"})
        description.keys.push_back({key, text().description, false, {}, {}, {}});
    static std::vector<std::string> const keys{"credential", "file", "env"};
    return {description, [](YamlNode const& node, Reading& reading) -> std::optional<SecretReference> {
                if (node.kind != YamlNode::Kind::mapping || node.members.size() != 1) {
                    reading.report(node, "expected a reference to a secret", std::string(kSecretHint));
                    return std::nullopt;
                }
                auto const& [key, mark, value] = node.members.front();
                auto const found = std::find(keys.begin(), keys.end(), key);
                if (found == keys.end())
                    return reading.unknown_key(node, node.members.front(), keys), std::nullopt;
                return reference(static_cast<SecretReference::Kind>(found - keys.begin()), value, reading);
            }};
}

} // namespace billhouse
