#include "decode/response_judge.hpp"

#include "base/decimal.hpp"
#include "base/error.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace billhouse {

namespace {

// Far more than a message shows: VendorClient masks secrets before it cuts, and half a secret would pass the
// mask.
constexpr std::size_t kShownBytes = 4096;

bool is_scalar(JsonNode const& node) {
    return node.kind != JsonKind::object && node.kind != JsonKind::array;
}

JsonNode const* find(JsonTree const* document, Path const& path) {
    return document == nullptr || document->empty() ? nullptr : document->find(document->root(), path);
}

/// Strings in quotes, so that 'true' and true look different in a message.
std::string shown(JsonNode const* node) {
    if (node == nullptr) return "missing";
    switch (node->kind) {
    case JsonKind::object:
        return "an object";
    case JsonKind::array:
        return "an array";
    case JsonKind::string:
        return fmt::format("'{}'", printable(node->text, kShownBytes));
    case JsonKind::null:
    case JsonKind::boolean:
    case JsonKind::number:
        break;
    }
    return printable(node->text, kShownBytes);
}

std::string shown(Scalar const& scalar) {
    if (scalar.kind == Scalar::Kind::string) return fmt::format("'{}'", scalar.text);
    return scalar.kind == Scalar::Kind::null ? "null" : scalar.text;
}

bool equal_numbers(std::string_view a, std::string_view b) {
    auto const left = Decimal::parse(a), right = Decimal::parse(b);
    return left && right ? *left == *right : a == b;
}

bool holds(JsonNode const* node, Scalar const& expected) {
    if (node == nullptr) return false;
    switch (expected.kind) {
    case Scalar::Kind::null:
        return node->kind == JsonKind::null;
    case Scalar::Kind::boolean:
        return node->kind == JsonKind::boolean && node->text == expected.text;
    case Scalar::Kind::number:
        return node->kind == JsonKind::number && equal_numbers(node->text, expected.text);
    case Scalar::Kind::string:
        break;
    }
    return node->kind == JsonKind::string && node->text == expected.text;
}

bool has_status(ResponseRule const& rule, int status) {
    return rule.status.empty() || std::ranges::any_of(rule.status, [status](StatusRange const& range) {
               return range.first <= status && status <= range.last;
           });
}

/// What the message says of a rule without a look into the body.
std::string without_body(ResponseRule const& rule, HttpResponse const& response, std::string const& header) {
    if (!rule.header) return fmt::format("HTTP {}", response.status);
    return fmt::format("header {} is '{}'", rule.header->name, printable(header, kShownBytes));
}

/// Why a rule applies, or nullopt if it does not.
std::optional<std::string> match(ResponseRule const& rule, HttpResponse const& response,
                                 JsonTree const* document) {
    if (!has_status(rule, response.status)) return std::nullopt;
    auto const header = rule.header ? response.header(lower_ascii(rule.header->name)) : std::nullopt;
    if (rule.header && !(header && matches_wildcard(rule.header->pattern, *header))) return std::nullopt;
    if (rule.path) {
        auto const* node = find(document, *rule.path);
        if (node == nullptr || node->kind == JsonKind::null) return std::nullopt;
        if (rule.pattern && !(is_scalar(*node) && matches_wildcard(*rule.pattern, node->text)))
            return std::nullopt;
        return fmt::format("{} is {}", to_string(*rule.path), shown(node));
    }
    if (rule.pattern) {
        if (!matches_wildcard(*rule.pattern, response.body)) return std::nullopt;
        return fmt::format("the body matches '{}'", *rule.pattern);
    }
    return without_body(rule, response, header.value_or(""));
}

BodyVerdict verdict(ResponseAction action, std::string reason) {
    BodyVerdict result;
    result.action = action;
    result.reason = std::move(reason);
    return result;
}

/// "a body that is not JSON (text/html): '<html>...'".
std::string not_json_text(HttpResponse const& response) {
    auto const text = trimmed(response.body);
    if (text.empty()) return "an empty body";
    auto const type = response.header("content-type");
    return fmt::format("a body that cannot be used{}: '{}'",
                       type ? fmt::format(" ({})", printable(*type, 100)) : "", printable(text, kShownBytes));
}

BodyVerdict not_json(HttpResponse const& response) {
    auto result = verdict(ResponseAction::retry, not_json_text(response));
    result.when_exhausted = ErrorKind::data;
    return result;
}

BodyVerdict judge_success(ResponseSpec const& spec, HttpResponse const& response, JsonTree const* document) {
    if (document == nullptr) return not_json(response);
    for (auto const& [path, expected] : spec.ok_when) {
        auto const* node = find(document, path);
        if (!holds(node, expected))
            return verdict(ResponseAction::fail, fmt::format("{} is {}, expected {}", to_string(path),
                                                             shown(node), shown(expected)));
    }
    return {};
}

/// What a status means where no rule of the job says otherwise (RFC 9110 15, RFC 6585 4, RFC 8470 5.2).
BodyVerdict judge_by_status(ResponseSpec const& spec, HttpResponse const& response,
                            JsonTree const* document) {
    auto const status = response.status;
    if (status >= 200 && status < 300) return judge_success(spec, response, document);
    auto action = ResponseAction::fail;
    if (status == 401 || status == 403) action = ResponseAction::refused;
    if (status == 429) action = ResponseAction::rate_limited;
    if (status == 408 || status == 425 || status >= 500) action = ResponseAction::retry;
    return verdict(action, fmt::format("HTTP {}", status));
}

BodyVerdict judge_by_rules(ResponseSpec const& spec, HttpResponse const& response, JsonTree const* document) {
    for (auto const& rule : spec.rules) {
        auto reason = match(rule, response, document);
        if (!reason) continue;
        if (rule.action == ResponseAction::ok && document == nullptr) return not_json(response);
        auto result = verdict(rule.action, std::move(*reason));
        result.wait = rule.wait;
        return result;
    }
    return judge_by_status(spec, response, document);
}

std::string text_at(JsonTree const* document, std::optional<Path> const& path) {
    auto const* node = path ? find(document, *path) : nullptr;
    bool const has_text = node != nullptr && is_scalar(*node) && node->kind != JsonKind::null;
    return has_text ? printable(node->text, kShownBytes) : "";
}

} // namespace

BodyVerdict judge_response(ResponseSpec const& spec, HttpResponse const& response, JsonTree const* document) {
    auto result = judge_by_rules(spec, response, document);
    result.trace_id = text_at(document, spec.trace_id);
    if (result.action == ResponseAction::rate_limited) result.wait_header = spec.wait_header;
    bool const is_good = result.action == ResponseAction::ok || result.action == ResponseAction::empty;
    auto const message = text_at(document, spec.message);
    if (!is_good && !message.empty()) result.reason += fmt::format("; the vendor says: {}", message);
    return result;
}

namespace {

std::int64_t whole_number(JsonNode const& node, Path const& path) {
    bool const has_digits = node.kind == JsonKind::number || node.kind == JsonKind::string;
    auto const number = has_digits ? Decimal::parse(trimmed(node.text)) : std::nullopt;
    constexpr auto kLargest = static_cast<Uint128>(std::numeric_limits<std::int64_t>::max());
    if (!number || number->scale() != 0 || number->is_negative() || number->coefficient() > kLargest)
        throw Error(ErrorKind::data,
                    fmt::format("{} is {}, which is no number of records", to_string(path),
                                printable(shown(&node), 80)),
                    "Correct `pagination.total` in the job file, or ask the vendor.");
    return static_cast<std::int64_t>(number->coefficient());
}

} // namespace

PageFacts page_facts(DecodedPage const& page, Pagination const& pagination, RecordsSpec const&) {
    if (page.found == RecordsFound::missing) {
        auto const* node = find(&page.envelope, page.missing_at);
        throw Error(
            ErrorKind::data,
            fmt::format("the answer has no records: {} is {}", to_string(page.missing_at),
                        printable(shown(node), 80)),
            node != nullptr && node->kind == JsonKind::object
                ? "If the object itself is the record say `records.single: true`; if its members are, "
                  "`records.map`."
                : "Correct `records.path` in the job file, or ask the vendor.");
    }
    PageFacts facts{page.records, std::nullopt, page.content_hash};
    auto const* total = pagination.total ? find(&page.envelope, *pagination.total) : nullptr;
    if (total != nullptr && total->kind != JsonKind::null)
        facts.total = whole_number(*total, *pagination.total);
    return facts;
}

} // namespace billhouse
