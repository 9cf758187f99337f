#include "cli/exit_codes.hpp"

#include <array>

namespace billhouse {

namespace {

constexpr std::array kCodes{
    ExitCode{"0", "done, also: nothing to do", "nothing"},
    ExitCode{"64", "the command line is wrong", "read the message"},
    ExitCode{"65",
             "the vendor's answer breaks the contract, totals differ, too many rejects, or a window is held",
             "read the last line; billhouse status names the windows"},
    ExitCode{"69", "vendor or database unreachable", "nothing at first: the next run goes on"},
    ExitCode{"70", "a fault of billhouse", "report it"},
    ExitCode{"74", "a local file cannot be read or written", "mend disk or rights"},
    ExitCode{"75", "busy, rate-limited, out of budget", "nothing: closed windows stay, the next run resumes"},
    ExitCode{"77", "credentials or privileges refused", "renew the key, grant the privilege"},
    ExitCode{"78", "configuration is wrong, or the warehouse has another version",
             "mend the file; billhouse migrate"},
    ExitCode{"130, 143", "stopped by SIGINT or SIGTERM, cleanly", "nothing"},
};

} // namespace

std::span<ExitCode const> exit_codes() {
    return kCodes;
}

} // namespace billhouse
