#include "unit/fetch/vendor_client_run.hpp"

#include <gmock/gmock.h>

#include <functional>
#include <utility>

namespace billhouse {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

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

} // namespace
} // namespace billhouse
