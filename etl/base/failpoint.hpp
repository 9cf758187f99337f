#pragma once

#include <chrono>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// A named place at which a test lets this process die, fail or lose its database:
/// FAILPOINT("ledger.closed"). Nothing at all is compiled for it unless the CMake option BILLHOUSE_FAILPOINTS
/// is on, which no release is built with. Each name stands in names().
#ifdef BILLHOUSE_FAILPOINTS
#define FAILPOINT(name) ::billhouse::failpoints::reach(name)
#else
#define FAILPOINT(name) static_cast<void>(0)
#endif

namespace billhouse::failpoints {

enum class Action {
    kill,           ///< "kill": SIGKILL to this process
    terminate,      ///< "term": SIGTERM to this process; returns when the signal was taken
    throw_standard, ///< "throw": std::runtime_error
    throw_other,    ///< "throw-int": something that is no std::exception
    bad_alloc,      ///< "bad-alloc"
    no_space,       ///< "enospc": what a failed write to a local file throws, Error(local_io)
    sleep,          ///< "sleep:MILLISECONDS"
    drop_link,      ///< "drop-link": the sockets to PostgreSQL are shut down
    kill_backend,   ///< "kill-backend": the server ends our sessions
    step_clock,     ///< "clock-step:MILLISECONDS", may be negative: the wall clock jumps
};

/// What happens at which visit of a failpoint.
struct Rule {
    std::string point;
    Action action{};
    std::chrono::milliseconds amount{0};
    int visit = 1;        ///< counted from 1 for each failpoint
    bool onwards = false; ///< at every later visit too
};

/// "ledger.closed=kill@3" or "copy.middle=throw@1+;run.closed=sleep:200@2": rules separated by ';', "@1" may
/// be left out, '+' means from that visit on.
/// @throws Error(config)  an unknown failpoint or action, or a visit that is not a number from 1 on
std::vector<Rule> parse_rules(std::string_view text);

/// All failpoints, in the order of a run.
std::span<std::string_view const> names();

/// Called by FAILPOINT: counts the visit, appends "name:visit" to the file named by
/// BILLHOUSE_FAILPOINT_TRACE, and does what the rules in BILLHOUSE_FAILPOINT say of it. May be called from
/// several threads.
/// @throws Error(config)  the rules cannot be read
void reach(std::string_view name);

/// What drop_link and kill_backend do: the stage that knows the database says it.
void on(Action action, std::function<void()> act);

/// By how much step_clock moved the wall clock.
#ifdef BILLHOUSE_FAILPOINTS
std::chrono::microseconds clock_step();
#else
constexpr std::chrono::microseconds clock_step() {
    return std::chrono::microseconds(0);
}
#endif

} // namespace billhouse::failpoints
