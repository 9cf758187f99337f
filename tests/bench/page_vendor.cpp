#include "bench/guance_pages.hpp"

#include <httplib.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>
#include <thread>
#include <vector>

using namespace billhouse::bench;

/// A vendor that costs next to nothing, so that a benchmark measures billhouse: Guance-like billing lines,
/// served from memory, a page at a time.
///
///     GET /lines?day=2026-01-01&page=1&variant=base      pages of 1,000 lines; variant=restated has other
///     amounts in 2 % of them GET /stats                                          requests so far, most of
///     them at once; counts anew from then on
///
/// usage: page_vendor DAYS LINES_A_DAY [LATENCY_MS]       the first day is 2026-01-01
namespace {

struct Load {
    std::atomic<int> requests{0}, now{0}, most{0};
    void enter() {
        ++requests;
        int const here = ++now;
        int before = most;
        while (before < here && !most.compare_exchange_weak(before, here)) {
        }
    }
};

} // namespace

int main(int count, char** arguments) {
    if (count < 3) return std::fprintf(stderr, "usage: page_vendor DAYS LINES_A_DAY [LATENCY_MS]\n"), 64;
    int const days = std::atoi(arguments[1]), lines = std::atoi(arguments[2]);
    std::chrono::milliseconds const latency(count > 3 ? std::atoi(arguments[3]) : 0);
    int const pages = std::max(1, (lines + kPageSize - 1) / kPageSize);
    bool const in_memory = static_cast<long>(days) * lines <= 1'000'000;
    std::map<std::string, std::vector<std::string>> kept; // "variant day" -> pages
    for (int day = 0; in_memory && day < days; ++day)
        for (auto const* variant : {"base", "restated"})
            for (int page = 1; page <= pages; ++page)
                kept[std::string(variant) + ' ' + date_of(day)].push_back(
                    page_of(day, page, lines, *variant == 'r'));

    httplib::Server server;
    Load load;
    server.Get("/lines", [&](httplib::Request const& request, httplib::Response& response) {
        load.enter();
        std::this_thread::sleep_for(latency);
        auto const day = request.get_param_value("day"), variant = request.get_param_value("variant");
        int const page = std::atoi(request.get_param_value("page").c_str());
        auto const known = kept.find(variant + ' ' + day);
        int at = 0;
        while (known == kept.end() && at < days && date_of(at) != day)
            ++at;
        if (page < 1 || page > pages || at == days)
            response.set_content(
                R"({"success":true,"errorCode":"","content":[],"pageInfo":{"totalCount":0}})",
                "application/json");
        else if (known != kept.end())
            response.set_content(known->second[static_cast<std::size_t>(page - 1)], "application/json");
        else
            response.set_content(page_of(at, page, lines, variant == "restated"), "application/json");
        --load.now;
    });
    server.Get("/stats", [&](httplib::Request const&, httplib::Response& response) {
        response.set_content("{\"requests\":" + std::to_string(load.requests.exchange(0)) +
                                 ",\"most_at_once\":" + std::to_string(load.most.exchange(0)) + "}",
                             "application/json");
    });
    server.set_tcp_nodelay(true);
    server.set_keep_alive_max_count(100'000'000);
    server.new_task_queue = [] { return new httplib::ThreadPool(64); };
    std::printf("%d\n", server.bind_to_any_port("127.0.0.1"));
    std::fflush(stdout);
    server.listen_after_bind();
}
