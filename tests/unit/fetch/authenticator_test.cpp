#include "base/error.hpp"
#include "fetch/authenticator.hpp"

#include "support/fake_clock.hpp"
#include "support/log_in_memory.hpp"

#include <gmock/gmock.h>

#include <barrier>
#include <thread>

namespace billhouse {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::Pair;

AuthRule rule(AuthRule::Kind kind, std::string name = {}) {
    AuthRule rule;
    rule.kind = kind;
    rule.name = std::move(name);
    return rule;
}

class AuthenticatorTest : public testing::Test {
protected:
    Authenticator& authenticator() {
        if (!held)
            held.emplace(
                rules, secrets, AuthSources{[this] { return read_again(); }, ask_token()}, clock,
                [] { return 0.5; }, log);
        return *held;
    }
    std::vector<ResolvedAuth> read_again() {
        ++reads;
        if (unreadable) throw Error(ErrorKind::config, "credential k cannot be opened");
        return now_on_disk;
    }
    decltype(AuthSources::ask_token) ask_token() {
        return [this](AuthRule const&, ResolvedAuth const& client, std::stop_token const&) {
            clients.push_back(client.value);
            if (client.value == refused_client) throw Error(ErrorKind::refused, "invalid_client");
            return AccessToken{"token-" + std::to_string(clients.size()), lifetime};
        };
    }
    SignedRequest signed_request() {
        authenticator().prepare({});
        return authenticator().sign({"GET", "https://api.example", {}, {}}).value();
    }
    std::string authorization() {
        last = signed_request();
        return last.request.headers.at(0).second;
    }
    bool renew(bool with_tokens) { return authenticator().renew(last.secrets, with_tokens); }
    std::string logged() const { return kept_log.text(); }

    std::vector<AuthRule> rules{rule(AuthRule::Kind::oauth2)};
    std::vector<ResolvedAuth> secrets{{"old-secret", "client"}}, now_on_disk = secrets;
    std::optional<std::chrono::seconds> lifetime = 3600s;
    std::string refused_client;
    bool unreadable = false;
    int reads = 0;
    std::vector<std::string> clients; ///< secrets that asked for a token
    FakeClock clock;
    LogInMemory kept_log{clock};
    Log& log = kept_log.log;
    std::optional<Authenticator> held;
    SignedRequest last;
};

} // namespace

TEST_F(AuthenticatorTest, overwrites_secrets_that_an_answer_quotes_wherever_they_stand) {
    secrets = {{"a-secret-of-sixteen-bytes-and-more", "client"}};
    std::string const& secret = secrets[0].value;
    constexpr std::size_t kPiece = 1024 * 1024; // searched at once
    for (auto const size : {3 * kPiece, kPiece, secret.size()}) {
        std::string text(size, '.');
        for (auto const at : {std::size_t{0}, kPiece - 5, 2 * kPiece - secret.size(), size - secret.size()})
            if (at + secret.size() <= size) text.replace(at, secret.size(), secret);
        TextSpool spool;
        spool.append(text);
        auto answer = spool.finish();
        authenticator().blank_secrets(answer);
        for (auto at = text.find(secret); at != text.npos; at = text.find(secret))
            text.replace(at, secret.size(), secret.size(), '*');
        EXPECT_TRUE(answer == text) << size;
    }
}

TEST_F(AuthenticatorTest, asks_for_one_token_and_keeps_it) {
    EXPECT_EQ(authorization(), "Bearer token-1");
    EXPECT_EQ(authorization(), "Bearer token-1");
    EXPECT_THAT(clients, ElementsAre("old-secret"));
}

TEST_F(AuthenticatorTest, asks_for_the_next_token_before_the_first_runs_out) {
    authorization();
    clock.advance(3539s);
    EXPECT_EQ(authorization(), "Bearer token-1");
    clock.advance(1s);
    EXPECT_EQ(authorization(), "Bearer token-2") << "a minute before its end";
}

TEST_F(AuthenticatorTest, a_short_lived_token_is_used_for_four_fifths_of_its_life) {
    lifetime = 100s;
    authorization();
    clock.advance(79s);
    EXPECT_EQ(authorization(), "Bearer token-1");
    clock.advance(1s);
    EXPECT_EQ(authorization(), "Bearer token-2");
}

TEST_F(AuthenticatorTest, a_token_without_a_lifetime_is_kept_until_it_is_refused) {
    lifetime.reset();
    authorization();
    clock.advance(24h);
    EXPECT_EQ(authorization(), "Bearer token-1");
    EXPECT_TRUE(renew(true));
    EXPECT_EQ(authorization(), "Bearer token-2");
}

TEST_F(AuthenticatorTest, a_refusal_that_does_not_concern_the_token_leaves_it) {
    authorization();
    EXPECT_FALSE(renew(false));
    EXPECT_EQ(authorization(), "Bearer token-1");
}

TEST_F(AuthenticatorTest, a_client_secret_that_was_rotated_meanwhile_is_read_again) {
    refused_client = "old-secret";
    now_on_disk = {{"new-secret", "client"}};
    EXPECT_EQ(authorization(), "Bearer token-2");
    EXPECT_THAT(clients, ElementsAre("old-secret", "new-secret"));
}

TEST_F(AuthenticatorTest, a_client_secret_that_is_still_the_same_is_not_tried_again) {
    refused_client = "old-secret";
    EXPECT_THROW(authorization(), Error);
    EXPECT_THAT(clients, ElementsAre("old-secret"));
}

TEST_F(AuthenticatorTest, a_static_secret_helps_again_only_where_it_changed) {
    rules = {rule(AuthRule::Kind::bearer)};
    EXPECT_FALSE(renew(true)) << "the same secret would be refused again";
    now_on_disk = {{"new-secret", "client"}};
    EXPECT_TRUE(renew(true));
    EXPECT_EQ(authorization(), "Bearer new-secret");
    EXPECT_EQ(reads, 2);
}

TEST_F(AuthenticatorTest, a_secret_that_cannot_be_read_again_is_a_warning_only) {
    rules = {rule(AuthRule::Kind::bearer)};
    unreadable = true;
    EXPECT_FALSE(renew(true));
    EXPECT_THAT(logged(), HasSubstr("credential k cannot be opened"));
}

TEST_F(AuthenticatorTest, every_secret_is_hidden_from_the_log_as_soon_as_it_is_known) {
    now_on_disk = {{"new-secret", "client", "session-token"}};
    authorization();
    renew(true);
    log.info("old-secret new-secret session-token token-1");
    EXPECT_THAT(logged(), HasSubstr("*** *** *** ***"));
}

TEST_F(AuthenticatorTest, a_token_that_was_dropped_or_runs_out_since_is_not_signed_with) {
    authorization();
    authenticator().renew(last.secrets, true);
    EXPECT_EQ(authenticator().sign({"GET", "https://api.example", {}, {}}), std::nullopt);
    authorization();
    clock.advance(3540s);
    EXPECT_EQ(authenticator().sign({"GET", "https://api.example", {}, {}}), std::nullopt);
    auto const insisted =
        authenticator().sign({"GET", "https://api.example", {}, {}}, Authenticator::Freshness::whatever);
    EXPECT_THAT(insisted->request.headers, ElementsAre(Pair("Authorization", "Bearer token-2")));
}

TEST_F(AuthenticatorTest, a_request_that_was_refused_with_older_secrets_gets_the_new_ones_as_they_are) {
    auto const first = signed_request(), second = signed_request();
    EXPECT_TRUE(authenticator().renew(first.secrets, true));
    signed_request();
    EXPECT_TRUE(authenticator().renew(second.secrets, true));
    signed_request();
    EXPECT_EQ(clients.size(), 2U) << "one new token for both";
    EXPECT_EQ(reads, 1);
}

TEST_F(AuthenticatorTest, eight_threads_that_need_a_token_ask_for_one_and_renew_it_once) {
    authenticator();
    std::barrier all(8);
    std::vector<std::string> used(8);
    std::vector<std::jthread> threads;
    for (auto& authorization : used)
        threads.emplace_back([&] {
            all.arrive_and_wait();
            auto const first = signed_request();
            all.arrive_and_wait(); // all eight requests are on their way, and all are refused
            EXPECT_TRUE(authenticator().renew(first.secrets, true));
            authorization = signed_request().request.headers.at(0).second;
        });
    threads.clear();
    EXPECT_THAT(used, testing::Each("Bearer token-2"));
    EXPECT_EQ(clients.size(), 2U);
}

TEST_F(AuthenticatorTest, several_rules_fill_a_request_together_and_the_signature_covers_them) {
    rules = {rule(AuthRule::Kind::alibaba_rpc), rule(AuthRule::Kind::query, "tenant")};
    secrets = {{"secret", "id"}, {"t1", ""}};
    auto const first = signed_request().request.url;
    auto const second = signed_request().request.url;
    EXPECT_THAT(first, testing::StartsWith("https://api.example?tenant=t1&AccessKeyId=id&"));
    EXPECT_NE(first, second) << "each request has a nonce of its own";
}

} // namespace billhouse
