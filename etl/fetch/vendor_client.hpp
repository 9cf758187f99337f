#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/log.hpp"
#include "fetch/authenticator.hpp"
#include "fetch/http_transport.hpp"
#include "fetch/pacer.hpp"
#include "fetch/request_slots.hpp"
#include "fetch/retry_budget.hpp"
#include "fetch/retry_policy.hpp"
#include "job/job_definition.hpp"

#include <functional>
#include <memory>
#include <stop_token>
#include <string>

namespace billhouse {

/// What the response rules make of a body: needs the body decoded, so the decode stage lends it as a
/// function.
struct BodyVerdict {
    ResponseAction action = ResponseAction::ok;
    std::string reason;   ///< why not ok: "errorCode is 'ft.TriggerApiAkCurrentLimiting'"
    std::string trace_id; ///< the vendor's, empty where none
    std::optional<std::chrono::milliseconds> wait;
    ErrorKind when_exhausted =
        ErrorKind::unavailable; ///< kind of the error after the last attempt of a `retry`
    std::optional<ResetHeader>
        wait_header{}; ///< where the answer says how long to wait, if not in Retry-After
};
using BodyJudge = std::function<BodyVerdict(HttpResponse const&)>;

/// One answer that is good, and what it took.
struct FetchedPage {
    SpooledText body;
    std::string url; ///< without secrets
    std::string trace_id;
    int status = 0;
    int attempts = 0;
    bool empty_by_rule = false; ///< a rule says: a page without records, whatever the body
    Instant requested_at;
    std::chrono::milliseconds duration{0};
    std::string content_type;
};

struct FetchCounters {
    std::uint64_t requests = 0, retries = 0;
    std::uint64_t bytes = 0;                   ///< of bodies, after decompression
    std::chrono::milliseconds waited{0};       ///< for the pace and before retries
    std::chrono::milliseconds transferring{0}; ///< from the first byte sent to the last one received
    FetchCounters& operator+=(FetchCounters const& other);
};

/// What all clients of one job share in a run, so that its pace and secrets hold for them together.
struct VendorAccess {
    std::shared_ptr<Pacer> pacer;
    std::shared_ptr<Authenticator> auth;
    std::shared_ptr<RetryBudget> budget = std::make_shared<RetryBudget>();
    std::shared_ptr<RequestSlots> slots = std::make_shared<RequestSlots>(1);
};

/// Fetches pages of one job: paces, authenticates, sends, judges, retries. Error messages name the URL
/// without its query. `settings` must outlive the client. Not thread-safe: each thread has one of its own.
class VendorClient {
public:
    /// Hides the secrets from `log` and from the messages of errors, also where the vendor quotes them.
    /// @param budget  of the run: clients that ask the same vendor in one run share it
    VendorClient(HttpSettings const& settings, std::vector<ResolvedAuth> auth, HttpTransport& transport,
                 Clock& clock, RandomShare random, Log& log, AuthSources sources = {},
                 std::shared_ptr<RetryBudget> budget = std::make_shared<RetryBudget>());
    /// One of several clients.
    VendorClient(HttpSettings const& settings, VendorAccess access, HttpTransport& transport, Clock& clock,
                 RandomShare random, Log& log);

    /// @throws Error(unavailable)  transport failures or 5xx to the end of the attempts
    /// @throws Error(try_later)    rate-limited to the end of the attempts, asked to wait longer than
    /// max_retry_after, or the run's budget for trying again is used up
    /// @throws Error(refused)      credentials not accepted: twice, where new ones were to be had
    /// @throws Error(data)         an answer that breaks the contract (a redirect, HTML, a 4xx, ok_when not
    /// met, too large)
    /// @throws Stopped
    FetchedPage fetch(HttpRequest const& request, BodyJudge const& judge, std::stop_token const& stop);
    FetchCounters const& counters() const { return counters_; }

private:
    struct Attempt;
    Attempt try_once(HttpRequest const& request, BodyJudge const& judge, RequestSlots::Slot& slot,
                     std::stop_token const& stop);
    void require_hope(HttpRequest const& request) const;
    bool may_retry(Attempt const& failed);
    void wait_for_turn(HttpRequest const& request, std::stop_token const& stop);
    SignedRequest signed_in_turn(HttpRequest const& request, std::stop_token const& stop);
    void heed_limits(HttpResponse const& response);
    std::optional<std::chrono::milliseconds> requested_wait(HttpResponse const& response,
                                                            BodyVerdict const& verdict) const;
    bool renew_credentials(Attempt const& refused);
    void judge_answer(HttpRequest const& request, HttpResponse& response, BodyJudge const& judge,
                      Attempt& attempt) const;
    void announce_wait(std::chrono::milliseconds duration, std::string_view reason);
    void wait_for_retry(HttpRequest const& request, int attempts, Attempt const& failed,
                        std::chrono::milliseconds delay, std::stop_token const& stop);
    [[noreturn]] void give_up(HttpRequest const& request, Attempt const& last, std::string const& what);
    [[noreturn]] void fail(ErrorKind kind, HttpRequest const& request, std::string const& what,
                           std::string hint) const;

    HttpSettings const& settings_;
    HttpTransport& transport_;
    Clock& clock_;
    RandomShare random_;
    Log& log_;
    VendorAccess access_;
    FetchCounters counters_;
};

} // namespace billhouse
