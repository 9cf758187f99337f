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

/// A token is not used up to its last moment: clocks differ, and requests take their time.
seconds safety_margin(seconds lifetime) {
    return std::min(seconds(60), lifetime / 5);
}

} // namespace

Authenticator::Authenticator(std::vector<AuthRule> const& rules, std::vector<ResolvedAuth> secrets,
                             AuthSources sources, Clock& clock, RandomShare random, Log& log)
    : rules_(rules), secrets_(std::move(secrets)), sources_(std::move(sources)), tokens_(rules.size()),
      clock_(clock), random_(std::move(random)), log_(log) {
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
    for (auto& form : secret_forms(secret))
        blanked_.push_back(std::move(form));
}

void Authenticator::blank_secrets(std::string& answer) const {
    for (auto const& form : blanked_)
        for (auto at = answer.find(form); at != std::string::npos; at = answer.find(form, at + form.size()))
            answer.replace(at, form.size(), form.size(), '*');
}

bool Authenticator::has_token_rule() const {
    return std::ranges::any_of(rules_,
                               [](AuthRule const& rule) { return rule.kind == AuthRule::Kind::oauth2; });
}

HttpRequest Authenticator::sign(HttpRequest request, std::stop_token const& stop) {
    auto auth = secrets_;
    for (std::size_t i = 0; i < rules_.size(); ++i) {
        if (rules_[i].kind != AuthRule::Kind::oauth2) continue;
        auth[i].value = token(i, stop);
    }
    return with_auth(std::move(request), rules_, auth, {clock_.now(), nonce()});
}

std::string const& Authenticator::token(std::size_t rule, std::stop_token const& stop) {
    auto& held = tokens_[rule];
    auto const asked_at = clock_.steady_now();
    if (!held.value.empty() && (!held.fresh_until || asked_at < *held.fresh_until)) return held.value;
    auto answer = ask_token(rule, stop);
    hide(answer.value);
    held = {std::move(answer.value), std::nullopt};
    if (answer.lifetime) held.fresh_until = asked_at + *answer.lifetime - safety_margin(*answer.lifetime);
    return held.value;
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
        forget_secrets();
        secrets_ = std::move(secrets);
        return true;
    } catch (Error const& error) { // what the vendor said is the news, not this
        log_.warning("the secrets could not be read again", {{"reason", error.what()}});
        return false;
    }
}

bool Authenticator::renew(bool with_tokens) {
    bool const has_new_secrets = read_again();
    if (!with_tokens || !has_token_rule()) return has_new_secrets;
    for (auto& held : tokens_)
        held = {};
    return true;
}

std::string Authenticator::nonce() {
    return to_hex(sha256(fmt::format("{}/{}/{}", clock_.now().time_since_epoch().count(), random_(),
                                     ++signatures_)))
        .substr(0, 32);
}

} // namespace billhouse
