#include "support/sample_vendor/http_server.hpp"
#include "support/sample_vendor/options.hpp"

#include <sys/prctl.h>

#include <csignal>
#include <cstdio>

int main(int count, char** arguments) {
    using namespace billhouse::vendor;
    auto const read = read_options(count, arguments);
    if (auto const* problem = std::get_if<std::string>(&read)) {
        if (!problem->empty()) std::fprintf(stderr, "sample_vendor: %s\n\n", problem->c_str());
        std::fputs(usage().c_str(), problem->empty() ? stdout : stderr);
        return problem->empty() ? 0 : 64;
    }
    auto const& options = std::get<Options>(read);
    if (options.with_parent) ::prctl(PR_SET_PDEATHSIG, SIGTERM);
    Service service(options.service);
    HttpServer server([&](HttpRequest const& request) { return service.answer(request); });
    int const port = server.bind(options.port);
    if (port < 0) {
        std::fprintf(stderr, "sample_vendor: can't listen on 127.0.0.1:%d\n", options.port);
        return 69;
    }
    std::printf("listening on http://127.0.0.1:%d\n", port);
    std::fflush(stdout);
    server.serve();
    return 0;
}
