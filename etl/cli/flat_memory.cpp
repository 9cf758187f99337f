#include "cli/flat_memory.hpp"

#include <malloc.h>

namespace billhouse {

void keep_memory_flat() {
    // Left alone, glibc gives each thread a heap of its own and, once a page has been freed, keeps room for
    // the largest one in every heap.
    constexpr int kHeaps = 2, kOwnMapping = 2 * 1024 * 1024, kKept = 2 * 1024 * 1024;
    mallopt(M_ARENA_MAX, kHeaps);
    mallopt(M_MMAP_THRESHOLD, kOwnMapping);
    mallopt(M_TRIM_THRESHOLD, kKept);
}

} // namespace billhouse
