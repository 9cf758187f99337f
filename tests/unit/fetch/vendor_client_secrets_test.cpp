#include "unit/fetch/vendor_client_run.hpp"

#include <gmock/gmock.h>

namespace billhouse {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

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

} // namespace
} // namespace billhouse
