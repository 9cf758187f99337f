#include "base/failpoint.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <csignal>
#include <cstdlib>
#include <map>
#include <mutex>
#include <new>
#include <stdexcept>
#include <thread>

namespace billhouse::failpoints {

namespace {

using namespace std::chrono_literals;

constexpr auto kNames = std::to_array<std::string_view>({
    "config.read",         // the configuration folder is loaded
    "database.connected",  // a session is open and set up
    "job.locked",          // the job's advisory lock is taken
    "schema.checked",      // the warehouse is of this version
    "secret.read",         // a vendor's secret is known
    "stream.registered",   // source and stream have their rows
    "run.opened",          // the run has its row in the audit
    "http.sending",        // a request is about to leave
    "http.body",           // the first bytes of a body came
    "http.received",       // an answer is complete
    "page.decoded",        // a page's records are read and mapped
    "page.kept",           // a page is part of the window's read
    "series.read",         // the window is read to its end mark
    "stored_page.read",    // replay: a page came from the store
    "slice.begun",         // the window's transaction is open
    "watermark.locked",    // no other load gets in
    "pages.compared",      // the store was asked whether it has these pages
    "star.compared",       // what differs from the star is known
    "dimensions.resolved", // every member has its key
    "copy.begun",          // a COPY of lines is open
    "copy.middle",         // half of its lines are written
    "copy.ended",          // the server took all of them
    "lines.added",         // new lines are in the star
    "lines.changed",       // restated and relabelled ones too
    "journal.written",     // what came late, back or went is in the journal
    "lines.removed",       // vanished lines are gone
    "documents.merged",    // documents are as reported
    "totals.compared",     // control totals agree
    "rejects.stored",      // rejected records are kept
    "pages.stored",        // pages are kept
    "ledger.closed",       // the window stands in the ledger
    "watermark.advanced",  // and counts
    "commit.sending",      // any transaction is about to be committed
    "commit.done",         // the server said that it is
    "failure.recorded",    // the ledger knows why a window failed
    "run.closed",          // the run's row has its result
    "migration.begun",     // migrate: no other migrator gets in
    "migration.run",       // a file's statements ran
    "migration.recorded",  // and its name is kept
    "summary.written",     // a job's result stands in the log
    "program.ending",      // the exit code is known
});

constexpr auto kActions = std::to_array<std::pair<std::string_view, Action>>({
    {"kill", Action::kill},
    {"term", Action::terminate},
    {"throw", Action::throw_standard},
    {"throw-int", Action::throw_other},
    {"bad-alloc", Action::bad_alloc},
    {"enospc", Action::no_space},
    {"sleep", Action::sleep},
    {"drop-link", Action::drop_link},
    {"kill-backend", Action::kill_backend},
    {"clock-step", Action::step_clock},
});

Error unreadable(std::string_view rule, std::string const& why) {
    return {ErrorKind::config, fmt::format("BILLHOUSE_FAILPOINT: '{}': {}", printable(rule, 100), why),
            "Write NAME=ACTION@VISIT, several separated by ';'."};
}

bool needs_amount(Action action) {
    return action == Action::sleep || action == Action::step_clock;
}

std::chrono::milliseconds amount_in(std::string_view rule, Action action, std::string_view text) {
    if (text.empty() != !needs_amount(action))
        throw unreadable(rule, "sleep and clock-step want :MILLISECONDS, others none");
    bool const negative = text.starts_with('-');
    auto const digits = parse_integer(text.substr(negative ? 1 : 0));
    if (!text.empty() && !digits) throw unreadable(rule, "the milliseconds are no integer");
    return std::chrono::milliseconds(negative ? -*digits : digits.value_or(0));
}

void read_action(std::string_view rule, std::string_view text, Rule& read) {
    auto const colon = std::min(text.find(':'), text.size());
    auto const* const known =
        std::ranges::find(kActions, text.substr(0, colon), [](auto const& each) { return each.first; });
    if (known == kActions.end()) throw unreadable(rule, "no such action");
    read.action = known->second;
    read.amount = amount_in(rule, read.action, text.substr(std::min(colon + 1, text.size())));
}

void read_visit(std::string_view rule, std::string_view text, Rule& read) {
    read.onwards = text.ends_with('+');
    auto const visit = parse_integer(text.substr(0, text.size() - (read.onwards ? 1 : 0)));
    if (!visit || *visit < 1 || *visit > 1'000'000)
        throw unreadable(rule, "the visit is no number from 1 on");
    read.visit = static_cast<int>(*visit);
}

bool is_known(std::string_view name) {
    return std::ranges::find(kNames, name) != kNames.end();
}

Rule parse_rule(std::string_view rule) {
    auto const equals = rule.find('=');
    if (equals == rule.npos) throw unreadable(rule, "there is no '='");
    Rule read;
    read.point = rule.substr(0, equals);
    if (!is_known(read.point)) throw unreadable(rule, "no such failpoint");
    auto const at = rule.find('@', equals);
    read_action(rule, rule.substr(equals + 1, std::min(at, rule.size()) - equals - 1), read);
    if (at != rule.npos) read_visit(rule, rule.substr(at + 1), read);
    return read;
}

std::string environment(char const* name) {
    auto const* const value = std::getenv(name);
    return value ? value : "";
}

std::atomic<std::int64_t> stepped_by{0}; ///< microseconds

class Visits {
public:
    Visits() : rules_(parse_rules(environment("BILLHOUSE_FAILPOINT"))) {
        auto const path = environment("BILLHOUSE_FAILPOINT_TRACE");
        if (path.empty()) return;
        trace_ = ::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
        if (trace_ < 0)
            throw Error(ErrorKind::local_io, "BILLHOUSE_FAILPOINT_TRACE cannot be written: " + path);
    }

    /// @returns what is to be done
    std::vector<Rule> note(std::string_view name) {
        std::lock_guard const lock(mutex_);
        auto const visit = ++counts_[std::string(name)];
        auto const line = fmt::format("{}:{}\n", name, visit);
        if (trace_ >= 0 && ::write(trace_, line.data(), line.size()) < 0)
            throw Error(ErrorKind::local_io, "the trace of failpoints cannot be written");
        std::vector<Rule> due;
        std::ranges::copy_if(rules_, std::back_inserter(due), [&](Rule const& rule) {
            return rule.point == name && (rule.onwards ? visit >= rule.visit : visit == rule.visit);
        });
        return due;
    }

private:
    std::mutex mutex_;
    std::vector<Rule> rules_;
    std::map<std::string, int> counts_;
    int trace_ = -1;
};

/// Set before the first session opens, and never after.
std::map<Action, std::function<void()>>& acts() {
    static std::map<Action, std::function<void()>> known;
    return known;
}

/// The thread that waits for signals takes it in its own time: the visit lasts until it has.
void terminate_self() {
    ::kill(::getpid(), SIGTERM);
    sigset_t pending;
    do {
        std::this_thread::sleep_for(1ms);
        ::sigpending(&pending);
    } while (sigismember(&pending, SIGTERM) == 1);
    std::this_thread::sleep_for(5ms);
}

void perform(Rule const& rule) {
    switch (rule.action) {
    case Action::kill:
        ::kill(::getpid(), SIGKILL);
        ::pause();
        return;
    case Action::terminate:
        return terminate_self();
    case Action::throw_standard:
        throw std::runtime_error("failpoint " + rule.point);
    case Action::throw_other:
        throw 42; // NOLINT: the point is that it is no std::exception
    case Action::bad_alloc:
        throw std::bad_alloc();
    case Action::no_space:
        throw Error(ErrorKind::local_io, "failpoint " + rule.point + ": No space left on device",
                    "Free space there.");
    case Action::sleep:
        std::this_thread::sleep_for(rule.amount);
        return;
    case Action::step_clock:
        stepped_by += std::chrono::microseconds(rule.amount).count();
        return;
    case Action::drop_link:
    case Action::kill_backend:
        if (auto const known = acts().find(rule.action); known != acts().end()) known->second();
        return;
    }
}

} // namespace

std::vector<Rule> parse_rules(std::string_view text) {
    std::vector<Rule> rules;
    while (!text.empty()) {
        auto const end = std::min(text.find(';'), text.size());
        rules.push_back(parse_rule(text.substr(0, end)));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return rules;
}

std::span<std::string_view const> names() {
    return kNames;
}

void reach(std::string_view name) {
    static Visits visits;
    if (!is_known(name)) throw std::logic_error("failpoint " + std::string(name) + " is not listed");
    for (auto const& rule : visits.note(name))
        perform(rule);
}

void on(Action action, std::function<void()> act) {
    acts().insert_or_assign(action, std::move(act));
}

std::chrono::microseconds clock_step() {
    return std::chrono::microseconds(stepped_by.load());
}

} // namespace billhouse::failpoints
