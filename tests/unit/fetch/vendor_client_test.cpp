#include "unit/fetch/vendor_client_run.hpp"

#include <gmock/gmock.h>

namespace billhouse {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

TEST_F(VendorClientTest, hands_over_a_good_page_and_what_it_took) {
    transport.then({{HttpResponse{200, {{"content-type", "application/json"}, {"x-trace", "T1"}}, "{}"}, {}},
                    [this](auto const&) { clock.advance(250ms); }});
    auto const requested_at = clock.now();
    auto const page = fetch();
    EXPECT_EQ(page.body, "{}");
    EXPECT_EQ(page.url, kUrl);
    EXPECT_EQ(page.status, 200);
    EXPECT_EQ(page.trace_id, "T1");
    EXPECT_EQ(page.content_type, "application/json");
    EXPECT_EQ(page.attempts, 1);
    EXPECT_EQ(page.duration, 250ms);
    EXPECT_EQ(page.requested_at, requested_at);
    EXPECT_FALSE(page.empty_by_rule);
    EXPECT_THAT(logged(), IsEmpty());
}

TEST_F(VendorClientTest, sends_the_secret_and_keeps_it_out_of_the_page) {
    settings.auth.push_back(
        {AuthRule::Kind::query, "token", {SecretReference::Kind::credential, "token"}, std::nullopt});
    auth.push_back({"qu3ry-t0k3n", ""});
    transport.answers(200);
    auto const page = fetch();
    ASSERT_EQ(transport.requests.size(), 1U);
    EXPECT_THAT(transport.requests[0].headers, testing::Contains(testing::Pair("DF-API-KEY", kSecret)));
    EXPECT_EQ(transport.requests[0].url, std::string(kUrl) + "&token=qu3ry-t0k3n");
    EXPECT_EQ(page.url, kUrl);
}

TEST_F(VendorClientTest, marks_a_page_that_a_rule_calls_empty) {
    transport.answers(404);
    auto const page = fetch([](auto const&) {
        return BodyVerdict{.action = ResponseAction::empty, .reason = {}, .trace_id = {}, .wait = {}};
    });
    EXPECT_TRUE(page.empty_by_rule);
    EXPECT_EQ(page.status, 404);
}

TEST_F(VendorClientTest, tries_again_after_a_server_error_and_counts_it) {
    share = 1.0;
    transport.answers(500).answers(503).answers(200, "{}");
    EXPECT_EQ(fetch().attempts, 3);
    EXPECT_THAT(clock.waits, ElementsAre(500ms, 1000ms));
    auto const& counters = client->counters();
    EXPECT_EQ(counters.requests, 3U);
    EXPECT_EQ(counters.retries, 2U);
    EXPECT_EQ(counters.bytes, 2U);
    EXPECT_EQ(counters.waited, 1500ms);
}

TEST_F(VendorClientTest, logs_one_line_a_retry_without_the_query) {
    share = 1.0;
    transport.answers(500).answers(200);
    fetch();
    auto const text = logged();
    EXPECT_EQ(std::ranges::count(text, '\n'), 1);
    EXPECT_THAT(text, HasSubstr("trying again"));
    EXPECT_THAT(text, HasSubstr("1 of 5"));
    EXPECT_THAT(text, HasSubstr("0.5 s"));
    EXPECT_THAT(text, HasSubstr("HTTP 500"));
    EXPECT_THAT(text, HasSubstr("https://api.example/v1/list"));
    EXPECT_THAT(text, Not(HasSubstr("startDate")));
}

TEST_F(VendorClientTest, says_all_reasons_once_when_the_attempts_are_used_up) {
    TransportFailure const reset{true, "connection reset by api.example:443"};
    transport.answers(500).fails(reset).answers(500).fails(reset).answers(500, {}, {{"x-trace", "T5"}});
    auto const error = error_of();
    EXPECT_EQ(error.kind(), ErrorKind::unavailable);
    EXPECT_STREQ(error.what(), "GET https://api.example/v1/list: 5 attempts: 3 x HTTP 500, "
                               "2 x connection reset by api.example:443 (trace id T5)");
    EXPECT_FALSE(error.hint().empty());
    EXPECT_EQ(transport.requests.size(), 5U) << "not one request more than attempts";
}

TEST_F(VendorClientTest, does_not_show_half_a_secret_where_the_excerpt_ends) {
    transport.answers(401, std::string(507, 'x') + kSecret);
    EXPECT_THAT(error_of().what(), Not(HasSubstr("xs3c")));
}

TEST_F(VendorClientTest, a_broken_contract_fails_at_once_with_the_vendors_words) {
    transport.answers(400, "bad\nrequest " + std::string(2000, 'x'));
    auto const error = error_of();
    EXPECT_EQ(error.kind(), ErrorKind::data);
    EXPECT_THAT(error.what(),
                testing::StartsWith("GET https://api.example/v1/list: HTTP 400: bad\\x0Arequest xxx"));
    EXPECT_LT(std::string_view(error.what()).size(), 600U);
    EXPECT_EQ(transport.requests.size(), 1U);
}

TEST_F(VendorClientTest, shows_the_verdicts_reason_rather_than_the_body) {
    transport.answers(200, "a long body");
    auto const error = error_of([](auto const&) {
        return BodyVerdict{
            .action = ResponseAction::fail, .reason = "errorCode is 'ft.X'", .trace_id = {}, .wait = {}};
    });
    EXPECT_STREQ(error.what(), "GET https://api.example/v1/list: HTTP 200: errorCode is 'ft.X'");
}

TEST_F(VendorClientTest, shows_the_body_where_the_verdict_only_names_the_status) {
    transport.answers(404, "no such project");
    auto const error = error_of([](auto const&) {
        return BodyVerdict{.action = ResponseAction::fail, .reason = "HTTP 404", .trace_id = {}, .wait = {}};
    });
    EXPECT_STREQ(error.what(), "GET https://api.example/v1/list: HTTP 404: no such project");
}

TEST_F(VendorClientTest, names_the_target_of_a_redirect_without_its_query) {
    transport.answers(302, {}, {{"location", "https://login.example/in?back=secret"}});
    EXPECT_STREQ(error_of().what(),
                 "GET https://api.example/v1/list: HTTP 302, a redirect to https://login.example/in, "
                 "which is not followed");
}

TEST_F(VendorClientTest, a_permanent_transport_failure_is_not_tried_again) {
    transport.fails(
        {false, "the answer is larger than http.max_body, 10 bytes", ErrorKind::data, "Raise it."});
    auto const error = error_of();
    EXPECT_EQ(error.kind(), ErrorKind::data);
    EXPECT_STREQ(error.what(),
                 "GET https://api.example/v1/list: the answer is larger than http.max_body, 10 bytes");
    EXPECT_EQ(error.hint(), "Raise it.");
}

TEST_F(VendorClientTest, what_a_retry_comes_to_in_the_end_is_the_verdicts_choice) {
    settings.retry.attempts = 2;
    transport.answers(200, "<html>").answers(200, "<html>");
    auto const error = error_of([](auto const&) {
        return BodyVerdict{.action = ResponseAction::retry,
                           .reason = "not JSON",
                           .trace_id = {},
                           .wait = {},
                           .when_exhausted = ErrorKind::data};
    });
    EXPECT_EQ(error.kind(), ErrorKind::data);
    EXPECT_STREQ(error.what(), "GET https://api.example/v1/list: 2 attempts: 2 x HTTP 200: not JSON");
}

TEST_F(VendorClientTest, a_single_attempt_is_not_counted_in_the_message) {
    settings.retry.attempts = 1;
    transport.answers(500);
    EXPECT_STREQ(error_of().what(), "GET https://api.example/v1/list: HTTP 500");
}

TEST_F(VendorClientTest, stops_before_the_next_request) {
    transport.then({{HttpResponse{500, {}, ""}, {}}, [this](auto const&) { stop.request_stop(); }});
    EXPECT_THROW(fetch(), Stopped);
    EXPECT_EQ(transport.requests.size(), 1U);
}

} // namespace
} // namespace billhouse
