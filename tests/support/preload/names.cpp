// Preloaded into a program under test: says what host names lead to, so that no test depends on a network.
// BILLHOUSE_TEST_NAMES is "NAME=WHERE,...", WHERE an address, "nowhere" (there is no such name) or "silence"
// (the resolver never answers; "asking" goes to standard error, so that the test knows). Other names: as
// always.

#include <dlfcn.h>
#include <netdb.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

namespace {

std::string where_to(std::string const& name) {
    char const* const names = std::getenv("BILLHOUSE_TEST_NAMES");
    std::string const list = std::string(",") + (names == nullptr ? "" : names) + ",";
    auto const at = list.find("," + name + "=");
    if (at == std::string::npos) return {};
    auto const from = at + name.size() + 2;
    return list.substr(from, list.find(',', from) - from);
}

} // namespace

extern "C" int getaddrinfo(char const* name, char const* service, addrinfo const* hints, addrinfo** result) {
    using Function = int (*)(char const*, char const*, addrinfo const*, addrinfo**);
    static auto const original = reinterpret_cast<Function>(::dlsym(RTLD_NEXT, "getaddrinfo"));
    auto const where = name == nullptr ? std::string() : where_to(name);
    if (where == "nowhere") return EAI_NONAME;
    if (where == "silence") {
        [[maybe_unused]] auto const written = ::write(STDERR_FILENO, "asking\n", 7);
        for (;;)
            ::pause();
    }
    return original(where.empty() ? name : where.c_str(), service, hints, result);
}
