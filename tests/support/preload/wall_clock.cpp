// Preloaded into a program under test: its wall clock is BILLHOUSE_TEST_CLOCK_OFFSET seconds ahead (or
// behind, where negative). The clock for durations goes as always.

#include <dlfcn.h>
#include <time.h>

#include <cstdlib>

extern "C" int clock_gettime(clockid_t clock, timespec* time) noexcept {
    using Function = int (*)(clockid_t, timespec*);
    static auto const original = reinterpret_cast<Function>(::dlsym(RTLD_NEXT, "clock_gettime"));
    int const result = original(clock, time);
    char const* const offset = std::getenv("BILLHOUSE_TEST_CLOCK_OFFSET");
    if (result == 0 && clock == CLOCK_REALTIME && offset != nullptr)
        time->tv_sec += std::strtol(offset, nullptr, 10);
    return result;
}
