#include "base/error.hpp"
#include "decode/response_judge.hpp"

#include <gmock/gmock.h>

namespace billhouse {

namespace {

using testing::HasSubstr;
using Kind = Scalar::Kind;

HttpResponse answer(int status, std::string body) {
    HttpResponse response;
    response.status = status;
    response.body = std::move(body);
    return response;
}

BodyVerdict judged(ResponseSpec const& spec, int status, std::string const& body) {
    auto const response = answer(status, body);
    try {
        auto const document = decode_json_document(body, {});
        return judge_response(spec, response, &document);
    } catch (Error const&) {
        return judge_response(spec, response, nullptr);
    }
}

ResponseRule rule(std::optional<int> status, std::optional<Path> path, std::optional<std::string> pattern,
                  ResponseAction action) {
    ResponseRule result;
    if (status) result.status = {{*status, *status}};
    result.path = std::move(path);
    result.pattern = std::move(pattern);
    result.action = action;
    return result;
}

/// What the shipped job says of the documented error table: throttling comes as 401.
ResponseSpec guance() {
    ResponseSpec spec;
    spec.ok_when = {{{{"success"}}, {Kind::boolean, "true"}}, {{{"errorCode"}}, {Kind::string, ""}}};
    auto throttled =
        rule(401, Path{{"errorCode"}}, "ft.Trigger*CurrentLimiting", ResponseAction::rate_limited);
    throttled.wait = std::chrono::seconds(60);
    spec.rules = {throttled, rule({}, Path{{"errorCode"}}, "ft.InvalidAPIKey", ResponseAction::refused)};
    spec.trace_id = Path{{"traceId"}};
    spec.message = Path{{"message"}};
    return spec;
}

ResponseSpec expecting(Kind kind, std::string text) {
    ResponseSpec spec;
    spec.ok_when = {{{{"v"}}, {kind, std::move(text)}}};
    return spec;
}

PageFacts facts(std::string_view body, Pagination const& pagination = {}) {
    auto const page = decode_json_page(body, {.path = {{"items"}}}, {}, [](RecordView const&) {});
    return page_facts(page, pagination, {.path = {{"items"}}});
}

} // namespace

TEST(ResponseJudge, takes_an_answer_that_meets_the_contract) {
    auto const verdict = judged(guance(), 200, R"({"success": true, "errorCode": "", "traceId": "TRACE-1"})");
    EXPECT_EQ(verdict.action, ResponseAction::ok);
    EXPECT_EQ(verdict.reason, "");
    EXPECT_EQ(verdict.trace_id, "TRACE-1");
}

TEST(ResponseJudge, the_first_rule_that_matches_decides) {
    auto const throttled =
        judged(guance(), 401, R"({"errorCode": "ft.TriggerApiAkCurrentLimiting", "message": "slow down"})");
    EXPECT_EQ(throttled.action, ResponseAction::rate_limited);
    EXPECT_EQ(throttled.wait, std::chrono::seconds(60));
    EXPECT_EQ(throttled.reason, "errorCode is 'ft.TriggerApiAkCurrentLimiting'; the vendor says: slow down");

    auto const refused = judged(guance(), 403, R"({"errorCode": "ft.InvalidAPIKey"})");
    EXPECT_EQ(refused.action, ResponseAction::refused);
    EXPECT_EQ(refused.reason, "errorCode is 'ft.InvalidAPIKey'");
    EXPECT_EQ(judged(guance(), 200, R"({"errorCode": "ft.InvalidAPIKey"})").action, ResponseAction::refused);
}

TEST(ResponseJudge, names_what_an_answer_with_status_200_lacks) {
    auto const wrong = judged(
        guance(), 200, R"({"success": true, "errorCode": "ft.Other", "message": "no such workspace"})");
    EXPECT_EQ(wrong.action, ResponseAction::fail);
    EXPECT_EQ(wrong.reason, "errorCode is 'ft.Other', expected ''; the vendor says: no such workspace");
    EXPECT_EQ(judged(guance(), 200, R"({"errorCode": ""})").reason, "success is missing, expected true");
    EXPECT_EQ(judged(guance(), 200, R"({"success": "true", "errorCode": ""})").reason,
              "success is 'true', expected true");
    EXPECT_EQ(judged(guance(), 200, R"({"success": {}, "errorCode": ""})").reason,
              "success is an object, expected true");
}

TEST(ResponseJudge, compares_scalars_by_type_and_numbers_by_value) {
    struct Case {
        Kind kind;
        std::string expected, body;
        bool holds;
    };
    for (auto const& c : {Case{Kind::number, "200", "200", true}, Case{Kind::number, "200", "200.0", true},
                          Case{Kind::number, "200", "2E2", true}, Case{Kind::number, "200", "\"200\"", false},
                          Case{Kind::number, "200", "201", false}, Case{Kind::string, "200", "\"200\"", true},
                          Case{Kind::string, "200", "200", false}, Case{Kind::boolean, "true", "true", true},
                          Case{Kind::boolean, "true", "\"true\"", false},
                          Case{Kind::boolean, "true", "false", false}, Case{Kind::null, "", "null", true},
                          Case{Kind::null, "", "\"\"", false}, Case{Kind::null, "", "\"null\"", false},
                          Case{Kind::string, "", "null", false}, Case{Kind::string, "", "[]", false}}) {
        auto const verdict = judged(expecting(c.kind, c.expected), 200, "{\"v\": " + c.body + "}");
        EXPECT_EQ(verdict.action == ResponseAction::ok, c.holds) << c.expected << " against " << c.body;
    }
    EXPECT_EQ(judged(expecting(Kind::null, ""), 200, "{}").action, ResponseAction::fail);
}

TEST(ResponseJudge, knows_what_a_status_means) {
    auto const action = [](int status) { return judged({}, status, R"({"a": 1})").action; };
    for (int const status : {200, 201, 299})
        EXPECT_EQ(action(status), ResponseAction::ok) << status;
    for (int const status : {401, 403})
        EXPECT_EQ(action(status), ResponseAction::refused) << status;
    for (int const status : {408, 425, 500, 502, 503, 504, 599})
        EXPECT_EQ(action(status), ResponseAction::retry) << status;
    for (int const status : {100, 300, 301, 302, 304, 307, 400, 404, 409, 410, 418, 422, 451})
        EXPECT_EQ(action(status), ResponseAction::fail) << status;
    EXPECT_EQ(action(429), ResponseAction::rate_limited);
    EXPECT_EQ(judged({}, 404, "{}").reason, "HTTP 404");
}

TEST(ResponseJudge, a_good_status_without_json_is_worth_a_retry_and_then_a_data_error) {
    for (auto const* body : {"<html>login</html>", "", "{\"cut\": ", "[1]x"}) {
        auto const verdict = judged(guance(), 200, body);
        EXPECT_EQ(verdict.action, ResponseAction::retry) << body;
        EXPECT_EQ(verdict.when_exhausted, ErrorKind::data) << body;
    }
    EXPECT_THAT(judged(guance(), 200, "<html>login</html>").reason,
                HasSubstr("cannot be used: '<html>login"));
    EXPECT_EQ(judged(guance(), 200, " ").reason, "an empty body");
    EXPECT_EQ(judged(guance(), 502, "<html>").when_exhausted, ErrorKind::unavailable);
}

TEST(ResponseJudge, rules_can_look_at_the_status_alone_the_body_or_a_path) {
    ResponseSpec spec;
    spec.rules = {rule(204, {}, {}, ResponseAction::empty),
                  rule({}, {}, "*maintenance*", ResponseAction::retry),
                  rule({}, Path{{"error", "code"}}, {}, ResponseAction::fail)};
    EXPECT_EQ(judged(spec, 204, "").action, ResponseAction::empty);
    EXPECT_EQ(judged(spec, 200, "<p>under maintenance until 9</p>").action, ResponseAction::retry);
    EXPECT_EQ(judged(spec, 200, R"({"error": {"code": 7}})").reason, "error.code is 7");
    EXPECT_EQ(judged(spec, 200, R"({"error": {"code": null}})").action, ResponseAction::ok);
    EXPECT_EQ(judged(spec, 200, R"({"error": null})").action, ResponseAction::ok);
}

TEST(ResponseJudge, a_rule_can_name_statuses_classes_and_a_header) {
    ResponseSpec spec;
    ResponseRule overload;
    overload.status = {{403, 403}, {500, 599}};
    overload.header = HeaderMatch{"X-RateLimit-Remaining", "0"};
    overload.action = ResponseAction::rate_limited;
    spec.rules = {overload, rule(401, Path{{"error"}}, "token_expired", ResponseAction::refresh)};
    auto const judged_with = [&](int status, std::string const& remaining) {
        auto response = answer(status, "{}");
        response.headers = {{"x-ratelimit-remaining", remaining}};
        auto const document = decode_json_document("{}", {});
        return judge_response(spec, response, &document);
    };
    EXPECT_EQ(judged_with(403, "0").action, ResponseAction::rate_limited);
    EXPECT_EQ(judged_with(403, "0").reason, "header X-RateLimit-Remaining is '0'");
    EXPECT_EQ(judged_with(503, "0").action, ResponseAction::rate_limited);
    EXPECT_EQ(judged_with(403, "10").action, ResponseAction::refused);
    EXPECT_EQ(judged_with(404, "0").action, ResponseAction::fail);
    EXPECT_EQ(judged(spec, 403, "{}").action, ResponseAction::refused) << "without the header";
    EXPECT_EQ(judged(spec, 401, R"({"error": "token_expired"})").action, ResponseAction::refresh);
}

TEST(ResponseJudge, the_header_to_wait_by_comes_with_being_rate_limited_only) {
    ResponseSpec spec;
    spec.wait_header = ResetHeader{"X-RateLimit-Reset", ResetHeader::Unit::epoch};
    EXPECT_EQ(judged(spec, 429, "{}").wait_header->name, "X-RateLimit-Reset");
    EXPECT_FALSE(judged(spec, 500, "{}").wait_header) << "many vendors send it with every answer";
}

TEST(ResponseJudge, a_rule_cannot_make_a_page_of_what_is_not_json) {
    ResponseSpec spec;
    spec.rules = {rule({}, {}, "*", ResponseAction::ok)};
    EXPECT_EQ(judged(spec, 500, "{}").action, ResponseAction::ok);
    EXPECT_EQ(judged(spec, 200, "oops").action, ResponseAction::retry);
}

TEST(ResponseJudge, shows_no_control_bytes) {
    auto const verdict = judged(guance(), 500, R"({"message": "a\u001b[31mb\nc", "traceId": "x\ny"})");
    EXPECT_EQ(verdict.reason.find_first_of("\x1b\n"), std::string::npos);
    EXPECT_EQ(verdict.trace_id.find('\n'), std::string::npos);
}

TEST(PageFacts, counts_records_and_reads_the_total_as_number_or_text) {
    Pagination pagination;
    pagination.total = Path{{"info", "total"}};
    EXPECT_EQ(facts(R"({"items": [1, 2], "info": {"total": 61}})", pagination).records, 2U);
    for (auto const* total : {"61", "\"61\"", "61.0", "6.1e1", "\" 61 \""})
        EXPECT_EQ(facts(std::string(R"({"items": [], "info": {"total": )") + total + "}}", pagination).total,
                  61)
            << total;
    EXPECT_EQ(facts(R"({"items": [], "info": {"total": null}})", pagination).total, std::nullopt);
    EXPECT_EQ(facts(R"({"items": []})", pagination).total, std::nullopt);
    EXPECT_EQ(facts(R"({"items": [], "info": {"total": 9223372036854775807}})", pagination).total,
              9223372036854775807);
}

TEST(PageFacts, refuses_a_total_that_is_no_whole_number) {
    Pagination pagination;
    pagination.total = Path{{"total"}};
    for (auto const* total :
         {"-1", "1.5", "\"many\"", "\"\"", "true", "[]", "{}", "1e30", "9223372036854775808"})
        EXPECT_THROW(facts(std::string(R"({"items": [], "total": )") + total + "}", pagination), Error)
            << total;
}

TEST(PageFacts, an_answer_without_the_records_path_is_an_error_and_null_is_an_empty_page) {
    EXPECT_EQ(facts(R"({"items": null})").records, 0U);
    EXPECT_THROW(facts(R"({"total": 0})"), Error);
    try {
        facts(R"({"items": "None"})");
        FAIL();
    } catch (Error const& error) {
        EXPECT_STREQ(error.what(), "the answer has no records: items is 'None'");
        EXPECT_EQ(error.kind(), ErrorKind::data);
    }
}

} // namespace billhouse
