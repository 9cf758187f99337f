#include "job/response_schema.hpp"

#include "job/auth_schema.hpp"
#include "job/stream_checks.hpp"
#include "job/template_text.hpp"
#include "job/text_form.hpp"
#include "job/value_shapes.hpp"

namespace billhouse {

namespace {

using std::chrono::hours;
using std::chrono::seconds;

std::optional<StatusRange> parse_status(std::string const& text) {
    static std::regex const form("[1-5]([0-9]{2}|xx)");
    if (!fits(text, form)) return std::nullopt;
    int const hundreds = (text[0] - '0') * 100;
    if (text.ends_with("xx")) return StatusRange{hundreds, hundreds + 99};
    int const status = std::stoi(text);
    return StatusRange{status, status};
}

/// 404, or 5xx for a class.
Shape<StatusRange> status_range() {
    auto shape = parsed_text<StatusRange>("an HTTP status",
                                          "Write it as 404, or 5xx for all from 500 to 599.", parse_status);
    ValueDescription number, word;
    number.kind = ValueDescription::Kind::integer;
    number.least = 100;
    number.most = 599;
    word.pattern = "^[1-5]([0-9]{2}|xx)$";
    shape.description.kind = ValueDescription::Kind::any_of;
    shape.description.words = "HTTP status (404) or class (5xx)";
    shape.description.inner = {number, word};
    return shape;
}

Shape<HeaderMatch> header_match_shape() {
    using H = HeaderMatch;
    MappingShape<H> keys;
    keys.required("name", &H::name, text(), {"Name of the header.", "X-RateLimit-Remaining"})
        .optional("matches", &H::pattern, text(), {"*"},
                  {"Text with * for any run of characters; left out: the header is there.", "0"});
    return keys.shape();
}

Shape<ResponseRule> rule_shape() {
    using R = ResponseRule;
    using A = ResponseAction;
    MappingShape<R> keys;
    keys.optional("status", &R::status, one_or_more(status_range()), {},
                  {"HTTP status, a class of them, or a list.", "[403, 5xx]"})
        .optional("header", &R::header, header_match_shape(), {},
                  {"A response header and the text that it must hold.",
                   "{name: X-RateLimit-Remaining, matches: \"0\"}"})
        .optional("path", &R::path, path(), {},
                  {"Where in the body the text stands that `matches` is held against.", "errorCode"})
        .optional("matches", &R::pattern, text(), {},
                  {"Text with * for any run of characters; without `path` against the whole body.",
                   "ft.Trigger*CurrentLimiting"})
        .required(
            "then", &R::action,
            choice<A>({{"ok", A::ok},
                       {"empty", A::empty},
                       {"retry", A::retry},
                       {"rate_limited", A::rate_limited},
                       {"refresh", A::refresh},
                       {"refused", A::refused},
                       {"fail", A::fail}}),
            {"ok: a page. empty: a page without records. retry: transient. rate_limited: wait, then "
             "again. refresh: new credentials or token, then once more. refused: wrong credentials. fail: "
             "an error.",
             "rate_limited"})
        .optional("wait", &R::wait, duration(seconds(0), hours(24)), {},
                  {"rate_limited without a Retry-After: how long.", "60s"})
        .check(check_rule);
    return keys.shape();
}

} // namespace

MappingShape<ResponseSpec> response_shape() {
    using R = ResponseSpec;
    MappingShape<R> keys;
    keys.accept("ok_when", table_of(json_scalar(), path_problem),
                [](R& response, std::vector<std::pair<std::string, Scalar>> conditions) {
                    for (auto& [at, value] : conditions)
                        response.ok_when.emplace_back(*parse_path(at).value, std::move(value));
                },
                {"Paths and the values that must stand there in a good body. Quoted is text, else true, "
                 "false, null or a number.",
                 "{success: true, errorCode: \"\"}"})
        .optional("trace_id", &R::trace_id, path(), {},
                  {"The vendor's own id of the answer, kept with each page.", "traceId"})
        .optional("message", &R::message, path(), {},
                  {"The vendor's words on a failure, shown in errors.", "message"})
        .optional("wait_header", &R::wait_header, reset_header_shape(), {},
                  {"The header that says how long to wait when rate-limited, beside Retry-After.",
                   "{name: X-RateLimit-Reset, unit: epoch}"})
        .optional("rules", &R::rules, sequence_of(rule_shape()), {"[]"},
                  {"Exceptions to the usual meaning of a status; the first that matches decides.",
                   "[{status: 404, then: empty}]"});
    return keys;
}

} // namespace billhouse
