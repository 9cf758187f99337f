#include "fetch/retry_policy.hpp"

#include <gtest/gtest.h>

#include <random>

namespace billhouse {
namespace {

using namespace std::chrono;
using std::chrono::milliseconds;

RetryLimits const kLimits{.attempts = 5, .first_delay = 500ms, .max_delay = 60s, .max_retry_after = 15min};
Instant const kNow = sys_days(2026y / March / 1);

RandomShare always(double share) {
    return [share] { return share; };
}

/// The longest delay that could be drawn.
std::optional<milliseconds> limit(int attempts, RetryLimits const& limits) {
    return next_delay(limits, attempts, {}, always(1.0));
}

} // namespace

TEST(RetryPolicy, doubles_the_limit_of_the_delay_after_each_attempt) {
    EXPECT_EQ(limit(1, kLimits), 500ms);
    EXPECT_EQ(limit(2, kLimits), 1s);
    EXPECT_EQ(limit(3, kLimits), 2s);
    EXPECT_EQ(limit(4, kLimits), 4s);
}

TEST(RetryPolicy, never_goes_beyond_the_longest_delay) {
    auto limits = kLimits;
    limits.attempts = std::numeric_limits<int>::max();
    EXPECT_EQ(limit(7, limits), 32s);
    EXPECT_EQ(limit(8, limits), 60s);
    EXPECT_EQ(limit(2'000'000'000, limits), 60s);
    limits.max_delay = 8760h;
    EXPECT_EQ(limit(2'000'000'000, limits), 8760h);
    limits.max_delay = 200ms;
    EXPECT_EQ(limit(1, limits), 200ms) << "the first delay is capped too";
}

TEST(RetryPolicy, draws_from_the_whole_span) {
    EXPECT_EQ(next_delay(kLimits, 3, {}, always(0.0)), 0ms);
    EXPECT_EQ(next_delay(kLimits, 3, {}, always(0.25)), 500ms);
}

TEST(RetryPolicy, gives_up_after_the_last_attempt) {
    EXPECT_TRUE(next_delay(kLimits, 4, {}, always(0.5)));
    EXPECT_EQ(next_delay(kLimits, 5, {}, always(0.5)), std::nullopt);
    auto once = kLimits;
    once.attempts = 1;
    EXPECT_EQ(next_delay(once, 1, {}, always(0.5)), std::nullopt);
}

TEST(RetryPolicy, waits_at_least_as_long_as_the_vendor_asks_and_up_to_a_tenth_more) {
    AttemptOutcome const outcome{.rate_limited = true, .requested_wait = 120s};
    EXPECT_EQ(next_delay(kLimits, 1, outcome, always(0.0)), 120s);
    EXPECT_EQ(next_delay(kLimits, 1, outcome, always(1.0)), 132s);
}

TEST(RetryPolicy, keeps_its_own_delay_where_that_is_longer_than_the_requested_wait) {
    EXPECT_EQ(next_delay(kLimits, 4, {.requested_wait = 1s}, always(1.0)), 4s);
    EXPECT_EQ(next_delay(kLimits, 4, {.requested_wait = 0s}, always(0.5)), 2s);
}

TEST(RetryPolicy, gives_up_where_the_vendor_asks_for_more_than_the_longest_wait) {
    EXPECT_TRUE(next_delay(kLimits, 1, {.requested_wait = 15min}, always(1.0)));
    EXPECT_EQ(next_delay(kLimits, 1, {.requested_wait = 15min + 1ms}, always(0.0)), std::nullopt);
}

TEST(RetryPolicy, does_not_ask_again_at_once_when_rate_limited_without_a_known_wait) {
    AttemptOutcome const outcome{.rate_limited = true, .requested_wait = std::nullopt};
    EXPECT_EQ(next_delay(kLimits, 4, outcome, always(0.0)), 4s);
    EXPECT_EQ(next_delay(kLimits, 4, outcome, always(1.0)), 2s);
}

TEST(RetryPolicy, stays_within_its_bounds_whatever_is_drawn) {
    std::mt19937_64 engine(20260301);
    std::uniform_real_distribution<double> share;
    std::uniform_int_distribution<int> attempts(1, 4), seconds_asked(0, 900);
    for (int i = 0; i < 10'000; ++i) {
        int const attempt = attempts(engine);
        milliseconds const asked = seconds(seconds_asked(engine));
        auto const delay =
            next_delay(kLimits, attempt, {.requested_wait = asked}, [&] { return share(engine); });
        ASSERT_TRUE(delay);
        ASSERT_GE(*delay, asked);
        ASSERT_LE(*delay, std::max(asked + asked / 10, *limit(attempt, kLimits)));
    }
}

TEST(RetryAfter, reads_seconds) {
    EXPECT_EQ(parse_retry_after("0", kNow), 0ms);
    EXPECT_EQ(parse_retry_after("120", kNow), 120s);
    EXPECT_EQ(parse_retry_after(" 7 ", kNow), 7s);
    EXPECT_EQ(parse_retry_after("007", kNow), 7s);
    EXPECT_EQ(parse_retry_after("3155695200", kNow), kLongestRetryAfter);
}

TEST(RetryAfter, reads_a_date_against_now) {
    EXPECT_EQ(parse_retry_after("Sun, 01 Mar 2026 00:01:00 GMT", kNow), 60s);
    EXPECT_EQ(parse_retry_after("Sunday, 01-Mar-26 00:01:00 GMT", kNow), 60s);
    EXPECT_EQ(parse_retry_after("Sun Mar  1 00:01:00 2026", kNow), 60s);
    EXPECT_EQ(parse_retry_after("Sun, 01 Mar 2026 00:01:00 GMT", kNow + 1us), 60s)
        << "rounded up, never too early";
    EXPECT_EQ(parse_retry_after("Sun, 01 Mar 2026 00:00:00 GMT", kNow), 0ms);
    EXPECT_EQ(parse_retry_after("Thu, 31 Dec 2099 23:59:59 GMT", kNow),
              duration_cast<milliseconds>(sys_days(2100y / January / 1) - 1s - kNow));
}

TEST(RetryAfter, leaves_the_decision_to_the_own_backoff_where_the_value_makes_no_sense) {
    for (auto const* text : {
             "-1", // Ocamba: too many parallel requests, no time is known
             "-5",
             "+5",
             "1.5",
             "1e3",
             "0x10",
             "61,60",
             "60 60",
             "60s",
             "soon",
             "",
             " ",
             "3155695201",                    // more than a century
             "9223372036854775807",           // would overflow as milliseconds
             "99999999999999999999",          // 20 digits
             "Sun, 06 Nov 1994 08:49:37 GMT", // past
             "Sat, 28 Feb 2026 23:59:59 GMT",
             "Fri, 31 Dec 9999 23:59:59 GMT",
             "Sun, 31 Feb 2027 00:00:00 GMT",
             "2026-03-01T00:01:00Z",
         }) {
        EXPECT_EQ(parse_retry_after(text, kNow), std::nullopt) << text;
    }
}

TEST(ResetHeader, reads_each_unit) {
    using Unit = ResetHeader::Unit;
    EXPECT_EQ(parse_reset(Unit::delta, "60", kNow), 60s);
    EXPECT_EQ(parse_reset(Unit::delta, " 0 ", kNow), 0s);
    auto const now = duration_cast<seconds>(kNow.time_since_epoch()).count();
    EXPECT_EQ(parse_reset(Unit::epoch, std::to_string(now + 60), kNow), 60s);
    EXPECT_EQ(parse_reset(Unit::epoch_ms, std::to_string(now * 1000 + 250), kNow), 250ms);
    EXPECT_EQ(parse_reset(Unit::epoch, std::to_string(now + 60), kNow + 1us), 60s) << "never too early";
}

TEST(ResetHeader, leaves_the_decision_to_the_own_backoff_where_the_value_makes_no_sense) {
    for (auto const unit : {ResetHeader::Unit::delta, ResetHeader::Unit::epoch, ResetHeader::Unit::epoch_ms})
        for (auto const* text :
             {"-1", "1.5", "soon", "", "6m0s", "99999999999999999999", "9223372036854775807"})
            EXPECT_EQ(parse_reset(unit, text, kNow), std::nullopt) << text;
    EXPECT_EQ(parse_reset(ResetHeader::Unit::epoch, "1600000060", kNow), std::nullopt) << "past";
    EXPECT_EQ(parse_reset(ResetHeader::Unit::epoch, "0", kNow), std::nullopt);
    EXPECT_EQ(parse_reset(ResetHeader::Unit::delta, "3155695201", kNow), std::nullopt)
        << "more than a century";
}

} // namespace billhouse
