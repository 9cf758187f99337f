#include <httplib.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>
#include <thread>
#include <vector>

/// A vendor that costs next to nothing, so that a benchmark measures billhouse: Guance-like billing lines of
/// some 650 bytes, served from memory, a page at a time.
///
///     GET /lines?day=2026-01-01&page=1&variant=base      pages of 1,000 lines; variant=restated has other
///     amounts in 2 % of them GET /stats                                          requests so far, most of
///     them at once; counts anew from then on
///
/// usage: page_vendor DAYS LINES_A_DAY [LATENCY_MS]       the first day is 2026-01-01
namespace {

constexpr int kPageSize = 1000;
constexpr std::array<char const*, 25> kProducts{
    "time_series", "log_count",      "log_write_traffic", "data_forward",   "network_host", "apm_trace",
    "apm_profile", "rum_pv",         "synthetic",         "session_replay", "task_call",    "sms",
    "llm_span",    "security_check", "dial_test",         "cold_store",     "hot_store",    "query_scan",
    "export_gb",   "ci_test",        "event_count",       "alert_call",     "service_map",  "incident",
    "seat"};

std::uint64_t mixed(std::uint64_t x) { // SplitMix64: lines are a function of their number alone
    x += 0x9e3779b97f4a7c15U;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9U;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebU;
    return x ^ (x >> 31);
}

std::string amount(std::uint64_t millionths) {
    char text[40];
    std::snprintf(text, sizeof text, "%llu.%06llu", static_cast<unsigned long long>(millionths / 1'000'000),
                  static_cast<unsigned long long>(millionths % 1'000'000));
    return text;
}

std::string date_of(int day) {
    std::chrono::year_month_day const date{std::chrono::sys_days(std::chrono::year(2026) / 1 / 1) +
                                           std::chrono::days(day)};
    char text[16];
    std::snprintf(text, sizeof text, "%04d-%02u-%02u", static_cast<int>(date.year()),
                  static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
    return text;
}

void append_line(std::string& body, int day, int number, bool is_restated) {
    auto const seed =
        mixed(static_cast<std::uint64_t>(day) * 1'000'003U + static_cast<std::uint64_t>(number));
    auto const workspace = number / static_cast<int>(kProducts.size());
    auto const product = static_cast<std::size_t>(number) % kProducts.size();
    auto listed = 1'000'000 + seed % 900'000'000;
    if (is_restated && seed % 50 == 0) listed += 1 + seed % 1000;
    auto const billed = listed - listed / 10;
    char head[400];
    std::snprintf(
        head, sizeof head,
        R"({"consumeTimeOfDay":"%s","orgName":"Example %s","productName":"%s","productDetail":"%s standard","billingCycle":"Day",)"
        R"("billingResult":%s,"deductionAmount":0,"oweAmount":0,"originAmount":%s,"serviceBillingAmount":"None",)",
        date_of(day).c_str(), workspace % 10 == 0 ? "示例公司" : "Ltd", kProducts[product],
        kProducts[product], amount(billed).c_str(), amount(listed).c_str());
    char tail[500];
    std::snprintf(
        tail, sizeof tail,
        R"("couponAmount":0,"storedCardAmount":%s,"cashAmount":0,"cashCouldAmount":"None","commodityCategory":"Pay-as-you-go",)"
        R"("consumePlatform":"platform","customerIdentifier":"None","consumption":"None","workspaceUuid":"wksp_%08x%08x",)"
        R"("workspaceName":"Workspace %d","consumeTime":"None","tag6":"%s","billingResultDetails":"None","count":%llu})",
        amount(billed).c_str(),
        static_cast<unsigned>(mixed(static_cast<std::uint64_t>(workspace)) & 0xffffffffU),
        static_cast<unsigned>(workspace), workspace, kProducts[product],
        static_cast<unsigned long long>(seed % 100'000));
    body += head;
    body += tail;
}

/// @param page  1 is the first
std::string page_of(int day, int page, int lines, bool is_restated) {
    std::string body = R"({"code":200,"success":true,"errorCode":"","message":"","content":[)";
    body.reserve(700 * kPageSize);
    int const first = (page - 1) * kPageSize;
    for (int number = first; number < std::min(first + kPageSize, lines); ++number) {
        if (number > first) body += ',';
        append_line(body, day, number, is_restated);
    }
    return body + "],\"pageInfo\":{\"totalCount\":" + std::to_string(lines) + "}}";
}

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
