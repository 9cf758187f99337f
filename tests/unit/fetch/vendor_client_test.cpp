#include "fetch/vendor_client.hpp"

#include "support/fake_clock.hpp"
#include "support/scripted_transport.hpp"

#include <gmock/gmock.h>
#include <sys/mman.h>
#include <unistd.h>

#include <functional>
#include <utility>

namespace billhouse {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr auto kSecret = "s3cr3t-k3y";
constexpr auto kUrl = "https://api.example/v1/list?startDate=20260301";

/// What a job without rules of its own makes of an answer.
BodyVerdict by_status(HttpResponse const& response) {
    BodyVerdict verdict;
    verdict.trace_id = response.header("x-trace").value_or("");
    if (response.status == 200) return verdict;
    verdict.action = response.status == 429                             ? ResponseAction::rate_limited
                     : response.status == 401                           ? ResponseAction::refused
                     : response.status >= 500 || response.status == 408 ? ResponseAction::retry
                                                                        : ResponseAction::fail;
    return verdict;
}

/// A client whose whole surroundings are in the test's hands. Draws are 0, so the own backoff is no wait at
/// all.
class VendorClientTest : public testing::Test {
protected:
    VendorClientTest() {
        settings.base_url = "https://api.example";
        settings.auth.push_back({AuthRule::Kind::header,
                                 "DF-API-KEY",
                                 {SecretReference::Kind::credential, "guance_api_key"},
                                 std::nullopt});
    }
    ~VendorClientTest() override { ::close(log_file); }

    FetchedPage fetch(BodyJudge const& judge = by_status) {
        if (!client)
            client.emplace(
                settings, auth, transport, clock, [this] { return share; }, log, sources);
        return client->fetch({"GET", kUrl, {{"Accept", "application/json"}}, std::nullopt}, judge,
                             stop.get_token());
    }

    Error error_of(BodyJudge const& judge = by_status) {
        try {
            fetch(judge);
        } catch (Error const& error) {
            return error;
        }
        ADD_FAILURE() << "no error";
        return {ErrorKind::bug, "no error"};
    }

    std::string logged() const {
        std::string text(static_cast<std::size_t>(::lseek(log_file, 0, SEEK_END)), '\0');
        EXPECT_EQ(::pread(log_file, text.data(), text.size(), 0), static_cast<ssize_t>(text.size()));
        return text;
    }

    HttpSettings settings;
    std::vector<ResolvedAuth> auth{{kSecret, ""}};
    AuthSources sources;
    double share = 0.0;
    FakeClock clock;
    ScriptedTransport transport;
    std::stop_source stop;
    int log_file = ::memfd_create("log", 0);
    Log log{clock, log_file, LogFormat::text, LogLevel::debug};
    std::optional<VendorClient> client;
};

} // namespace

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

TEST_F(VendorClientTest, waits_as_long_as_retry_after_says) {
    transport.answers(429, {}, {{"retry-after", "60"}})
        .answers(503, {}, {{"retry-after", "Sun, 01 Mar 2026 00:03:00 GMT"}})
        .answers(200);
    fetch();
    EXPECT_THAT(clock.waits, ElementsAre(60s, 120s))
        << "the date is held against the clock after the first wait";
}

TEST_F(VendorClientTest, waits_as_the_rule_says_where_retry_after_is_missing_or_senseless) {
    auto const judge = [](HttpResponse const& response) {
        auto verdict = by_status(response);
        verdict.wait = 30s;
        return verdict;
    };
    transport.answers(429)
        .answers(429, {}, {{"retry-after", "-1"}})
        .answers(429, {}, {{"retry-after", "5"}})
        .answers(200);
    fetch(judge);
    EXPECT_THAT(clock.waits, ElementsAre(30s, 30s, 5s));
}

TEST_F(VendorClientTest, a_negative_retry_after_without_a_rule_means_the_own_backoff) {
    share = 1.0; // the lower end of the upper half
    transport.answers(429, {}, {{"retry-after", "-1"}}).answers(200);
    fetch();
    EXPECT_THAT(clock.waits, ElementsAre(250ms));
}

TEST_F(VendorClientTest, being_rate_limited_to_the_end_is_for_the_next_run) {
    for (int i = 0; i < 5; ++i)
        transport.answers(429);
    auto const error = error_of();
    EXPECT_EQ(error.kind(), ErrorKind::try_later);
    EXPECT_STREQ(error.what(), "GET https://api.example/v1/list: 5 attempts: 5 x HTTP 429");
}

TEST_F(VendorClientTest, does_not_sit_out_a_retry_after_beyond_the_longest_wait) {
    transport.answers(503, {}, {{"retry-after", "3600"}});
    auto const error = error_of();
    EXPECT_EQ(error.kind(), ErrorKind::try_later);
    EXPECT_STREQ(
        error.what(),
        "GET https://api.example/v1/list: HTTP 503; the vendor asks to wait until 2026-03-01T01:00:00Z");
    EXPECT_EQ(error.hint(), "Run again after 2026-03-01T01:00:00Z; what is loaded stays.");
    EXPECT_THAT(clock.waits, IsEmpty());
}

TEST_F(VendorClientTest, refused_credentials_are_named_but_not_shown_and_not_tried_again) {
    transport.answers(401, std::string("unknown key ") + kSecret, {{"x-trace", "T9"}});
    auto const error = error_of();
    EXPECT_EQ(error.kind(), ErrorKind::refused);
    EXPECT_STREQ(error.what(), "GET https://api.example/v1/list: HTTP 401: unknown key *** (trace id T9)");
    EXPECT_THAT(error.hint(), HasSubstr("guance_api_key"));
    EXPECT_EQ(transport.requests.size(), 1U);
}

TEST_F(VendorClientTest, a_secret_that_was_rotated_meanwhile_is_read_again_and_the_request_repeated_once) {
    sources.read_again = [] { return std::vector<ResolvedAuth>{{"n3w-k3y", ""}}; };
    transport.answers(401).answers(200);
    EXPECT_EQ(fetch().attempts, 1) << "nothing was wrong with the vendor";
    ASSERT_EQ(transport.requests.size(), 2U);
    EXPECT_THAT(transport.requests[1].headers, testing::Contains(testing::Pair("DF-API-KEY", "n3w-k3y")));
    EXPECT_THAT(clock.waits, IsEmpty());
}

TEST_F(VendorClientTest, a_new_secret_that_is_refused_too_is_an_error) {
    sources.read_again = [] { return std::vector<ResolvedAuth>{{"n3w-k3y", ""}}; };
    transport.answers(401).answers(401, "n3w-k3y is unknown");
    auto const error = error_of();
    EXPECT_EQ(error.kind(), ErrorKind::refused);
    EXPECT_STREQ(error.what(), "GET https://api.example/v1/list: HTTP 401: *** is unknown");
    EXPECT_EQ(transport.requests.size(), 2U);
}

TEST_F(VendorClientTest, a_token_that_is_refused_is_renewed_once) {
    settings.auth[0].kind = AuthRule::Kind::oauth2;
    int tokens = 0;
    sources.ask_token = [&](auto const&...) { return AccessToken{"t0ken-" + std::to_string(++tokens), {}}; };
    transport.answers(401).answers(200).answers(401).answers(401);
    fetch();
    EXPECT_THAT(transport.requests[1].headers,
                testing::Contains(testing::Pair("Authorization", "Bearer t0ken-2")));
    EXPECT_EQ(error_of().kind(), ErrorKind::refused) << "the next page has its own chance, and one only";
    EXPECT_EQ(transport.requests.size(), 4U);
    EXPECT_EQ(tokens, 3);
}

TEST_F(VendorClientTest, a_403_says_nothing_against_the_token_unless_a_rule_says_so) {
    settings.auth[0].kind = AuthRule::Kind::oauth2;
    sources.ask_token = [](auto const&...) { return AccessToken{"t0ken", {}}; };
    auto const judge = [](ResponseAction action) {
        return [action](HttpResponse const& response) {
            auto verdict = by_status(response);
            if (response.status == 403) verdict.action = action;
            return verdict;
        };
    };
    transport.answers(403).answers(200);
    EXPECT_EQ(fetch(judge(ResponseAction::refresh)).status, 200);
    transport.answers(403);
    EXPECT_EQ(error_of(judge(ResponseAction::refused)).kind(), ErrorKind::refused);
}

TEST_F(VendorClientTest, a_key_that_was_refused_is_not_tried_again_by_any_client_of_the_run) {
    transport.answers(401).answers(200);
    auto const first = error_of(), second = error_of();
    EXPECT_EQ(first.kind(), ErrorKind::refused);
    EXPECT_EQ(second.kind(), ErrorKind::refused);
    EXPECT_EQ(second.what(),
              first.what() + std::string(", as another request of this run was told; not asked"));
}

TEST_F(VendorClientTest, new_credentials_do_not_use_up_an_attempt) {
    settings.retry.attempts = 2;
    sources.read_again = [] { return std::vector<ResolvedAuth>{{"n3w-k3y", ""}}; };
    transport.answers(500).answers(401).answers(200);
    EXPECT_EQ(fetch().attempts, 2);
}

TEST_F(VendorClientTest, waits_as_the_vendors_own_header_says_where_retry_after_does_not) {
    share = 1.0;
    auto const judge = [](HttpResponse const& response) {
        auto verdict = by_status(response);
        verdict.wait_header = ResetHeader{"X-RateLimit-Reset", ResetHeader::Unit::epoch};
        return verdict;
    };
    auto const in_a_minute = std::to_string(
        std::chrono::duration_cast<std::chrono::seconds>(clock.now().time_since_epoch()).count() + 60);
    transport.answers(429, {}, {{"x-ratelimit-reset", in_a_minute}})
        .answers(429, {}, {{"x-ratelimit-reset", in_a_minute}, {"retry-after", "7"}})
        .answers(429, {}, {{"x-ratelimit-reset", "1600000060"}})
        .answers(429, {}, {{"x-ratelimit-reset", "soon"}})
        .answers(200);
    fetch(judge);
    EXPECT_THAT(clock.waits, ElementsAre(66s, 7700ms, 1000ms, 2000ms))
        << "60 s and a tenth; Retry-After wins; past and text are the own backoff";
}

TEST_F(VendorClientTest, the_last_request_that_is_left_holds_the_next_one_until_the_reset) {
    settings.pace.remaining_header = "X-RateLimit-Remaining";
    settings.pace.reset_header = ResetHeader{"X-RateLimit-Reset", ResetHeader::Unit::delta};
    transport.answers(200, {}, {{"x-ratelimit-remaining", "1"}, {"x-ratelimit-reset", "40"}})
        .answers(200, {}, {{"x-ratelimit-remaining", "0"}, {"x-ratelimit-reset", "40"}})
        .answers(200, {}, {{"x-ratelimit-remaining", "0"}, {"x-ratelimit-reset", "soon"}})
        .answers(200, {}, {{"x-ratelimit-remaining", "0"}})
        .answers(200);
    for (int i = 0; i < 5; ++i)
        fetch();
    EXPECT_THAT(clock.waits, ElementsAre(40s));
    EXPECT_EQ(client->counters().waited, 40s);
}

TEST_F(VendorClientTest, does_not_sit_out_a_reset_beyond_the_longest_wait) {
    settings.pace.remaining_header = "X-RateLimit-Remaining";
    settings.pace.reset_header = ResetHeader{"X-RateLimit-Reset", ResetHeader::Unit::delta};
    transport.answers(200, {}, {{"x-ratelimit-remaining", "0"}, {"x-ratelimit-reset", "3600"}});
    fetch();
    auto const error = error_of();
    EXPECT_EQ(error.kind(), ErrorKind::try_later);
    EXPECT_STREQ(error.what(), "GET https://api.example/v1/list: header X-RateLimit-Remaining says that no "
                               "request is left until 2026-03-01T01:00:00Z");
    EXPECT_EQ(transport.requests.size(), 1U);
    EXPECT_THAT(clock.waits, IsEmpty());
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

TEST_F(VendorClientTest, keeps_the_pace_over_pages_and_retries) {
    settings.pace = {.requests = 2, .per = 60s};
    transport.answers(200).answers(500).answers(200);
    fetch();
    EXPECT_EQ(fetch().attempts, 2);
    EXPECT_THAT(clock.waits, ElementsAre(60s));
    EXPECT_EQ(client->counters().waited, 60s);
}

/// A clock on which, while somebody waits for the first time, something else is done.
class BusyClock final : public Clock {
public:
    Instant now() const override { return time.now(); }
    std::chrono::steady_clock::time_point steady_now() const override { return time.steady_now(); }
    void wait(std::chrono::milliseconds duration, std::stop_token const& stop) override {
        if (auto const other_work = std::exchange(meanwhile, nullptr)) other_work();
        time.wait(duration, stop);
    }

    FakeClock time;
    std::function<void()> meanwhile;
};

TEST_F(VendorClientTest, what_one_client_is_asked_to_wait_all_clients_of_the_job_wait) {
    BusyClock busy;
    VendorAccess const access{std::make_shared<Pacer>(settings.pace, busy),
                              std::make_shared<Authenticator>(
                                  settings.auth, auth, sources, busy, [] { return 0.0; }, log)};
    ScriptedTransport other_transport;
    VendorClient first(
        settings, access, transport, busy, [] { return 0.0; }, log);
    VendorClient second(
        settings, access, other_transport, busy, [] { return 0.0; }, log);
    transport.answers(429, {}, {{"retry-after", "30"}}).answers(200);
    other_transport.answers(200);
    busy.meanwhile = [&] { second.fetch({"GET", kUrl, {}, std::nullopt}, by_status, {}); };
    first.fetch({"GET", kUrl, {}, std::nullopt}, by_status, {});
    EXPECT_THAT(busy.time.waits, ElementsAre(30s, 30s)) << "the second one its hold, then the first one";
}

TEST_F(VendorClientTest, clients_of_one_job_keep_its_pace_together) {
    settings.pace = {.requests = 2, .per = 60s};
    VendorAccess const access{std::make_shared<Pacer>(settings.pace, clock),
                              std::make_shared<Authenticator>(
                                  settings.auth, auth, sources, clock, [] { return 0.0; }, log)};
    VendorClient first(
        settings, access, transport, clock, [] { return 0.0; }, log);
    VendorClient second(
        settings, access, transport, clock, [] { return 0.0; }, log);
    transport.answers(200).answers(200).answers(200);
    first.fetch({"GET", kUrl, {}, std::nullopt}, by_status, {});
    second.fetch({"GET", kUrl, {}, std::nullopt}, by_status, {});
    first.fetch({"GET", kUrl, {}, std::nullopt}, by_status, {});
    EXPECT_THAT(clock.waits, ElementsAre(60s));
}

TEST_F(VendorClientTest,
       a_token_is_asked_for_before_the_turn_and_costs_another_turn_where_it_runs_out_meanwhile) {
    settings.auth = {AuthRule{.kind = AuthRule::Kind::oauth2, .name = {}, .secret = {}, .user = {}}};
    settings.pace = {.requests = 1, .per = 60s};
    std::vector<std::chrono::steady_clock::duration> asked;
    sources.ask_token = [&](auto const&, auto const&, auto const&) {
        asked.push_back(clock.steady_now().time_since_epoch());
        return AccessToken{"t0ken", 60s}; // used for four fifths of that
    };
    transport.answers(200).answers(200);
    fetch();
    fetch();
    EXPECT_THAT(asked, ElementsAre(0s, 60s));
    EXPECT_THAT(clock.waits, ElementsAre(60s, 60s)) << "its turn; the token has run out, another turn";
}

TEST_F(VendorClientTest, stops_before_the_next_request) {
    transport.then({{HttpResponse{500, {}, ""}, {}}, [this](auto const&) { stop.request_stop(); }});
    EXPECT_THROW(fetch(), Stopped);
    EXPECT_EQ(transport.requests.size(), 1U);
}

} // namespace billhouse
