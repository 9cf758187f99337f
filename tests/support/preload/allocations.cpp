// Preloaded into a program under test: lets an allocation fail.
//   BILLHOUSE_TEST_FAIL_AT=N        the N-th one, from 1
//   BILLHOUSE_TEST_FAIL_FOREVER=1   and every later one
//   BILLHOUSE_TEST_FAIL_KIND        new: operator new throws bad_alloc; int: it throws an int, as no code of
//   ours
//                                   does; malloc: malloc, calloc and realloc give nullptr, whoever calls them
//   BILLHOUSE_TEST_COUNT_FILE=PATH  instead: counts them and writes their number there at the end

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <new>

extern "C" {
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* memory, std::size_t size);
}

namespace {

enum class Kind { none, by_new, by_new_with_int, by_malloc };

std::atomic<Kind> kind = Kind::none;
std::atomic<long> fail_at = 0;
std::atomic<bool> forever = false;
std::atomic<long> seen = 0;

Kind chosen_kind() {
    char const* const name = std::getenv("BILLHOUSE_TEST_FAIL_KIND");
    if (name == nullptr) return Kind::none;
    if (std::strcmp(name, "malloc") == 0) return Kind::by_malloc;
    return std::strcmp(name, "int") == 0 ? Kind::by_new_with_int : Kind::by_new;
}

__attribute__((constructor)) void begin() {
    char const* const at = std::getenv("BILLHOUSE_TEST_FAIL_AT");
    fail_at = at == nullptr ? 0 : std::strtol(at, nullptr, 10);
    forever = std::getenv("BILLHOUSE_TEST_FAIL_FOREVER") != nullptr;
    kind = chosen_kind();
}

__attribute__((destructor)) void end() {
    kind = Kind::none;
    char const* const path = std::getenv("BILLHOUSE_TEST_COUNT_FILE");
    if (path == nullptr) return;
    int const file = ::open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    char text[32];
    int const size = std::snprintf(text, sizeof text, "%ld", seen.load());
    [[maybe_unused]] auto const written = ::write(file, text, static_cast<std::size_t>(size));
    ::close(file);
}

bool fails() {
    long const number = ++seen;
    long const at = fail_at;
    return at > 0 && (forever ? number >= at : number == at);
}

bool malloc_fails() {
    return kind == Kind::by_malloc && fails();
}

} // namespace

extern "C" {

void* malloc(std::size_t size) noexcept {
    return malloc_fails() ? nullptr : __libc_malloc(size);
}
void* calloc(std::size_t count, std::size_t size) noexcept {
    return malloc_fails() ? nullptr : __libc_calloc(count, size);
}
void* realloc(void* memory, std::size_t size) noexcept {
    return malloc_fails() ? nullptr : __libc_realloc(memory, size);
}

} // extern "C"

void* operator new(std::size_t size) {
    auto const current = kind.load();
    if (current != Kind::none && current != Kind::by_malloc && fails()) {
        if (current == Kind::by_new_with_int) throw 17;
        throw std::bad_alloc();
    }
    void* const memory = std::malloc(size == 0 ? 1 : size);
    if (memory == nullptr) throw std::bad_alloc();
    return memory;
}
