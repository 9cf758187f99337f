#pragma once

#include "fetch/vendor_client.hpp"

#include "support/fake_clock.hpp"
#include "support/scripted_transport.hpp"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

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
    ~VendorClientTest() override { ::close(log_file); }

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

    std::string logged() const {
        std::string text(static_cast<std::size_t>(::lseek(log_file, 0, SEEK_END)), '\0');
        EXPECT_EQ(::pread(log_file, text.data(), text.size(), 0), static_cast<ssize_t>(text.size()));
        return text;
    }

    HttpSettings settings;
    std::vector<ResolvedAuth> auth{{kSecret, ""}};
    AuthSources sources;
    double share = 0.0;
    FakeClock clock;
    ScriptedTransport transport;
    std::stop_source stop;
    int log_file = ::memfd_create("log", 0);
    Log log{clock, log_file, LogFormat::text, LogLevel::debug};
    std::optional<VendorClient> client;
};

} // namespace billhouse
