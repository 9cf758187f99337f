#include "run/partitions.hpp"
#include "run/token_endpoint.hpp"
#include "run/vendor_connection.hpp"

#include "support/fake_clock.hpp"
#include "support/log_in_memory.hpp"
#include "support/scripted_transport.hpp"

#include <gmock/gmock.h>

/// Calls beside those for billing pages: for an access token, for the list of partitions.
namespace billhouse {
namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;

/// Hands a call on to a transport that the test keeps.
class BorrowedTransport final : public HttpTransport {
public:
    explicit BorrowedTransport(HttpTransport& real) : real_(real) {}
    HttpResult send(HttpRequest const& request, std::stop_token const& stop) override {
        return real_.send(request, stop);
    }

private:
    HttpTransport& real_;
};

class VendorCalls : public testing::Test {
protected:
    VendorCalls() {
        rule.kind = AuthRule::Kind::oauth2;
        rule.secret.name = "azure_secret";
        rule.user = SecretReference{SecretReference::Kind::credential, "azure_id"};
        rule.oauth2.token_url = "https://login.example/token";
        job.name = "acme";
        job.http.base_url = "https://api.example";
        stream.name = "usage";
        stream.partition_request.emplace();
        stream.partition_request->request.path.parts = {std::string("/accounts")};
        stream.partition_request->records.path = Path{{"items"}};
        stream.partition_request->value = Path{{"id"}};
    }

    AccessToken token() { return ask_for_token(context, job.http, rule, client, access, {}); }
    std::vector<std::string> partitions() {
        VendorConnection connection(context, job);
        return partitions_of(context, job, stream, &connection.client());
    }
    Error error_of(std::function<void()> const& call) {
        try {
            call();
        } catch (Error const& error) {
            return error;
        }
        ADD_FAILURE() << "no error";
        return {ErrorKind::bug, "no error"};
    }
    std::string logged() const { return kept_log.text(); }

    AuthRule rule;
    ResolvedAuth client{"s&cret", "id/1"};
    JobDefinition job;
    StreamDefinition stream;
    FakeClock clock;
    VendorAccess access{.pacer = std::make_shared<Pacer>(Pace{}, clock), .auth = {}};
    ScriptedTransport vendor;
    std::vector<std::string> hosts; ///< base URLs of the transports that were asked for
    LogInMemory kept_log{clock};
    Log& log = kept_log.log;
    Warehouse no_warehouse{{}, std::nullopt, "test", {}};
    RunContext context{.warehouse = no_warehouse,
                       .clock = clock,
                       .log = log,
                       .stop = {},
                       .random = [] { return 0.0; },
                       .transport =
                           [this](HttpSettings const& http) {
                               hosts.push_back(http.base_url);
                               return std::make_unique<BorrowedTransport>(vendor);
                           },
                       .secrets = [](JobDefinition const&) { return std::vector<ResolvedAuth>{}; }};
};

} // namespace

TEST_F(VendorCalls, a_token_is_asked_for_with_the_clients_credentials_in_the_form) {
    rule.oauth2.scope = "costs.read";
    rule.oauth2.form = {{"audience", "https://api.example"}};
    vendor.answers(200, R"({"access_token": "t0ken", "token_type": "bearer", "expires_in": 3599})");
    auto const answer = token();
    EXPECT_EQ(answer.value, "t0ken");
    EXPECT_EQ(answer.lifetime, 3599s);
    ASSERT_EQ(vendor.requests.size(), 1U);
    EXPECT_EQ(vendor.requests[0].method, "POST");
    EXPECT_EQ(vendor.requests[0].url, "https://login.example/token");
    EXPECT_EQ(vendor.requests[0].body,
              "grant_type=client_credentials&client_id=id%2F1&client_secret=s%26cret&"
              "scope=costs.read&audience=https%3A%2F%2Fapi.example");
    EXPECT_THAT(vendor.requests[0].headers,
                Contains(Pair("Content-Type", "application/x-www-form-urlencoded")));
    EXPECT_THAT(hosts, ElementsAre("https://login.example/token")) << "a connection to no other host";
}

TEST_F(VendorCalls, a_token_is_asked_for_with_the_clients_credentials_in_the_header) {
    rule.oauth2.client_auth = OAuth2Settings::ClientAuth::header;
    vendor.answers(200, R"({"access_token": "t0ken", "expires_in": "60"})");
    EXPECT_EQ(token().lifetime, 60s);
    EXPECT_EQ(vendor.requests[0].body, "grant_type=client_credentials");
    EXPECT_THAT(vendor.requests[0].headers, // "id%2F1:s%26cret", each part form-encoded (RFC 6749 2.3.1)
                Contains(Pair("Authorization", "Basic aWQlMkYxOnMlMjZjcmV0")));
}

TEST_F(VendorCalls, a_client_that_is_not_accepted_is_named_but_not_shown) {
    log.hide(client.value);
    for (int const status : {400, 401, 403}) {
        access.budget = std::make_shared<RetryBudget>(); // of a run of its own
        vendor.answers(status, R"({"error": "invalid_client", "error_description": "s&cret is wrong"})");
        auto const error = error_of([&] { token(); });
        EXPECT_EQ(error.kind(), ErrorKind::refused) << status;
        EXPECT_THAT(error.what(), HasSubstr("asking for an access token: POST https://login.example/token"));
        EXPECT_THAT(error.what(), HasSubstr("*** is wrong"));
        EXPECT_THAT(error.hint(), HasSubstr("azure_id, credential azure_secret"));
    }
}

TEST_F(VendorCalls, a_token_endpoint_that_is_down_for_a_moment_is_asked_again) {
    vendor.answers(503).answers(200, R"({"access_token": "t0ken"})");
    EXPECT_EQ(token().value, "t0ken");
}

TEST_F(VendorCalls, a_token_request_counts_in_the_jobs_pace) {
    access.pacer = std::make_shared<Pacer>(Pace{.requests = 1, .per = 60s}, clock);
    access.pacer->wait_for_turn({});
    vendor.answers(200, R"({"access_token": "t0ken"})");
    token();
    EXPECT_THAT(clock.waits, ElementsAre(60s));
}

TEST_F(VendorCalls, a_token_request_is_tried_again_from_the_runs_budget_and_no_further) {
    while (access.budget->pay(RetryBudget::kRetry)) {
    }
    vendor.answers(503);
    EXPECT_EQ(error_of([&] { token(); }).kind(), ErrorKind::try_later);
    EXPECT_EQ(vendor.requests.size(), 1U);
}

TEST_F(VendorCalls, an_answer_without_a_bearer_token_is_a_broken_contract) {
    vendor.answers(200, R"({"token": "t0ken"})");
    EXPECT_THAT(error_of([&] { token(); }).what(), HasSubstr("no access_token"));
    vendor.answers(200, R"({"access_token": "t0ken", "token_type": "mac"})");
    EXPECT_THAT(error_of([&] { token(); }).what(), HasSubstr("'mac', not Bearer"));
}

TEST_F(VendorCalls, a_lifetime_that_makes_no_sense_is_none) {
    for (auto const* lifetime : {"-1", "1.5", "\"soon\"", "null", "99999999999999999999"}) {
        vendor.answers(200, std::string(R"({"access_token": "t0ken", "expires_in": )") + lifetime + "}");
        EXPECT_EQ(token().lifetime, std::nullopt) << lifetime;
    }
}

TEST_F(VendorCalls, partitions_come_from_the_call_distinct_and_sorted) {
    vendor.answers(200, R"({"items": [{"id": "b"}, {"id": 1007}, {"id": "b"}, {"id": "a"}]})");
    EXPECT_THAT(partitions(), ElementsAre("1007", "a", "b"));
    EXPECT_EQ(vendor.requests[0].url, "https://api.example/accounts");
}

TEST_F(VendorCalls, the_list_of_partitions_is_read_to_its_last_page) {
    auto& call = *stream.partition_request;
    call.request.query = {{"page", {{Placeholder{Placeholder::Name::page_number, {}, {}}}}}};
    call.pagination.kind = Pagination::Kind::page_number;
    call.pagination.total = Path{{"total"}};
    vendor.answers(200, R"({"total": 3, "items": [{"id": "b"}, {"id": "c"}]})")
        .answers(200, R"({"total": 3, "items": [{"id": "a"}]})");
    EXPECT_THAT(partitions(), ElementsAre("a", "b", "c"));
    EXPECT_EQ(vendor.requests[1].url, "https://api.example/accounts?page=2");
}

TEST_F(VendorCalls, a_page_of_the_list_that_comes_twice_counts_once) {
    vendor.answers(200, R"({"items": [{"id": "a"}, {"id": "b"}], "x": )")
        .answers(200, R"({"items": [{"id": "c"}]})");
    EXPECT_THAT(partitions(), ElementsAre("c")) << "what a broken answer held does not count";
}

TEST_F(VendorCalls, an_empty_list_is_a_warning_and_nothing_is_due) {
    vendor.answers(200, R"({"items": []})");
    EXPECT_THAT(partitions(), IsEmpty());
    EXPECT_THAT(logged(), HasSubstr("the vendor lists no partitions"));
    EXPECT_THAT(logged(), HasSubstr("acme.usage"));
}

TEST_F(VendorCalls, a_list_that_cannot_be_read_whole_is_an_error) {
    vendor.answers(404, "{}");
    EXPECT_THAT(error_of([&] { partitions(); }).what(), HasSubstr("listing the partitions of usage"));
    for (auto const* record : {"{}", R"({"id": null})", R"({"id": ""})", R"({"id": 1.5})", R"({"id": []})",
                               R"({"id": true})", R"({"id": 1e3})"}) {
        vendor.answers(200, std::string(R"({"items": [{"id": "a"}, )") + record + "]}");
        auto const error = error_of([&] { partitions(); });
        EXPECT_EQ(error.kind(), ErrorKind::data) << record;
        EXPECT_THAT(error.what(), HasSubstr("record 2 of the list has no text or whole number at id"));
    }
}

TEST_F(VendorCalls, listed_partitions_need_no_call) {
    stream.partition_request.reset();
    EXPECT_THAT(partitions(), ElementsAre("")) << "a stream without any";
    stream.partitions = {"z", "a"};
    EXPECT_THAT(partitions(), ElementsAre("z", "a"));
    EXPECT_THAT(vendor.requests, IsEmpty());
}

} // namespace billhouse
