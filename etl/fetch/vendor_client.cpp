#include "fetch/vendor_client.hpp"

#include "base/failpoint.hpp"
#include "base/text.hpp"
#include "fetch/attempt_text.hpp"

#include <fmt/format.h>

namespace billhouse {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t kMaskedBytes = 64 * 1024; ///< of a body, far more than its excerpt

milliseconds since(Clock const& clock, std::chrono::steady_clock::time_point start) {
    return std::chrono::duration_cast<milliseconds>(clock.steady_now() - start);
}

std::string seconds_text(milliseconds duration) {
    return fmt::format("{} s", static_cast<double>(duration.count()) / 1000.0);
}

} // namespace

/// A good page, or why there is none and what to do.
struct VendorClient::Attempt {
    FetchedPage page;
    bool good = false;
    std::string reason;
    std::string trace_id;
    std::string hint;          ///< of the error after the last attempt; empty = the usual one
    bool refused = false;      ///< the credentials: new ones may help, waiting does not
    bool token_spent = false;  ///< of these an access token, as far as the answer tells
    bool timed_out = false;    ///< there was no answer in time
    std::uint64_t secrets = 0; ///< SignedRequest::secrets
    AttemptOutcome outcome;
    ErrorKind when_exhausted = ErrorKind::unavailable;
};

FetchCounters& FetchCounters::operator+=(FetchCounters const& other) {
    requests += other.requests;
    retries += other.retries;
    bytes += other.bytes;
    waited += other.waited;
    transferring += other.transferring;
    return *this;
}

VendorClient::VendorClient(HttpSettings const& settings, std::vector<ResolvedAuth> auth,
                           HttpTransport& transport, Clock& clock, RandomShare random, Log& log,
                           AuthSources sources, std::shared_ptr<RetryBudget> budget)
    : VendorClient(settings,
                   {std::make_shared<Pacer>(settings.pace, clock),
                    std::make_shared<Authenticator>(settings.auth, std::move(auth), std::move(sources), clock,
                                                    random, log),
                    std::move(budget), std::make_shared<RequestSlots>(1)},
                   transport, clock, random, log) {}

VendorClient::VendorClient(HttpSettings const& settings, VendorAccess access, HttpTransport& transport,
                           Clock& clock, RandomShare random, Log& log)
    : settings_(settings), transport_(transport), clock_(clock), random_(std::move(random)), log_(log),
      access_(std::move(access)) {}

FetchedPage VendorClient::fetch(HttpRequest const& request, BodyJudge const& judge,
                                std::stop_token const& stop) {
    ReasonTally reasons;
    bool renewed = false; // the repeated request is no further attempt: nothing was wrong with the vendor
    for (int attempts = 1;; ++attempts) {
        auto slot = access_.slots->take(stop);
        if (attempts == 1) require_hope(request);
        auto attempt = try_once(request, judge, slot, stop);
        if (attempt.good) {
            access_.budget->page_came(attempts == 1);
            attempt.page.attempts = attempts;
            return std::move(attempt.page);
        }
        if (attempt.refused) {
            if (renewed || !renew_credentials(attempt)) {
                access_.budget->key_refused(attempt.reason);
                fail(ErrorKind::refused, request, attempt.reason, credential_hint(settings_.auth));
            }
            renewed = true;
            --attempts;
            continue;
        }
        slot.reset(); // another request need not wait for this one's next attempt
        reasons.add(attempt.reason);
        auto const what = [&] { return reasons.text(attempts) + trace_text(attempt.trace_id); };
        auto const delay = next_delay(settings_.retry, attempts, attempt.outcome, random_);
        if (!delay) give_up(request, attempt, what());
        if (!may_retry(attempt)) {
            access_.budget->page_given_up();
            fail(ErrorKind::try_later, request, what() + "; this run has tried again too often already",
                 "The vendor is in trouble or far away; the next run goes on from here.");
        }
        wait_for_retry(request, attempts, attempt, *delay, stop);
    }
}

/// A key that was refused is not tried again, and after so many pages without an answer the next one would
/// only press a vendor that is down.
void VendorClient::require_hope(HttpRequest const& request) const {
    if (auto const refusal = access_.budget->refusal())
        fail(ErrorKind::refused, request, *refusal + ", as another request of this run was told; not asked",
             credential_hint(settings_.auth));
    if (!access_.budget->is_broken()) return;
    fail(ErrorKind::try_later, request,
         fmt::format("not asked: {} requests in a row came to nothing", RetryBudget::kPagesInARow),
         "What is loaded stays; the next run asks again.");
}

/// To come back when the vendor itself says so presses nobody and is free; a wait that is known bounds it.
bool VendorClient::may_retry(Attempt const& failed) {
    if (failed.outcome.rate_limited && failed.outcome.requested_wait) return true;
    return access_.budget->pay(failed.timed_out ? RetryBudget::kTimeout : RetryBudget::kRetry);
}

bool VendorClient::renew_credentials(Attempt const& refused) {
    if (!access_.auth->renew(refused.secrets, refused.token_spent)) return false;
    log_.info("the credentials were not accepted, trying once more with new ones",
              {{"reason", refused.reason}});
    ++counters_.retries;
    return true;
}

void VendorClient::wait_for_turn(HttpRequest const& request, std::stop_token const& stop) {
    auto const arrived = clock_.steady_now();
    announce_wait(access_.pacer->held_for(), "the vendor's limit");
    auto const start = access_.pacer->wait_for_turn(stop, settings_.retry.max_retry_after);
    log_.show_wait("");
    counters_.waited += since(clock_, arrived);
    if (start) return;
    auto const earliest =
        to_string(std::chrono::ceil<std::chrono::seconds>(clock_.now() + access_.pacer->held_for()));
    fail(ErrorKind::try_later, request,
         fmt::format("header {} says that no request is left until {}", settings_.pace.remaining_header,
                     earliest),
         fmt::format("Run again after {}; what is loaded stays. If that time makes no sense, correct "
                     "pace.reset_header.unit.",
                     earliest));
}

/// A token is asked for before the turn: requests that waited for one token within their turns would start
/// all at once. One that ran out or was dropped while waiting for the turn costs another turn, once.
SignedRequest VendorClient::signed_in_turn(HttpRequest const& request, std::stop_token const& stop) {
    using Freshness = Authenticator::Freshness;
    for (auto freshness = Freshness::needed;; freshness = Freshness::whatever) {
        if (access_.auth->prepare(stop)) freshness = Freshness::whatever;
        wait_for_turn(request, stop);
        if (auto ready = access_.auth->sign(request, freshness)) return std::move(*ready);
    }
}

/// So that whoever looks at a run that stands still sees why, and how long it will.
void VendorClient::announce_wait(milliseconds duration, std::string_view reason) {
    if (duration < std::chrono::seconds(1)) return;
    auto const until = std::chrono::ceil<std::chrono::seconds>(clock_.now() + duration);
    log_.show_wait(fmt::format("waiting until {}: {}", to_string(Instant(until)), reason));
}

/// Where the vendor says that this was the last request for now, the next one waits.
void VendorClient::heed_limits(HttpResponse const& response) {
    auto const& pace = settings_.pace;
    if (pace.remaining_header.empty() || !pace.reset_header) return;
    auto const remaining = response.header(lower_ascii(pace.remaining_header));
    if (!remaining || parse_integer(trimmed(*remaining)) != 0) return;
    auto const reset = response.header(lower_ascii(pace.reset_header->name));
    auto const wait = reset ? parse_reset(pace.reset_header->unit, *reset, clock_.now()) : std::nullopt;
    if (wait) access_.pacer->hold_for(*wait);
}

/// Retry-After wins over the vendor's own header, that over the job's rule (RFC 9110 10.2.3).
std::optional<milliseconds> VendorClient::requested_wait(HttpResponse const& response,
                                                         BodyVerdict const& verdict) const {
    std::optional<milliseconds> wait;
    if (auto const header = response.header("retry-after")) wait = parse_retry_after(*header, clock_.now());
    if (!wait && verdict.wait_header)
        if (auto const header = response.header(lower_ascii(verdict.wait_header->name)))
            wait = parse_reset(verdict.wait_header->unit, *header, clock_.now());
    return wait ? wait : verdict.wait;
}

VendorClient::Attempt VendorClient::try_once(HttpRequest const& request, BodyJudge const& judge,
                                             RequestSlots::Slot& slot, std::stop_token const& stop) {
    auto const ready = signed_in_turn(request, stop);

    Attempt attempt;
    attempt.secrets = ready.secrets;
    attempt.page.requested_at = clock_.now();
    auto const start = clock_.steady_now();
    ++counters_.requests;
    FAILPOINT("http.sending");
    auto result = transport_.send(ready.request, stop);
    // What came is decoded while the next request is under way; but whether that one makes sense, a failure
    // tells.
    if (result.response && result.response->status / 100 == 2) slot.reset();
    attempt.page.duration = since(clock_, start);
    counters_.transferring += attempt.page.duration;
    if (result.response) {
        FAILPOINT("http.received");
        counters_.bytes += result.response->body.size();
        heed_limits(*result.response);
        judge_answer(request, *result.response, judge, attempt);
        return attempt;
    }
    auto& failure = result.failure;
    if (!failure.transient) {
        fail(failure.kind, request, failure.reason,
             failure.hint.empty() ? hint_when_exhausted(failure.kind) : failure.hint);
    }
    attempt.reason = failure.reason;
    attempt.when_exhausted = failure.kind;
    attempt.hint = failure.hint;
    attempt.timed_out = failure.timed_out;
    return attempt;
}

void VendorClient::judge_answer(HttpRequest const& request, HttpResponse& response, BodyJudge const& judge,
                                Attempt& attempt) const {
    auto verdict = judge(response);
    bool const is_refusal =
        verdict.action == ResponseAction::refused || verdict.action == ResponseAction::refresh;
    bool const final = is_refusal || verdict.action == ResponseAction::fail;
    bool const says_little =
        verdict.reason.empty() || verdict.reason == fmt::format("HTTP {}", response.status);
    // masked before anything is cut off, as half a secret would pass the mask
    verdict.reason = log_.masked(
        final && says_little ? std::string(response.body.view().substr(0, kMaskedBytes)) : verdict.reason);
    verdict.trace_id = log_.masked(verdict.trace_id);
    switch (verdict.action) {
    case ResponseAction::ok:
    case ResponseAction::empty:
        attempt.good = true;
        attempt.page.empty_by_rule = verdict.action == ResponseAction::empty;
        attempt.page.url = log_.masked(request.url); // a vendor's link may quote a secret
        attempt.page.trace_id = verdict.trace_id;
        attempt.page.status = response.status;
        attempt.page.content_type = response.header("content-type").value_or("");
        attempt.page.body = std::move(response.body);
        access_.auth->blank_secrets(attempt.page.body);
        return;
    case ResponseAction::refused:
    case ResponseAction::refresh:
        attempt.refused = true;
        attempt.token_spent = verdict.action == ResponseAction::refresh || response.status == 401;
        attempt.reason = final_text(response, verdict.reason, verdict.trace_id);
        return;
    case ResponseAction::fail:
        fail(ErrorKind::data, request, final_text(response, verdict.reason, verdict.trace_id),
             "The vendor's answer breaks the contract: compare the job's request and response rules with its "
             "API.");
    case ResponseAction::retry:
        attempt.when_exhausted = verdict.when_exhausted;
        break;
    case ResponseAction::rate_limited:
        attempt.when_exhausted = ErrorKind::try_later;
        attempt.outcome.rate_limited = true;
        break;
    }
    attempt.reason = status_text(response, verdict.reason);
    attempt.trace_id = verdict.trace_id;
    attempt.outcome.requested_wait = requested_wait(response, verdict);
}

void VendorClient::wait_for_retry(HttpRequest const& request, int attempts, Attempt const& failed,
                                  milliseconds delay, std::stop_token const& stop) {
    log_.warning("request failed, trying again",
                 {{"attempt", fmt::format("{} of {}", attempts, settings_.retry.attempts)},
                  {"wait", seconds_text(delay)},
                  {"reason", failed.reason},
                  {"url", std::string(without_query(request.url))}});
    ++counters_.retries;
    // what one was asked to wait, all wait
    if (failed.outcome.rate_limited && failed.outcome.requested_wait)
        access_.pacer->hold_for(*failed.outcome.requested_wait);
    auto const start = clock_.steady_now();
    announce_wait(delay, failed.reason);
    clock_.wait(delay, stop);
    log_.show_wait("");
    counters_.waited += since(clock_, start);
}

void VendorClient::give_up(HttpRequest const& request, Attempt const& last, std::string const& what) {
    access_.budget->page_given_up();
    if (auto const wait = last.outcome.requested_wait; wait && *wait > settings_.retry.max_retry_after) {
        auto const earliest = to_string(std::chrono::ceil<std::chrono::seconds>(clock_.now() + *wait));
        fail(ErrorKind::try_later, request,
             fmt::format("{}; the vendor asks to wait until {}", what, earliest),
             fmt::format("Run again after {}; what is loaded stays.", earliest));
    }
    auto const kind = last.when_exhausted;
    fail(kind, request, what, last.hint.empty() ? hint_when_exhausted(kind) : last.hint);
}

void VendorClient::fail(ErrorKind kind, HttpRequest const& request, std::string const& what,
                        std::string hint) const {
    auto const message = fmt::format("{} {}: {}", request.method, without_query(request.url), what);
    throw Error(kind, log_.masked(message), std::move(hint));
}

} // namespace billhouse
