#include "fetch/authenticator.hpp"

#include "base/error.hpp"
#include "base/secret_forms.hpp"
#include "base/sha256.hpp"
#include "base/wipe.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace billhouse {
namespace {

using std::chrono::seconds;

constexpr std::size_t kShortestBlanked = 16;
constexpr std::size_t kSearchedAtOnce = 1024 * 1024; ///< bytes of an answer

/// A token is not used up to its last moment: clocks differ, and requests take their time.
seconds safety_margin(seconds lifetime) {
    return std::min(seconds(60), lifetime / 5);
}

} // namespace

Authenticator::Authenticator(std::vector<AuthRule> const& rules, std::vector<ResolvedAuth> secrets,
                             AuthSources sources, Clock& clock, RandomShare random, Log& log)
    : rules_(rules), sources_(std::move(sources)), clock_(clock), random_(std::move(random)), log_(log),
      secrets_(std::move(secrets)), tokens_(rules.size()) {
    hide(secrets_);
}

Authenticator::~Authenticator() {
    forget_secrets();
    for (auto& held : tokens_)
        wipe(held.value);
    for (auto& form : blanked_)
        wipe(form);
}

void Authenticator::forget_secrets() noexcept {
    for (auto& secret : secrets_)
        for (auto* text : {&secret.value, &secret.user, &secret.session_token})
            wipe(*text);
}

void Authenticator::hide(std::vector<ResolvedAuth> const& secrets) {
    for (auto const& secret : secrets) {
        hide(secret.value);
        hide(secret.session_token);
    }
}

void Authenticator::hide(std::string const& secret) {
    log_.hide(secret);
    if (secret.size() < kShortestBlanked) return;
    auto forms = secret_forms(secret);
    std::lock_guard const lock(mutex_);
    for (auto& form : forms)
        blanked_.push_back(std::move(form));
}

void Authenticator::blank_secrets(SpooledText& answer) const {
    TextPass pass(answer);
    for (std::size_t from = 0; from < answer.size(); from += kSearchedAtOnce) {
        blank_secrets(answer, from);
        pass.reached(answer.view().data() + from);
    }
}

/// Those that begin in the piece from there on; others of the job wait for the lock no longer than it takes.
void Authenticator::blank_secrets(SpooledText& answer, std::size_t from) const {
    std::lock_guard const lock(mutex_);
    for (auto const& form : blanked_) {
        auto const piece = answer.view().substr(from, kSearchedAtOnce + form.size() - 1);
        for (auto at = piece.find(form); at != piece.npos; at = piece.find(form, at + form.size()))
            answer.blank(from + at, form.size());
    }
}

bool Authenticator::has_token_rule() const {
    return std::ranges::any_of(rules_,
                               [](AuthRule const& rule) { return rule.kind == AuthRule::Kind::oauth2; });
}

bool Authenticator::is_ready(std::size_t rule, Freshness freshness) const {
    if (rules_[rule].kind != AuthRule::Kind::oauth2) return true;
    auto const& held = tokens_[rule];
    if (held.value.empty()) return false;
    return freshness == Freshness::whatever || !held.fresh_until || clock_.steady_now() < *held.fresh_until;
}

bool Authenticator::is_prepared() const {
    std::lock_guard const lock(mutex_);
    for (std::size_t rule = 0; rule < rules_.size(); ++rule)
        if (!is_ready(rule, Freshness::needed)) return false;
    return true;
}

bool Authenticator::prepare(std::stop_token const& stop) {
    if (is_prepared()) return false;
    std::lock_guard const getting(getting_);
    if (stop.stop_requested()) throw Stopped();
    bool has_asked = false;
    for (std::size_t rule = 0; rule < rules_.size(); ++rule) {
        if (is_ready(rule, Freshness::needed)) continue;
        fetch_token(rule, stop);
        has_asked = true;
    }
    return has_asked;
}

std::optional<SignedRequest> Authenticator::sign(HttpRequest request, Freshness token) {
    std::unique_lock lock(mutex_);
    auto auth = secrets_;
    for (std::size_t rule = 0; rule < rules_.size(); ++rule) {
        if (!is_ready(rule, token)) return std::nullopt;
        if (rules_[rule].kind == AuthRule::Kind::oauth2) auth[rule].value = tokens_[rule].value;
    }
    auto const version = version_;
    SigningMoment const moment{clock_.now(), nonce()};
    lock.unlock();
    return SignedRequest{with_auth(std::move(request), rules_, auth, moment), version};
}

void Authenticator::fetch_token(std::size_t rule, std::stop_token const& stop) {
    auto const asked_at = clock_.steady_now();
    auto answer = ask_token(rule, stop);
    hide(answer.value);
    std::lock_guard const lock(mutex_);
    auto& held = tokens_[rule];
    held = {std::move(answer.value), std::nullopt};
    if (answer.lifetime) held.fresh_until = asked_at + *answer.lifetime - safety_margin(*answer.lifetime);
    ++version_;
}

AccessToken Authenticator::ask_token(std::size_t rule, std::stop_token const& stop) {
    if (!sources_.ask_token)
        throw Error(ErrorKind::bug, "an oauth2 rule without a way to its token endpoint");
    try {
        return sources_.ask_token(rules_[rule], secrets_[rule], stop);
    } catch (Error const& error) {
        // the client secret may have been rotated since the run began
        if (error.kind() != ErrorKind::refused || !read_again()) throw;
    }
    return sources_.ask_token(rules_[rule], secrets_[rule], stop);
}

bool Authenticator::read_again() {
    if (!sources_.read_again) return false;
    try {
        auto secrets = sources_.read_again();
        if (secrets == secrets_) return false;
        hide(secrets);
        std::lock_guard const lock(mutex_);
        forget_secrets();
        secrets_ = std::move(secrets);
        ++version_;
        return true;
    } catch (Error const& error) { // what the vendor said is the news, not this
        log_.warning("the secrets could not be read again", {{"reason", error.what()}});
        return false;
    }
}

bool Authenticator::renew(std::uint64_t used, bool with_tokens) {
    std::lock_guard const getting(getting_);
    if (version_ != used) return true;
    bool const has_new_secrets = read_again();
    if (!with_tokens || !has_token_rule()) return has_new_secrets;
    drop_tokens();
    return true;
}

void Authenticator::drop_tokens() {
    std::lock_guard const lock(mutex_);
    for (auto& held : tokens_)
        held = {};
    ++version_;
}

std::string Authenticator::nonce() {
    return to_hex(sha256(fmt::format("{}/{}/{}", clock_.now().time_since_epoch().count(), random_(),
                                     ++signatures_)))
        .substr(0, 32);
}

} // namespace billhouse
