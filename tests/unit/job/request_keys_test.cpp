#include "base/error.hpp"
#include "job/job_loader.hpp"

#include "support/job_text.hpp"

#include <gtest/gtest.h>

/// Keys around requests: who asks, how often, for which partitions, and what the answers mean.
namespace billhouse {

namespace {

/// A small job with these texts under http, response and in place of a list of partitions.
std::string job_text(std::string const& http, std::string const& response = "{}",
                     std::string const& partitions = "[a]") {
    return JobText{.http = "\n  base_url: https://api.example.com\n  " + http,
                   .request = R"({path: "/usage/{partition}", query: {from: "{window.start}"}})",
                   .response = response,
                   .stream = "    partitions: " + partitions + "\n"}
        .str();
}

JobDefinition job_of(std::string const& text) {
    return parse_configuration(std::nullopt, {{"jobs/acme.yaml", text}}).jobs.at(0);
}

std::string problems(std::string const& text) {
    try {
        job_of(text);
    } catch (Error const& error) {
        std::string const all = error.what();
        return all.substr(all.find('\n') + 1);
    }
    return "";
}

} // namespace

TEST(RequestKeys, an_oauth2_client_has_its_endpoint_scope_and_form) {
    auto const job = job_of(job_text(
        "auth: [{kind: oauth2, token_url: \"https://login.example.com/t/token\", client_id: {env: ID}, "
        "secret: "
        "{credential: s}, scope: costs.read, form: {audience: \"https://api.example.com\"}, client_auth: "
        "header}]"));
    auto const& rule = job.http.auth.at(0);
    EXPECT_EQ(rule.kind, AuthRule::Kind::oauth2);
    EXPECT_EQ(rule.oauth2.token_url, "https://login.example.com/t/token");
    EXPECT_EQ(rule.user->name, "ID");
    EXPECT_EQ(rule.oauth2.scope, "costs.read");
    EXPECT_EQ(rule.oauth2.form.at(0).first, "audience");
    EXPECT_EQ(rule.oauth2.client_auth, OAuth2Settings::ClientAuth::header);
}

TEST(RequestKeys, signing_kinds_have_key_id_session_token_region_and_service) {
    auto const job = job_of(job_text("auth: [{kind: aws_sigv4, access_key_id: {credential: id}, secret: "
                                     "{credential: s}, session_token: {env: T}, region: us-east-1, service: "
                                     "ce}]"));
    auto const& rule = job.http.auth.at(0);
    EXPECT_EQ(rule.user->name, "id");
    EXPECT_EQ(rule.session_token->name, "T");
    EXPECT_EQ(rule.region, "us-east-1");
    EXPECT_EQ(rule.service, "ce");
}

TEST(RequestKeys, each_kind_of_auth_needs_its_own_keys_and_takes_no_others) {
    EXPECT_EQ(problems(job_text("auth: [{kind: oauth2, secret: {credential: s}}]")),
              "jobs/acme.yaml:7:10: http.auth[0]: missing key 'token_url'\nHINT: It belongs to kind oauth2.\n"
              "jobs/acme.yaml:7:10: http.auth[0]: missing key 'client_id'\nHINT: It belongs to kind oauth2.");
    EXPECT_EQ(problems(job_text("auth: [{kind: bearer, secret: {credential: s}, region: us-east-1}]")),
              "jobs/acme.yaml:7:58: http.auth[0].region: 'region' is for kind aws_sigv4");
    EXPECT_EQ(problems(job_text("auth: [{kind: basic, secret: {credential: s}, client_id: {env: I}}]")),
              "jobs/acme.yaml:7:10: http.auth[0]: missing key 'user'\nHINT: It belongs to kind basic.\n"
              "jobs/acme.yaml:7:60: http.auth[0].client_id: 'client_id' is for kind oauth2");
    EXPECT_EQ(problems(job_text("auth: [{kind: oauth2, token_url: \"http://login.example.com\", client_id: "
                                "{env: I}, secret: {env: S}}]")),
              "jobs/acme.yaml:7:36: http.auth[0].token_url: http is only allowed to a loopback host\nHINT: "
              "Secrets belong under http.auth, parameters under request.query.");
}

TEST(RequestKeys, two_secrets_cannot_fill_the_same_header) {
    EXPECT_EQ(problems(job_text("auth: [{kind: bearer, secret: {env: A}}, {kind: basic, user: {env: U}, "
                                "secret: {env: B}}]")),
              "jobs/acme.yaml:7:44: http.auth[1]: the header authorization is filled already\nHINT: Keep one "
              "of the two.");
    EXPECT_EQ(problems(job_text("auth: [{kind: header, name: DD-API-KEY, secret: {env: A}}, {kind: header, "
                                "name: DD-APPLICATION-KEY, secret: {env: B}}]")),
              "");
}

TEST(RequestKeys, the_form_cannot_overwrite_the_clients_own_fields) {
    EXPECT_NE(
        problems(job_text("auth: [{kind: oauth2, token_url: \"https://l.example.com\", client_id: {env: I}, "
                          "secret: {env: S}, form: {client_secret: x}}]"))
            .find("http.auth[0].form.client_secret: this field is filled in already"),
        std::string::npos);
}

TEST(RequestKeys, pace_is_a_number_of_requests_or_told_by_headers) {
    auto const pace = job_of(job_text("pace: {remaining_header: X-Left, reset_header: {name: X-Reset, unit: "
                                      "epoch_ms}}"))
                          .http.pace;
    EXPECT_EQ(pace.requests, 0);
    EXPECT_EQ(pace.remaining_header, "X-Left");
    EXPECT_EQ(pace.reset_header->unit, ResetHeader::Unit::epoch_ms);
    EXPECT_NE(problems(job_text("pace: {requests: 20}")).find("`requests` and `per` belong together"),
              std::string::npos);
    EXPECT_NE(problems(job_text("pace: {remaining_header: X-Left}"))
                  .find("`remaining_header` and `reset_header` belong together"),
              std::string::npos);
    EXPECT_NE(problems(job_text("pace: {}")).find("a pace of nothing"), std::string::npos);
}

TEST(RequestKeys, max_in_flight_is_a_small_number_and_one_where_it_is_left_out) {
    EXPECT_EQ(job_of(job_text("pace: {max_in_flight: 8}")).http.pace.max_in_flight, 8);
    EXPECT_EQ(job_of(job_text("pace: {requests: 20, per: 60s}")).http.pace.max_in_flight, 1);
    EXPECT_EQ(job_of(job_text("headers: {}")).http.pace.max_in_flight, 1);
    for (auto const* number : {"0", "65", "-1", "many"})
        EXPECT_NE(problems(job_text("pace: {max_in_flight: " + std::string(number) + "}"))
                      .find("http.pace.max_in_flight"),
                  std::string::npos)
            << number;
}

TEST(RequestKeys, a_rule_names_statuses_classes_lists_and_headers) {
    auto const rules =
        job_of(job_text("headers: {}", "{wait_header: {name: X-Reset}, rules: [{status: 401, then: refresh}, "
                                       "{status: [403, 5xx], header: {name: X-Left, matches: \"0\"}, then: "
                                       "rate_limited}, {header: {name: X-Gone}, then: empty}]}"))
            .streams.at(0)
            .response;
    EXPECT_EQ(rules.wait_header->unit, ResetHeader::Unit::delta);
    EXPECT_EQ(rules.rules.at(0).action, ResponseAction::refresh);
    EXPECT_EQ(rules.rules.at(1).status, (std::vector<StatusRange>{{403, 403}, {500, 599}}));
    EXPECT_EQ(rules.rules.at(1).header->pattern, "0");
    EXPECT_EQ(rules.rules.at(2).header->pattern, "*");
    for (auto const* status : {"600", "99", "4x", "6xx", "\"\""})
        EXPECT_NE(
            problems(job_text("headers: {}", std::string("{rules: [{status: ") + status + ", then: fail}]}"))
                .find("expected an HTTP status"),
            std::string::npos)
            << status;
    EXPECT_NE(problems(job_text("headers: {}", "{rules: [{then: fail}]}")).find("a rule needs a condition"),
              std::string::npos);
}

TEST(RequestKeys, partitions_are_listed_or_come_from_a_call) {
    EXPECT_EQ(job_of(job_text("headers: {}")).streams.at(0).partitions, std::vector<std::string>{"a"});
    auto const stream = job_of(job_text("headers: {}", "{}",
                                        "{request: {path: /accounts}, records: {path: items}, value: id}"))
                            .streams.at(0);
    EXPECT_TRUE(stream.partitions.empty());
    EXPECT_TRUE(stream.is_partitioned());
    EXPECT_EQ(to_string(stream.partition_request->records.path), "items");
    EXPECT_EQ(to_string(stream.partition_request->value), "id");
}

TEST(RequestKeys, the_call_that_lists_partitions_knows_no_window) {
    EXPECT_NE(problems(job_text("headers: {}", "{}",
                                "{request: {path: /accounts, query: {at: \"{window.start}\"}}, value: id}"))
                  .find("comes before any window or partition"),
              std::string::npos);
    EXPECT_NE(
        problems(job_text("headers: {}", "{}", "{request: {path: /accounts}}")).find("missing key 'value'"),
        std::string::npos);
    EXPECT_NE(problems(job_text("headers: {}", "{}", "a")).find("expected a list"), std::string::npos);
}

} // namespace billhouse
