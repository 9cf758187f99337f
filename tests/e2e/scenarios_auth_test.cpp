#include "e2e/scripted_vendor_run.hpp"

#include <gmock/gmock.h>

/// Scenarios 40, 41 and 63: credentials that run out, and credentials that must not show. The numbers are
/// those of the table in tests/README.md.
namespace billhouse {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string const kPage = page_of({"a"});

ScriptedServer::Connection token(std::string const& value, std::string const& more = {}) {
    return answer(200, R"({"access_token":")" + value + R"(","token_type":"Bearer")" + more + "}");
}

/// A job whose client asks the same server for its tokens.
class OAuth2Run : public ScriptedVendorRun {
protected:
    void follow_with_client(std::vector<ScriptedServer::Connection> script) {
        follow(script); // for its port
        auth_ = "[{kind: oauth2, token_url: \"" + server_->url() +
                "/token\", client_id: {env: ACME_ID}, secret: {env: ACME_SECRET}, scope: costs.read}]";
        auto const url = server_->url();
        auto job = config_->read("jobs/acme.yaml");
        auto const from = job.find("  auth: "), end = job.find('\n', from);
        config_->write("jobs/acme.yaml", job.replace(from, end - from, "  auth: " + auth_));
    }
    void paged() {
        request_ = "{path: /usage, query: {from: \"{window.start}\", page: \"{page.number}\"}}";
        pagination_ = "{kind: page_number, total: total}";
    }
    static ScriptedServer::Connection page(std::string const& product) {
        return answer(200, page_of({product}, ",\"total\":3"));
    }
    std::string first_line(std::size_t index) const {
        return request(index).substr(0, request(index).find("\r\n"));
    }
};

class Scenario40 : public OAuth2Run {};
class Scenario41 : public OAuth2Run {};
class Scenario63 : public ScriptedVendorRun {};

TEST_F(Scenario40, a_401_gets_one_new_token_and_the_request_once_more) {
    follow_with_client({token("t0ken-one"), answer(401, "{}"), token("t0ken-two"), answer(200, kPage)});
    auto const run = load();
    EXPECT_EQ(run.exit_code, 0) << run.err;
    EXPECT_EQ(loaded(), "1");
    EXPECT_EQ(first_line(0), "POST /token HTTP/1.1");
    EXPECT_THAT(request(0), HasSubstr("grant_type=client_credentials&client_id=acme-client&client_secret="));
    EXPECT_THAT(request(1), HasSubstr("Authorization: Bearer t0ken-one"));
    EXPECT_THAT(request(3), HasSubstr("Authorization: Bearer t0ken-two"));
}

TEST_F(Scenario40, a_second_401_is_an_error_that_names_the_reference_and_shows_nothing) {
    follow_with_client({token("t0ken-one"), answer(401, "{}"), token("t0ken-two"),
                        answer(401, R"({"error":"t0ken-two is not mine"})")});
    auto const run = load();
    EXPECT_EQ(run.exit_code, 77) << run.err;
    EXPECT_EQ(requests(), 4U);
    EXPECT_THAT(run.err, HasSubstr("ACME_SECRET"));
    EXPECT_THAT(run.err, Not(HasSubstr("t0ken-")));
    EXPECT_EQ((run.out + run.err).find("canary"), std::string::npos);
}

TEST_F(Scenario40, a_rule_can_say_which_answer_means_that_the_token_ran_out) {
    response_ = "{rules: [{status: 403, path: error, matches: \"token_expired\", then: refresh}]}";
    follow_with_client({token("t0ken-one"), answer(403, R"({"error":"token_expired"})"), token("t0ken-two"),
                        answer(200, kPage), token("t0ken-three"), answer(403, R"({"error":"no_rights"})")});
    EXPECT_EQ(load().exit_code, 0);
    auto const run = load();
    EXPECT_EQ(run.exit_code, 77) << run.err;
    EXPECT_EQ(requests(), 6U) << "other refusals say nothing against the token";
}

TEST_F(Scenario40, a_client_that_the_token_endpoint_refuses_ends_the_job_before_any_page) {
    follow_with_client(
        {answer(400, R"({"error":"invalid_client","error_description":"canary-9b1c-client is wrong"})")});
    auto const run = load();
    EXPECT_EQ(run.exit_code, 77) << run.err;
    EXPECT_THAT(run.err, HasSubstr("asking for an access token"));
    EXPECT_THAT(run.err, HasSubstr("*** is wrong"));
    EXPECT_EQ((run.out + run.err).find("canary"), std::string::npos);
    EXPECT_EQ(requests(), 1U);
}

TEST_F(Scenario40, static_keys_that_are_the_same_as_before_are_not_tried_twice) {
    follow({answer(401, "{}")});
    EXPECT_EQ(load().exit_code, 77);
    EXPECT_EQ(requests(), 1U);
}

TEST_F(Scenario41, a_token_that_is_refused_between_pages_loses_and_doubles_none) {
    paged();
    follow_with_client(
        {token("t0ken-one"), page("a"), answer(401, "{}"), token("t0ken-two"), page("b"), page("c")});
    auto const run = load();
    EXPECT_EQ(run.exit_code, 0) << run.err;
    EXPECT_EQ(products(), "a b c");
    EXPECT_THAT(request(4), HasSubstr("page=2 "));
    EXPECT_THAT(request(5), HasSubstr("Bearer t0ken-two"));
}

TEST_F(Scenario41, a_token_whose_time_is_over_is_replaced_before_the_next_page) {
    paged();
    auto const spent = ",\"expires_in\":0";
    follow_with_client({token("t0ken-one", spent), page("a"), token("t0ken-two", spent), page("b"),
                        token("t0ken-three"), page("c")});
    auto const run = load();
    EXPECT_EQ(run.exit_code, 0) << run.err;
    EXPECT_EQ(products(), "a b c");
    EXPECT_THAT(request(5), HasSubstr("Bearer t0ken-three"));
}

TEST_F(Scenario63, a_key_in_url_header_message_and_body_shows_nowhere) {
    auth_ = "[{kind: query, name: api_key, secret: {env: ACME_KEY}}, {kind: header, name: X-Secret, secret: "
            "{env: ACME_SECRET}}]";
    response_ = "{message: message}";
    std::string body = R"({"message":"unknown )" + std::string(kKey) + R"(","echo":")";
    while (body.size() < 10'000)
        body += std::string(kClientSecret) + " ";
    follow({answer(404, body + "\"}"), answer(500, "key=" + std::string(kKey)), answer(500, body + "\"}"),
            answer(500, std::string(kClientSecret) + std::string(10'000, 'x'))});
    for (int i = 0; i < 2; ++i) {
        auto const run = acme({"--log-level", "debug", "backfill", "acme", "--from", "2026-01-01", "--to",
                               "2026-01-02", "--force"});
        EXPECT_NE(run.exit_code, 0);
        EXPECT_THAT(run.err, HasSubstr("***"));
        EXPECT_EQ((run.out + run.err).find("canary"), std::string::npos) << run.err;
        EXPECT_LT(run.err.size(), 8'000U) << "the body is cut";
    }
    EXPECT_THAT(request(0), HasSubstr("api_key=canary-7f3a-key"));
    EXPECT_THAT(request(0), HasSubstr("X-Secret: canary-9b1c-client"));
    for (auto const* table : {"etl.run", "etl.slice", "etl.page"})
        EXPECT_EQ(value(std::string("SELECT count(*) FROM ") + table + " AS t WHERE t::text LIKE '%canary%'"),
                  "0")
            << table;
}

/// Signatures are proved against the vendors' published examples in unit/fetch; here that they arrive.
TEST_F(Scenario63, signed_requests_carry_no_secret_at_all) {
    auth_ =
        "[{kind: aws_sigv4, access_key_id: {env: ACME_ID}, secret: {env: ACME_SECRET}, session_token: {env: "
        "ACME_KEY}, region: us-east-1, service: ce}]";
    follow({answer(200, kPage)});
    auto run = load();
    EXPECT_EQ(run.exit_code, 0) << run.err;
    EXPECT_THAT(request(0), HasSubstr("Authorization: AWS4-HMAC-SHA256 Credential=acme-client/"));
    EXPECT_THAT(request(0), Not(HasSubstr(kClientSecret)));
    auth_ = "[{kind: alibaba_rpc, access_key_id: {env: ACME_ID}, secret: {env: ACME_SECRET}}]";
    follow({answer(200, kPage)});
    run = load();
    EXPECT_EQ(run.exit_code, 0) << run.err;
    EXPECT_THAT(request(0), HasSubstr("&AccessKeyId=acme-client&SignatureMethod=HMAC-SHA1&"));
    EXPECT_THAT(request(0), Not(HasSubstr(kClientSecret)));
}

} // namespace
} // namespace billhouse
