#include "cli/stop_on_signal.hpp"

#include <unistd.h>

#include <csignal>

namespace billhouse {

namespace {

constexpr int kWakeUp = SIGUSR1; // ends the waiting thread; no one else sends it

sigset_t awaited_signals() {
    sigset_t signals;
    sigemptyset(&signals);
    for (int const number : {SIGINT, SIGTERM, kWakeUp})
        sigaddset(&signals, number);
    return signals;
}

} // namespace

StopOnSignal::StopOnSignal() {
    std::signal(SIGPIPE, SIG_IGN);
    auto const signals = awaited_signals();
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    waiter_ = std::thread([this] { wait_for_signals(); });
}

StopOnSignal::~StopOnSignal() {
    pthread_kill(waiter_.native_handle(), kWakeUp);
    waiter_.join();
}

void StopOnSignal::wait_for_signals() {
    auto const signals = awaited_signals();
    for (;;) {
        int number = 0;
        if (sigwait(&signals, &number) != 0 || number == kWakeUp) return;
        if (signal_ != 0) _exit(128 + number);
        signal_ = number;
        source_.request_stop();
    }
}

} // namespace billhouse
