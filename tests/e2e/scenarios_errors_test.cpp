#include "e2e/scripted_vendor_run.hpp"
#include "support/data_files.hpp"

#include <gmock/gmock.h>

#include <sstream>

/// Scenarios 33 to 39 and 42 to 47: limits, errors, and replies that are none. The numbers are those of the
/// table in tests/README.md.
namespace billhouse {
namespace {

using ::testing::AnyOf;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using Then = ScriptedReply::Then;

std::string const kPage = page_of({"a"});

class Scenario33 : public ScriptedVendorRun {};
class Scenario34 : public ScriptedVendorRun {};
class Scenario35 : public ScriptedVendorRun {};
class Scenario36 : public ScriptedVendorRun {};
class Scenario37 : public ScriptedVendorRun {};
class Scenario38 : public ScriptedVendorRun {};
class Scenario39 : public ScriptedVendorRun {};
class Scenario42 : public ScriptedVendorRun {};
class Scenario43 : public ScriptedVendorRun {};
class Scenario44 : public ScriptedVendorRun {};
class Scenario45 : public ScriptedVendorRun {};
class Scenario46 : public ScriptedVendorRun {};
class Scenario47 : public ScriptedVendorRun {};

TEST_F(Scenario33, a_retry_after_that_is_malformed_or_absent_means_the_own_backoff) {
    follow({answer(429, "{}", {{"Retry-After", "61,60"}}), answer(429, "{}"), answer(200, kPage)});
    auto const run = load();
    EXPECT_EQ(run.exit_code, 0) << run.err;
    EXPECT_EQ(loaded(), "1");
}

TEST_F(Scenario33, a_retry_after_of_a_second_is_waited_for) {
    follow({answer(429, "{}", {{"Retry-After", "1"}}), answer(200, kPage)});
    auto const run = load();
    EXPECT_EQ(run.exit_code, 0) << run.err;
    EXPECT_THAT(run.err, ContainsRegex("[^0-9.]1(\\.0[0-9]*)? s")) << "and up to a tenth more";
}

TEST_F(Scenario33, a_retry_after_above_the_cap_is_given_up_at_once) {
    follow({answer(429, "{}", {{"Retry-After", "3600"}})});
    auto const run = load();
    EXPECT_EQ(run.exit_code, 75) << run.err;
    EXPECT_THAT(run.err, HasSubstr("the vendor asks to wait until"));
    EXPECT_EQ(requests(), 1U);
}

TEST_F(Scenario34, a_reset_in_the_past_or_as_text_means_the_own_backoff) {
    response_ = "{wait_header: {name: X-RateLimit-Reset, unit: epoch}}";
    follow({answer(429, "{}", {{"X-RateLimit-Reset", "1600000060"}}),
            answer(429, "{}", {{"X-RateLimit-Reset", "soon"}}), answer(200, kPage)});
    auto const run = load();
    EXPECT_EQ(run.exit_code, 0) << run.err;
    EXPECT_EQ(loaded(), "1");
}

TEST_F(Scenario34, a_reset_above_the_cap_is_given_up_at_once) {
    response_ = "{wait_header: {name: X-RateLimit-Reset, unit: delta}}";
    follow({answer(429, "{}", {{"X-RateLimit-Reset", "86400"}})});
    auto const run = load();
    EXPECT_EQ(run.exit_code, 75) << run.err;
    EXPECT_EQ(requests(), 1U);
}

TEST_F(Scenario34, a_vendor_without_requests_left_is_not_asked_again_before_its_reset) {
    http_ = "  pace: {remaining_header: X-Left, reset_header: {name: X-Reset}}\n";
    request_ = "{path: /usage, query: {from: \"{window.start}\", page: \"{page.number}\"}}";
    pagination_ = "{kind: page_number, total: total}";
    follow({answer(200, page_of({"a"}, ",\"total\":2"), {{"X-Left", "0"}, {"X-Reset", "86400"}})});
    auto const run = load();
    EXPECT_EQ(run.exit_code, 75) << run.err;
    EXPECT_THAT(run.err, HasSubstr("header X-Left says that no request is left until"));
    EXPECT_EQ(requests(), 1U);
    EXPECT_EQ(loaded(), "0") << "a part of a day is no day";
}

TEST_F(Scenario35, two_hundred_seconds_with_a_budget_of_ten_is_an_error_without_a_wait) {
    retry_ = "{attempts: 3, first_delay: 1ms, max_delay: 1ms, max_retry_after: 10s}";
    follow({answer(503, "{}", {{"Retry-After", "200"}})});
    auto const run = load();
    EXPECT_EQ(run.exit_code, 75) << run.err;
    EXPECT_EQ(requests(), 1U);
}

TEST_F(Scenario35, a_date_more_than_a_century_ahead_means_the_own_backoff) {
    follow({answer(503, "{}", {{"Retry-After", "Fri, 01 Jan 2138 00:00:00 GMT"}}), answer(200, kPage)});
    EXPECT_EQ(load().exit_code, 0);
}

TEST_F(Scenario36, always_429_with_six_attempts_is_exactly_six_requests) {
    retry_ = "{attempts: 6, first_delay: 1ms, max_delay: 1ms}";
    follow(std::vector<ScriptedServer::Connection>(10, answer(429, "{}")));
    auto const run = load();
    EXPECT_EQ(run.exit_code, 75) << run.err;
    EXPECT_EQ(requests(), 6U);
    EXPECT_THAT(run.err, HasSubstr("6 attempts: 6 x HTTP 429"));
}

TEST_F(Scenario37, wrong_requests_and_credentials_fail_at_once) {
    std::vector<std::pair<int, int>> const cases{{400, 65}, {401, 77}, {403, 77}, {404, 65},
                                                 {405, 65}, {418, 65}, {422, 65}};
    std::vector<ScriptedServer::Connection> script;
    for (auto const& [status, exit_code] : cases)
        script.push_back(answer(status, "{}"));
    follow(script);
    for (std::size_t i = 0; i < cases.size(); ++i) {
        auto const run = load();
        EXPECT_EQ(run.exit_code, cases[i].second) << cases[i].first << ": " << run.err;
        EXPECT_EQ(requests(), i + 1) << cases[i].first;
    }
}

TEST_F(Scenario37, what_may_pass_is_tried_again) {
    std::vector<int> const statuses{408, 425, 429, 500, 502, 503, 504, 508, 599};
    std::vector<ScriptedServer::Connection> script;
    for (auto const status : statuses) {
        script.push_back(answer(status, "{}"));
        script.push_back(answer(200, kPage));
    }
    follow(script);
    for (std::size_t i = 0; i < statuses.size(); ++i) {
        auto const run = load();
        EXPECT_EQ(run.exit_code, 0) << statuses[i] << ": " << run.err;
        EXPECT_EQ(requests(), 2 * i + 2) << statuses[i];
    }
}

TEST_F(Scenario38, a_200_that_a_rule_recognises_is_the_failure_it_is) {
    response_ = "{message: error.message, rules: [{path: error.code, matches: \"E42\", then: fail}]}";
    follow({answer(200, R"({"rows":[],"error":{"code":"E42","message":"quota"}})")});
    auto const run = load();
    EXPECT_EQ(run.exit_code, 65) << run.err;
    EXPECT_THAT(run.err, HasSubstr("error.code is 'E42'; the vendor says: quota"));
    EXPECT_EQ(requests(), 1U);
}

TEST_F(Scenario38, a_200_can_be_a_limit_by_its_body_or_its_header) {
    response_ =
        "{rules: [{matches: \"*Throttling*\", then: rate_limited}, {status: [200, 403], header: {name: "
        "X-Left, matches: \"0\"}, then: rate_limited}]}";
    follow({answer(200, R"({"Code":"Throttling.User"})"), answer(403, "{}", {{"X-Left", "0"}}),
            answer(200, kPage, {{"X-Left", "10"}})});
    auto const run = load();
    EXPECT_EQ(run.exit_code, 0) << run.err;
    EXPECT_EQ(loaded(), "1");
}

TEST_F(Scenario39, a_404_that_is_ignored_passes_and_a_422_still_fails) {
    response_ = "{rules: [{status: 404, then: empty}]}";
    follow({answer(404, R"({"error":"no usage"})"), answer(422, R"({"error":"bad date"})")});
    auto run = load();
    EXPECT_EQ(run.exit_code, 0) << run.err;
    EXPECT_EQ(loaded(), "0");
    run = load();
    EXPECT_EQ(run.exit_code, 65) << run.err;
    EXPECT_THAT(run.err, HasSubstr("HTTP 422"));
}

TEST_F(Scenario42, page_3_of_5_is_asked_again_after_each_kind_of_cut) {
    request_ = "{path: /usage, query: {from: \"{window.start}\", page: \"{page.number}\"}}";
    pagination_ = "{kind: page_number, total: total}";
    retry_ = "{attempts: 5, first_delay: 1ms, max_delay: 1ms}";
    auto const page = [](std::string const& product) {
        return answer(200, page_of({product}, ",\"total\":5"));
    };
    auto const half_chunk = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: "
                            "chunked\r\n\r\n100\r\n{\"rows\":[";
    follow({page("a"), page("b"), raw("", Then::reset), raw(""), raw("garbage\r\n\r\n"), raw(half_chunk),
            page("c"), page("d"), page("e")});
    auto const run = load();
    EXPECT_EQ(run.exit_code, 0) << run.err;
    EXPECT_EQ(products(), "a b c d e");
    for (std::size_t i = 2; i < 7; ++i)
        EXPECT_THAT(request(i), HasSubstr("page=3 ")) << i;
}

TEST_F(Scenario43, a_body_shorter_than_it_says_is_tried_again_and_never_taken_for_complete) {
    follow({raw("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: "
                "50\r\n\r\n{\"rows\":[]}\n"),
            answer(200, kPage)});
    auto const run = load();
    EXPECT_EQ(run.exit_code, 0) << run.err;
    EXPECT_EQ(requests(), 2U);
    EXPECT_EQ(loaded(), "1");
}

TEST_F(Scenario44, a_200_with_an_html_page_is_an_error_that_names_its_type) {
    follow(std::vector<ScriptedServer::Connection>(
        3, answer(200, "<html>Please log in</html>", {{"Content-Type", "text/html"}})));
    auto const run = load();
    EXPECT_EQ(run.exit_code, 65) << run.err;
    EXPECT_THAT(run.err, HasSubstr("a body that cannot be used (text/html): '<html>Please log in"));
}

TEST_F(Scenario44, a_200_without_a_body_is_an_error) {
    follow(std::vector<ScriptedServer::Connection>(3, answer(200, "")));
    auto const run = load();
    EXPECT_EQ(run.exit_code, 65) << run.err;
    EXPECT_THAT(run.err, HasSubstr("an empty body"));
}

TEST_F(Scenario44, a_204_is_a_day_without_rows_where_the_job_says_so) {
    response_ = "{rules: [{status: 204, then: empty}]}";
    follow({raw("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")});
    auto const run = load();
    EXPECT_EQ(run.exit_code, 0) << run.err;
    EXPECT_EQ(requests(), 1U);
}

TEST_F(Scenario45, no_redirect_is_followed_and_no_other_host_sees_the_key) {
    ScriptedServer elsewhere({answer(200, kPage)});
    follow({answer(302, "", {{"Location", elsewhere.url() + "/usage?next=1"}}),
            answer(302, "", {{"Location", "/usage"}})});
    auto run = load();
    EXPECT_EQ(run.exit_code, 65) << run.err;
    EXPECT_THAT(run.err, HasSubstr("a redirect to " + elsewhere.url() + "/usage, which is not followed"));
    EXPECT_EQ(elsewhere.connections(), 0);
    run = load();
    EXPECT_EQ(run.exit_code, 65) << run.err;
    EXPECT_EQ(requests(), 2U) << "not even one to the same host: it might be endless";
}

TEST_F(Scenario46, a_body_with_a_broken_encoding_is_an_error) {
    follow(std::vector<ScriptedServer::Connection>(
        3, answer(200, "\x1f\x8b this is no gzip", {{"Content-Encoding", "gzip"}})));
    auto const run = load();
    EXPECT_NE(run.exit_code, 0);
    EXPECT_LT(run.exit_code, 128) << run.err;
    EXPECT_EQ(loaded(), "0");
}

std::string base64_decoded(std::string_view text) {
    constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string bytes;
    unsigned bits = 0, count = 0;
    for (char const c : text.substr(0, text.find('='))) {
        bits = (bits << 6) | static_cast<unsigned>(kAlphabet.find(c));
        count += 6;
        if (count < 8) continue;
        count -= 8;
        bytes += static_cast<char>((bits >> count) & 0xFF);
    }
    return bytes;
}

/// The value of a member in a line that holds one flat JSON object.
std::string member(std::string const& line, std::string const& name) {
    auto const key = line.find("\"" + name + "\"");
    if (key == std::string::npos) return {};
    auto const from = line.find_first_not_of(": \"", key + name.size() + 2);
    return line.substr(from, line.find_first_of(",\"}", from) - from);
}

/// curl's own 53 test replies. None of their bodies is a page of ours, so none may end as a success.
TEST_F(Scenario47, every_raw_reply_ends_with_a_clean_error) {
    auto const path = corpus_path("http_wire_replies.json");
    if (!std::filesystem::exists(path)) GTEST_SKIP() << "http_wire_replies.json is not here";
    std::vector<std::string> names;
    std::vector<ScriptedServer::Connection> script;
    std::istringstream lines(file_text(path));
    for (std::string line; std::getline(lines, line);)
        if (auto const bytes = member(line, "reply_base64"); !bytes.empty()) {
            names.push_back(member(line, "test"));
            script.push_back(raw(base64_decoded(bytes)));
        }
    EXPECT_EQ(script.size(), 53U);
    retry_ = "{attempts: 1}";
    follow(script);
    for (std::size_t i = 0; i < names.size(); ++i) {
        auto const run = acme({"preview", "acme", "--until", "2026-01-02"});
        EXPECT_THAT(run.exit_code, AnyOf(65, 69, 75, 77)) << names[i] << ": " << run.err;
        EXPECT_THAT(run.err, HasSubstr("/usage")) << names[i] << ": what failed is named";
        EXPECT_EQ(server_->connections(), static_cast<int>(i) + 1) << names[i];
    }
}

} // namespace
} // namespace billhouse
