#include "cli/process_guard.hpp"

#include "base/error.hpp"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <exception>

namespace billhouse {

namespace {

constexpr auto kExitCode = static_cast<int>(ErrorKind::bug);
constexpr auto kAdvice = "; what is loaded stays. Please report this with the lines above.\n";

// Only what a signal handler may call.
void write_out(char const* text) noexcept {
    std::size_t const size = std::strlen(text);
    [[maybe_unused]] auto const written = ::write(STDERR_FILENO, text, size);
}

extern "C" void end_after_crash(int number) {
    write_out("exit 70 (bug): ended by SIG");
    write_out(sigabbrev_np(number));
    write_out(kAdvice);
    _exit(kExitCode);
}

[[noreturn]] void end_without_handler() noexcept {
    write_out("exit 70 (bug): an exception that nobody caught");
    write_out(kAdvice);
    _exit(kExitCode);
}

// A sanitizer reports crashes itself, and says more.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
void handle_crashes() {}
#else
void handle_crashes() {
    static std::array<char, 16 * 1024> other_stack; // the usual one may be what overflowed
    stack_t stack{};
    stack.ss_sp = other_stack.data();
    stack.ss_size = other_stack.size();
    sigaltstack(&stack, nullptr);
    struct sigaction action {};
    action.sa_handler = end_after_crash;
    action.sa_flags = static_cast<int>(SA_ONSTACK | SA_RESETHAND);
    for (int const number : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT})
        sigaction(number, &action, nullptr);
}
#endif

} // namespace

void guard_process() {
    rlimit const none{0, 0};
    setrlimit(RLIMIT_CORE, &none);
    prctl(PR_SET_DUMPABLE, 0);
    std::set_terminate(end_without_handler);
    handle_crashes();
}

void write_last_words(char const* words) noexcept {
    write_out(words);
}

} // namespace billhouse
