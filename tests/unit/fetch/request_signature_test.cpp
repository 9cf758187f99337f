#include "fetch/alibaba_signature.hpp"
#include "fetch/aws_signature.hpp"
#include "fetch/url_parts.hpp"

#include <gmock/gmock.h>

#include <algorithm>

namespace billhouse {
namespace {

using namespace std::chrono_literals;
using std::chrono::sys_days;
using testing::Contains;
using testing::HasSubstr;
using testing::Pair;

/// 2015-08-30T12:36:00Z, the moment of all of AWS's examples.
Instant const kAwsMoment = sys_days(2015y / std::chrono::August / 30) + 12h + 36min;
ResolvedAuth const kAwsKeys{"wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "AKIDEXAMPLE"};

AuthRule aws_rule(std::string service) {
    AuthRule rule;
    rule.kind = AuthRule::Kind::aws_sigv4;
    rule.region = "us-east-1";
    rule.service = std::move(service);
    return rule;
}

std::string header(HttpRequest const& request, std::string const& name) {
    auto const found = std::ranges::find(request.headers, name, &Headers::value_type::first);
    return found == request.headers.end() ? "" : found->second;
}

/// The Authorization header of AWS's test suite for signature version 4.
std::string suite_signature(HttpRequest request, ResolvedAuth const& keys = kAwsKeys) {
    return header(with_aws_signature(std::move(request), aws_rule("service"), keys, kAwsMoment),
                  "Authorization");
}

std::string expected(std::string const& headers, std::string const& signature) {
    return "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=" +
           headers + ", Signature=" + signature;
}

} // namespace

TEST(AwsSignature, get_vanilla) {
    EXPECT_EQ(
        suite_signature({"GET", "https://example.amazonaws.com/", {}, {}}),
        expected("host;x-amz-date", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"));
}

TEST(AwsSignature, get_vanilla_query_order_key_case) {
    EXPECT_EQ(
        suite_signature({"GET", "https://example.amazonaws.com/?Param2=value2&Param1=value1", {}, {}}),
        expected("host;x-amz-date", "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"));
}

TEST(AwsSignature, post_vanilla) {
    EXPECT_EQ(
        suite_signature({"POST", "https://example.amazonaws.com/", {}, {}}),
        expected("host;x-amz-date", "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"));
}

TEST(AwsSignature, post_x_www_form_urlencoded) {
    EXPECT_EQ(suite_signature({"POST",
                               "https://example.amazonaws.com/",
                               {{"Content-Type", "application/x-www-form-urlencoded"}},
                               "Param1=value1"}),
              expected("content-type;host;x-amz-date",
                       "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a"));
}

TEST(AwsSignature, the_documented_list_users_request) {
    auto const request =
        with_aws_signature({"GET",
                            "https://iam.amazonaws.com/?Action=ListUsers&Version=2010-05-08",
                            {{"Content-Type", "application/x-www-form-urlencoded; charset=utf-8"}},
                            {}},
                           aws_rule("iam"), kAwsKeys, kAwsMoment);
    EXPECT_EQ(header(request, "X-Amz-Date"), "20150830T123600Z");
    EXPECT_EQ(header(request, "Authorization"),
              "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, "
              "SignedHeaders=content-type;host;x-amz-date, "
              "Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7");
}

TEST(AwsSignature, signs_the_session_token_of_temporary_credentials) {
    auto keys = kAwsKeys;
    keys.session_token = "T0KEN";
    HttpRequest const request{"GET", "https://example.amazonaws.com/", {}, {}};
    EXPECT_THAT(with_aws_signature(request, aws_rule("service"), keys, kAwsMoment).headers,
                Contains(Pair("X-Amz-Security-Token", "T0KEN")));
    EXPECT_THAT(suite_signature(request, keys), HasSubstr("host;x-amz-date;x-amz-security-token"));
}

TEST(AwsSignature, covers_body_path_query_headers_and_time) {
    HttpRequest const request{"POST", "https://a.example/b?c=d", {{"X-Amz-Target", "T"}}, "{}"};
    auto const signature = suite_signature(request);
    auto other = request;
    other.body = "{ }";
    EXPECT_NE(suite_signature(other), signature);
    other = request;
    other.url = "https://a.example/b/?c=d";
    EXPECT_NE(suite_signature(other), signature);
    other = request;
    other.headers[0].second = "U";
    EXPECT_NE(suite_signature(other), signature);
    EXPECT_NE(
        header(with_aws_signature(request, aws_rule("service"), kAwsKeys, kAwsMoment + 1s), "Authorization"),
        signature);
    other = request;
    other.headers[0].second = "  T  ";
    EXPECT_EQ(suite_signature(other), signature) << "blanks around a header's value do not count";
}

/// Alibaba Cloud's documentation of the signature, DescribeRegions with testid and testsecret.
TEST(AlibabaSignature, the_documented_describe_regions_request) {
    SigningMoment const moment{sys_days(2016y / std::chrono::February / 23) + 12h + 46min + 24s,
                               "3ee8c1b8-83d3-44af-a94f-4e0ad82fd6cf"};
    auto const request = with_alibaba_signature(
        {"GET", "https://ecs.aliyuncs.com/?Action=DescribeRegions&Format=XML&Version=2014-05-26", {}, {}},
        {"testsecret", "testid"}, moment);
    EXPECT_THAT(request.url, testing::EndsWith("&Signature=OLeaidS1JvxuMvnyHOwuJ%2BuX5qY%3D"));
    EXPECT_THAT(request.url, HasSubstr("&Timestamp=2016-02-23T12%3A46%3A24Z&"));
    EXPECT_THAT(request.url, HasSubstr("&SignatureNonce=3ee8c1b8-83d3-44af-a94f-4e0ad82fd6cf&"));
    EXPECT_THAT(request.url, testing::Not(HasSubstr("testsecret")));
}

TEST(AlibabaSignature, names_the_session_token_of_temporary_credentials) {
    auto const request = with_alibaba_signature({"GET", "https://business.aliyuncs.com/", {}, {}},
                                                {"secret", "id", "a+b"}, {kAwsMoment, "n"});
    EXPECT_THAT(request.url, HasSubstr("&SecurityToken=a%2Bb&"));
    EXPECT_THAT(request.url, testing::StartsWith("https://business.aliyuncs.com/?AccessKeyId=id&"));
}

TEST(UrlParts, splits_a_url_as_signatures_need_it) {
    auto const parts = url_parts("https://api.example:443/v1/costs?b=2&a=1");
    EXPECT_EQ(parts.host, "api.example");
    EXPECT_EQ(parts.path, "/v1/costs");
    EXPECT_EQ(parts.query, "b=2&a=1");
    EXPECT_EQ(url_parts("http://127.0.0.1:8080").host, "127.0.0.1:8080");
    EXPECT_EQ(url_parts("http://127.0.0.1:8080").path, "/");
    EXPECT_EQ(url_parts("https://api.example?x").query, "x");
    EXPECT_EQ(url_parts("http://api.example:80/").host, "api.example");
    EXPECT_EQ(url_parts("https://api.example:80/").host, "api.example:80");
}

TEST(UrlParts, brings_a_query_into_its_canonical_form) {
    EXPECT_EQ(canonical_query(query_parameters("b=2&a=%7e&a=%2F&c&&d=%zz+")), "a=%2F&a=~&b=2&c=&d=%25zz%2B");
    EXPECT_EQ(canonical_query({}), "");
}

} // namespace billhouse
