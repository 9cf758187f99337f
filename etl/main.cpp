#include "cli/flat_memory.hpp"
#include "cli/process_guard.hpp"
#include "cli/program.hpp"
#include "cli/stop_on_signal.hpp"

int main(int argc, char** argv) {
    billhouse::guard_process();
    billhouse::keep_memory_flat();
    billhouse::StopOnSignal const signals; // before any other thread, so that all inherit its mask
    return billhouse::run_program({argv + 1, argv + argc}, signals);
}
