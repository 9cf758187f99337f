#pragma once

#include "base/log.hpp"
#include "base/spooled_text.hpp"
#include "fetch/request_auth.hpp"
#include "fetch/retry_policy.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>
#include <vector>

namespace billhouse {

/// What a token endpoint hands out (RFC 6749 5.1).
struct AccessToken {
    std::string value;
    std::optional<std::chrono::seconds> lifetime; ///< nullopt = not said
};

/// Where new secrets come from during a run. Either may be empty: then there are none.
struct AuthSources {
    /// All secrets as they are now: a file may have been rotated meanwhile.
    std::function<std::vector<ResolvedAuth>()> read_again;
    /// A new access token for an oauth2 rule. @throws Error, Stopped
    std::function<AccessToken(AuthRule const&, ResolvedAuth const&, std::stop_token const&)> ask_token;
};

/// A request as it goes over the wire.
struct SignedRequest {
    HttpRequest request;
    std::uint64_t secrets = 0; ///< the version of the secrets that are in it
};

/// Holds a job's secrets for one run, in memory only, and puts them into requests. Every secret is hidden
/// from `log` as soon as it is known. `rules` must outlive it. Thread-safe: where several threads need
/// new secrets, one gets them for all.
class Authenticator {
public:
    Authenticator(std::vector<AuthRule> const& rules, std::vector<ResolvedAuth> secrets, AuthSources sources,
                  Clock& clock, RandomShare random, Log& log);
    ~Authenticator(); ///< wipes what it holds
    Authenticator(Authenticator const&) = delete;
    Authenticator& operator=(Authenticator const&) = delete;

    /// Asks for an access token where there is none yet, or where it runs out within its last fifth or
    /// minute, whichever is shorter. May take its time: to be done before a request's turn has come.
    /// @returns whether it asked: that token is for the next request, however soon it runs out
    /// @throws Error, Stopped  of the token endpoint
    bool prepare(std::stop_token const& stop);

    enum class Freshness { needed, whatever };
    /// Never waits: to be done at the last moment, as signatures age.
    /// @param token  whether one that runs out will do
    /// @returns nullopt where a token is missing or runs out: prepare() again
    std::optional<SignedRequest> sign(HttpRequest request, Freshness token = Freshness::needed);

    /// Overwrites the secrets in an answer that quotes them, as a link to the next page may; its length
    /// stays. Secrets shorter than 16 bytes are left: they might be ordinary words of the answer.
    void blank_secrets(SpooledText& answer) const;

    /// After the vendor refused: secrets are read again from where they come from, and, if told so, tokens
    /// are dropped so that the next request gets new ones. Where another thread did that since the refused
    /// request was signed, nothing is left to do.
    /// @param used  SignedRequest::secrets of the refused request
    /// @returns whether the next request would be another one
    bool renew(std::uint64_t used, bool with_tokens);

private:
    struct HeldToken {
        std::string value; ///< empty = none
        std::optional<std::chrono::steady_clock::time_point> fresh_until;
    };

    void blank_secrets(SpooledText& answer, std::size_t from) const;
    void hide(std::vector<ResolvedAuth> const& secrets);
    bool has_token_rule() const;
    bool is_ready(std::size_t rule, Freshness freshness) const;
    bool is_prepared() const;
    bool read_again();
    void drop_tokens();
    void forget_secrets() noexcept;
    void hide(std::string const& secret);
    void fetch_token(std::size_t rule, std::stop_token const& stop);
    AccessToken ask_token(std::size_t rule, std::stop_token const& stop);
    std::string nonce();

    std::vector<AuthRule> const& rules_;
    AuthSources sources_;
    Clock& clock_;
    RandomShare random_;
    Log& log_;
    std::mutex getting_; ///< who gets new secrets holds it; the others wait for what that brings
    /// Of what follows; never held while waiting. Secrets, tokens and version change with both locks held.
    mutable std::mutex mutex_;
    std::vector<ResolvedAuth> secrets_;
    std::vector<HeldToken> tokens_; ///< as many as rules
    std::uint64_t version_ = 0;     ///< of secrets and tokens together
    std::uint64_t signatures_ = 0;
    std::vector<std::string> blanked_; ///< every form of every secret that is long enough
};

} // namespace billhouse
