#include "fetch/authenticator.hpp"
#include "fetch/pacer.hpp"

#include "support/fake_clock.hpp"

#include <gmock/gmock.h>

/// Row H6 of tests/faults.md: somebody sets the wall clock while a run waits. Waits and lifetimes are counted
/// on the other clock.
namespace billhouse {

using namespace std::chrono_literals;
using testing::ElementsAre;

TEST(FaultH6, the_pace_is_kept_whatever_becomes_of_the_wall_clock) {
    for (auto const step : {-24h, 24h}) {
        FakeClock clock;
        Pacer pacer({.requests = 1, .per = 60s}, clock);
        pacer.wait_for_turn({});
        clock.set_wall_clock(step);
        pacer.wait_for_turn({});
        EXPECT_THAT(clock.waits, ElementsAre(60s)) << step.count();
    }
}

TEST(FaultH6, a_hold_by_the_vendors_headers_is_kept_too) {
    for (auto const step : {-24h, 24h}) {
        FakeClock clock;
        Pacer pacer({}, clock);
        pacer.hold_for(40s);
        clock.set_wall_clock(step);
        pacer.wait_for_turn({});
        EXPECT_THAT(clock.waits, ElementsAre(40s)) << step.count();
    }
}

TEST(FaultH6, a_token_lives_as_long_as_it_was_said_to) {
    FakeClock clock;
    Log log(clock, -1, LogFormat::text, LogLevel::error);
    std::vector<AuthRule> const rules{{AuthRule::Kind::oauth2, "", {}, std::nullopt}};
    int asked = 0;
    AuthSources const sources{{}, [&](auto const&...) {
                                  ++asked;
                                  return AccessToken{"t0ken", 3600s};
                              }};
    Authenticator auth(
        rules, {{"secret", ""}}, sources, clock, [] { return 0.0; }, log);
    auto const send = [&] {
        auth.prepare({});
        EXPECT_TRUE(auth.sign({"GET", "https://api.example", {}, std::nullopt}));
    };
    send();
    for (auto const step : {-24h, 48h}) {
        clock.set_wall_clock(step);
        send();
    }
    EXPECT_EQ(asked, 1);
    clock.advance(2h);
    send();
    EXPECT_EQ(asked, 2);
}

} // namespace billhouse
