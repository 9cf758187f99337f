#include "fetch/request_auth.hpp"

#include <gmock/gmock.h>

namespace billhouse {
namespace {

using testing::ElementsAre;
using testing::Pair;

AuthRule rule(AuthRule::Kind kind, std::string name = {}) {
    AuthRule rule;
    rule.kind = kind;
    rule.name = std::move(name);
    return rule;
}

HttpRequest signed_by(AuthRule const& rule, ResolvedAuth const& auth,
                      std::string url = "https://api.example/usage") {
    return with_auth({"GET", std::move(url), {}, std::nullopt}, {rule}, {auth});
}

std::string basic(std::string user, std::string password) {
    return signed_by(rule(AuthRule::Kind::basic), {std::move(password), std::move(user)})
        .headers.at(0)
        .second;
}

} // namespace

TEST(RequestAuth, puts_the_secret_where_the_rule_says) {
    EXPECT_THAT(signed_by(rule(AuthRule::Kind::header, "DF-API-KEY"), {"k3y", ""}).headers,
                ElementsAre(Pair("DF-API-KEY", "k3y")));
    EXPECT_THAT(signed_by(rule(AuthRule::Kind::bearer), {"t0ken", ""}).headers,
                ElementsAre(Pair("Authorization", "Bearer t0ken")));
    EXPECT_EQ(signed_by(rule(AuthRule::Kind::query, "api key"), {"a&b", ""}).url,
              "https://api.example/usage?api%20key=a%26b");
    EXPECT_EQ(
        signed_by(rule(AuthRule::Kind::query, "key"), {"k", ""}, "https://api.example/usage?page=1").url,
        "https://api.example/usage?page=1&key=k");
}

TEST(RequestAuth, basic_is_base64_with_padding) {
    EXPECT_EQ(basic("Aladdin", "open sesame"), "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="); // RFC 7617 section 2
    EXPECT_EQ(basic("test", "123\xC2\xA3"), "Basic dGVzdDoxMjPCow==");                // RFC 7617 section 2.1
    EXPECT_EQ(basic("", ""), "Basic Og==");
    EXPECT_EQ(basic("a", ""), "Basic YTo=");
    EXPECT_EQ(basic("a", "b"), "Basic YTpi");
    EXPECT_EQ(basic("\xFF\xFE", "\xFB"), "Basic //46+w==");
}

TEST(RequestAuth, uses_every_rule_with_its_own_secret) {
    auto const request = with_auth(
        {"GET", "https://api.example", {}, std::nullopt},
        {rule(AuthRule::Kind::header, "DD-API-KEY"), rule(AuthRule::Kind::header, "DD-APPLICATION-KEY")},
        {{"one", ""}, {"two", ""}});
    EXPECT_THAT(request.headers, ElementsAre(Pair("DD-API-KEY", "one"), Pair("DD-APPLICATION-KEY", "two")));
}

} // namespace billhouse
