#include "bench/guance_pages.hpp"

#include <array>
#include <chrono>
#include <cstdio>

namespace billhouse::bench {

namespace {

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

} // namespace

std::string amount(std::uint64_t millionths) {
    char text[40];
    std::snprintf(text, sizeof text, "%llu.%06llu", static_cast<unsigned long long>(millionths / 1'000'000),
                  static_cast<unsigned long long>(millionths % 1'000'000));
    return text;
}

std::string date_of(int day) {
    std::chrono::year_month_day const date{std::chrono::sys_days(std::chrono::year(2023) / 1 / 1) +
                                           std::chrono::days(day)};
    char text[16];
    std::snprintf(text, sizeof text, "%04d-%02u-%02u", static_cast<int>(date.year()),
                  static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
    return text;
}

Amounts amounts_of(int day, int number, std::string const& variant) {
    auto const seed =
        mixed(static_cast<std::uint64_t>(day) * 1'000'003U + static_cast<std::uint64_t>(number));
    auto listed = 1'000'000 + seed % 900'000'000;
    if (variant == "restated" && seed % 50 == 0) listed += 1 + seed % 1000;
    if (variant == "long") listed += 1'000'000'000'000'000'000U;
    return {listed, listed - listed / 10, seed};
}

void append_line(std::string& body, int day, int number, std::string const& variant) {
    auto const [listed, billed, seed] = amounts_of(day, number, variant);
    auto const workspace = number / static_cast<int>(kProducts.size());
    auto const product = static_cast<std::size_t>(number) % kProducts.size();
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

std::string tail_of(int total_lines, int total_pages, int page) {
    return "],\"pageInfo\":{\"totalCount\":" + std::to_string(total_lines) +
           ",\"totalPages\":" + std::to_string(total_pages) +
           ",\"hasMore\":" + (page < total_pages ? "true" : "false") + "}}";
}

} // namespace billhouse::bench
