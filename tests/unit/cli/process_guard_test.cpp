#include "cli/process_guard.hpp"

#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <thread>

namespace billhouse {
namespace {

using testing::ExitedWithCode;

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__) // which report crashes themselves
TEST(ProcessGuardDeathTest, a_crash_is_exit_70_and_names_its_signal) {
    for (auto const& [number, name] : {std::pair{SIGSEGV, "SIGSEGV"},
                                       {SIGBUS, "SIGBUS"},
                                       {SIGFPE, "SIGFPE"},
                                       {SIGILL, "SIGILL"},
                                       {SIGABRT, "SIGABRT"}})
        EXPECT_EXIT((guard_process(), std::raise(number)), ExitedWithCode(70),
                    std::string("exit 70 .bug.: ended by ") + name)
            << name;
}
#endif

TEST(ProcessGuardDeathTest, an_exception_that_leaves_its_thread_is_exit_70) {
    EXPECT_EXIT((guard_process(), std::thread([] { throw 17; }).join()), ExitedWithCode(70),
                "exit 70 .bug.: an exception that nobody caught");
}

TEST(ProcessGuardDeathTest, there_is_no_core_and_nobody_may_look_into_the_memory) {
    EXPECT_EXIT(
        {
            guard_process();
            rlimit core{};
            getrlimit(RLIMIT_CORE, &core);
            ::_exit(core.rlim_cur == 0 && core.rlim_max == 0 && ::prctl(PR_GET_DUMPABLE) == 0 ? 0 : 1);
        },
        ExitedWithCode(0), "");
}

} // namespace
} // namespace billhouse
