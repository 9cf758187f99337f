#include "cli/program.hpp"

#include "base/error.hpp"
#include "base/failpoint.hpp"
#include "cli/commands.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <exception>
#include <vector>

namespace billhouse {

namespace {

/// The last line: what failed, and what to do next. Several problems, as a configuration may have, stand
/// above it a line each.
int report(Log& log, Error const& error) {
    auto const code = static_cast<int>(error.kind());
    std::string message = error.what();
    if (auto const end = message.find('\n'); end != std::string::npos) {
        fmt::print(stderr, "{}\n", log.masked(message.substr(end + 1)));
        message.resize(end);
    }
    log.error(fmt::format("exit {} ({}): {}", code, name_of(error.kind()), message),
              {{"hint", error.hint()}});
    return code;
}

int dispatch_guarded(Options const& options, Clock& clock, Log& log, StopOnSignal const& signals) {
    try {
        App app{options, clock, log, signals.token()};
        auto const code = dispatch(app);
        FAILPOINT("program.ending");
        return code;
    } catch (Stopped const&) {
        log.warning("stopped by a signal; what was closed stays, the next run goes on from there");
        return 128 + signals.signal_number();
    } catch (Error const& error) {
        return report(log, error);
    } catch (std::exception const& error) {
        return report(log, Error(ErrorKind::bug, error.what(), "Please report this with the lines above."));
    } catch (...) {
        return report(log, Error(ErrorKind::bug, "an exception that says nothing",
                                 "Please report this with the lines above."));
    }
}

} // namespace

int run_program(std::vector<std::string> const& arguments, StopOnSignal const& signals) {
    SystemClock clock;
    Log early(clock, STDERR_FILENO, LogFormat::text, LogLevel::info);
    try {
        auto const options = parse_options(arguments);
        if (options.help) return fmt::print("{}", help_text(options.command)), 0;
        if (options.version) return fmt::print("billhouse {}\n", BILLHOUSE_VERSION), 0;
        Log log(clock, STDERR_FILENO, options.log_format, options.log_level);
        return dispatch_guarded(options, clock, log, signals);
    } catch (Error const& error) {
        return report(early, error);
    } catch (std::exception const& error) {
        return report(early, Error(ErrorKind::bug, error.what(), "Please report this."));
    }
}

} // namespace billhouse
