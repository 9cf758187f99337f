#include "cli/program.hpp"

#include "base/error.hpp"
#include "base/failpoint.hpp"
#include "cli/commands.hpp"
#include "cli/process_guard.hpp"
#include "fetch/curl_transport.hpp"
#include "load/pg_connect.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <new>
#include <sstream>
#include <system_error>
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

int report_bug(Log& log, char const* what) {
    return report(log, Error(ErrorKind::bug, what, "Please report this with the lines above."));
}

/// @param number  errno of the write that failed. A reader who has seen enough, as `| head` has, needs no
/// line
int report_lost_output(Log& log, int number) {
    if (number == EPIPE) return static_cast<int>(ErrorKind::local_io);
    return report(log, Error(ErrorKind::local_io,
                             fmt::format("standard output cannot be written: {}", std::strerror(number)),
                             "What stands there is not complete; run the command again."));
}

int report_no_memory() {
    write_last_words("exit 70 (bug): out of memory; what is loaded stays, and the next run goes on from "
                     "there. Give it more memory, or choose a smaller window.step.\n");
    return static_cast<int>(ErrorKind::bug);
}

int flushed(Log& log, int code) {
    if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return code;
    return code == 0 ? report_lost_output(log, errno) : code;
}

/// Turns whatever `work` ends with into an exit code and a last line.
template <class Work>
int guarded(Log& log, StopOnSignal const& signals, Work work) {
    try {
        return flushed(log, work());
    } catch (Stopped const&) {
        log.warning("stopped by a signal; what was closed stays, the next run goes on from there");
        return 128 + signals.signal_number();
    } catch (Error const& error) {
        return report(log, error);
    } catch (std::bad_alloc const&) {
        return report_no_memory();
    } catch (std::system_error const& error) {
        if (std::ferror(stdout) != 0) return report_lost_output(log, error.code().value());
        return report_bug(log, error.what());
    } catch (std::exception const& error) {
        return report_bug(log, error.what());
    } catch (...) {
        return report_bug(log, "an exception of an unknown type");
    }
}

std::string version_text() {
    return fmt::format("billhouse {}\n{} {}\n", BILLHOUSE_VERSION, http_library_versions(),
                       database_library_version());
}

} // namespace

int run_program(std::vector<std::string> const& arguments, StopOnSignal const& signals) {
    SystemClock clock;
    auto early = make_log(clock, LogFormat::text, LogLevel::info);
    return guarded(early, signals, [&] {
        auto const options = parse_options(arguments);
        if (options.help) return fmt::print("{}", help_text(options.command)), 0;
        if (options.version) return fmt::print("{}", version_text()), 0;
        auto log = make_log(clock, options.log_format, options.log_level);
        return guarded(log, signals, [&] {
            App app{options, clock, log, signals.token()};
            auto const code = dispatch(app);
            FAILPOINT("program.ending");
            return code;
        });
    });
}

} // namespace billhouse
