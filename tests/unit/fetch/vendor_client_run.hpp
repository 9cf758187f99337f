#pragma once

#include "fetch/vendor_client.hpp"

#include "support/fake_clock.hpp"
#include "support/log_in_memory.hpp"
#include "support/scripted_transport.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

namespace billhouse {

inline constexpr auto kSecret = "s3cr3t-k3y";
inline constexpr auto kUrl = "https://api.example/v1/list?startDate=20260301";

/// What a job without rules of its own makes of an answer.
inline BodyVerdict by_status(HttpResponse const& response) {
    BodyVerdict verdict;
    verdict.trace_id = response.header("x-trace").value_or("");
    if (response.status == 200) return verdict;
    verdict.action = response.status == 429                             ? ResponseAction::rate_limited
                     : response.status == 401                           ? ResponseAction::refused
                     : response.status >= 500 || response.status == 408 ? ResponseAction::retry
                                                                        : ResponseAction::fail;
    return verdict;
}

/// A client whose whole surroundings are in the test's hands. Draws are 0, so the own backoff is no wait at
/// all.
class VendorClientTest : public testing::Test {
protected:
    VendorClientTest() {
        settings.base_url = "https://api.example";
        settings.auth.push_back({AuthRule::Kind::header,
                                 "DF-API-KEY",
                                 {SecretReference::Kind::credential, "guance_api_key"},
                                 std::nullopt});
    }

    FetchedPage fetch(BodyJudge const& judge = by_status) {
        if (!client)
            client.emplace(
                settings, auth, transport, clock, [this] { return share; }, log, sources);
        return client->fetch({"GET", kUrl, {{"Accept", "application/json"}}, std::nullopt}, judge,
                             stop.get_token());
    }

    Error error_of(BodyJudge const& judge = by_status) {
        try {
            fetch(judge);
        } catch (Error const& error) {
            return error;
        }
        ADD_FAILURE() << "no error";
        return {ErrorKind::bug, "no error"};
    }

    std::string logged() const { return kept_log.text(); }

    HttpSettings settings;
    std::vector<ResolvedAuth> auth{{kSecret, ""}};
    AuthSources sources;
    double share = 0.0;
    FakeClock clock;
    ScriptedTransport transport;
    std::stop_source stop;
    LogInMemory kept_log{clock};
    Log& log = kept_log.log;
    std::optional<VendorClient> client;
};

} // namespace billhouse
