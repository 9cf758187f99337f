#include "cli/program.hpp"

#include "base/error.hpp"
#include "cli/commands.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <sstream>
#include <vector>

namespace billhouse {

namespace {

Log make_log(Clock const& clock, LogFormat format, LogLevel least) {
    return {clock, STDERR_FILENO, format, least,
            service_manager(STDERR_FILENO, std::getenv("JOURNAL_STREAM"), std::getenv("NOTIFY_SOCKET"))};
}

/// The last line: what failed, and what to do next. Several problems, as a configuration may have, stand
/// above it a line each.
int report(Log& log, Error const& error) {
    auto const code = static_cast<int>(error.kind());
    std::string message = error.what();
    if (auto const end = message.find('\n'); end != std::string::npos) {
        std::istringstream problems(message.substr(end + 1));
        for (std::string line; std::getline(problems, line);)
            log.problem(line);
        message.resize(end);
    }
    log.error(fmt::format("exit {} ({}): {}", code, name_of(error.kind()), message),
              {{"hint", error.hint()}});
    return code;
}

int dispatch_guarded(Options const& options, Clock& clock, Log& log, StopOnSignal const& signals) {
    try {
        App app{options, clock, log, signals.token()};
        return dispatch(app);
    } catch (Stopped const&) {
        log.warning("stopped by a signal; what was closed stays, the next run goes on from there");
        return 128 + signals.signal_number();
    } catch (Error const& error) {
        return report(log, error);
    } catch (std::exception const& error) {
        return report(log, Error(ErrorKind::bug, error.what(), "Please report this with the lines above."));
    }
}

} // namespace

int run_program(std::vector<std::string> const& arguments, StopOnSignal const& signals) {
    SystemClock clock;
    auto early = make_log(clock, LogFormat::text, LogLevel::info);
    try {
        auto const options = parse_options(arguments);
        if (options.help) return fmt::print("{}", help_text(options.command)), 0;
        if (options.version) return fmt::print("billhouse {}\n", BILLHOUSE_VERSION), 0;
        auto log = make_log(clock, options.log_format, options.log_level);
        return dispatch_guarded(options, clock, log, signals);
    } catch (Error const& error) {
        return report(early, error);
    } catch (std::exception const& error) {
        return report(early, Error(ErrorKind::bug, error.what(), "Please report this."));
    }
}

} // namespace billhouse
