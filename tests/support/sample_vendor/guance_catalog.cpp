#include "support/sample_vendor/guance_catalog.hpp"

#include "support/sample_vendor/draw.hpp"

#include <array>
#include <cstdio>

namespace billhouse::vendor {

namespace {

using namespace std::chrono;

constexpr std::array kItems{
    GuanceItem{"time_series", "Time Series", 84'000'000, 1000, {600'000}, 4, 1000},
    GuanceItem{"log_count", "Log Count", 21'000'000'000, 1'000'000, {1'200'000}, 2, 780},
    GuanceItem{"network_host", "Network Hosts", 14'000, 1, {2'000'000}, 2, 1000},
    GuanceItem{"apm_trace", "APM Trace", 9'400'000'000, 1'000'000, {2'000'000}, 3, 700},
    GuanceItem{"apm_profile", "APM Profile", 310'000'000, 10'000, {200'000}, 4, 690},
    GuanceItem{"rum_pv", "RUM PV", 460'000'000, 10'000, {700'000}, 4, 1320},
    GuanceItem{"session_replay", "Session Replay", 5'200'000, 1000, {1'000'000}, 3, 1280},
    GuanceItem{"synthetic_tests", "Synthetic Tests", 43'200'000, 10'000, {1'000'000}, 4, 1000},
    GuanceItem{"data_forward", "Data Forwarding", 96'500, 1, {7'000}, 6, 860},
    GuanceItem{"task_call", "Task Calls", 27'000'000, 10'000, {1'000'000}, 4, 1000},
    GuanceItem{"sms", "SMS", 26'000, 1, {100'000}, 2, 900},
    GuanceItem{"log_write_traffic", "Raw Log Write Traffic", 38'250, 1, {1'200'000}, 6, 780},
};

// Names as people type them: scripts of several kinds, quotes, commas, markup and blanks that a loader must
// leave alone.
constexpr std::array<std::string_view, 30> kNames{"Checkout Production",
                                                  "支付平台-生产",
                                                  "Retail, North",
                                                  "物流调度中心",
                                                  "Search & Ads <eu>",
                                                  "Ops \"night\" shift",
                                                  "データ基盤",
                                                  "Mobile App",
                                                  "会员增长",
                                                  "Risk Engine",
                                                  "仓储 WMS",
                                                  "O'Brien Lab",
                                                  "Staging",
                                                  "风控-预发",
                                                  "Payments/EU",
                                                  "결제 플랫폼",
                                                  "Data Lake",
                                                  "客服中台",
                                                  "Partner API",
                                                  "Zürich Office",
                                                  "广告投放平台",
                                                  "IoT Gateway",
                                                  "直播 | Live",
                                                  "Fraud 100%",
                                                  "Load Test",
                                                  "数仓-离线",
                                                  "Web\\Shop",
                                                  "Kundenportal",
                                                  "研发效能",
                                                  "Sandbox (old)"};

std::string hex_id(Draw draw) {
    char text[40];
    std::snprintf(text, sizeof text, "wksp_%016llx%016llx", static_cast<unsigned long long>(draw.next()),
                  static_cast<unsigned long long>(draw.next()));
    return text;
}

Date first_day_of(std::uint32_t index, Draw& draw) {
    Date const opening = sys_days(year(2019) / 3 / 1);
    // The first two thirds are old customers; the rest joins year by year, so that a chart of accounts moves.
    return opening + days(index % 3 == 2 ? draw.between(1500, 3200) : draw.between(0, 1400));
}

void set_marketplace(Workspace& workspace, Draw& draw) {
    constexpr std::array<std::string_view, 3> kMarketplaces{"AWS", "Alibaba Cloud", "Huawei Cloud"};
    workspace.platform = kMarketplaces[draw.next() % kMarketplaces.size()];
    workspace.customer = std::to_string(draw.between(100'000'000'000, 999'999'999'999));
}

} // namespace

std::span<GuanceItem const> guance_items() {
    return kItems;
}

Workspace make_workspace(std::uint64_t seed, std::uint32_t index) {
    Draw draw(seed, {purpose::kWorkspace, index});
    Workspace workspace;
    workspace.index = index;
    workspace.uuid = hex_id(draw);
    workspace.name = kNames[index % kNames.size()];
    if (index >= kNames.size())
        workspace.name.append(1, ' ').append(std::to_string(index / kNames.size() + 1));
    workspace.first_day = first_day_of(index, draw);
    workspace.last_day =
        index % 10 == 9 ? workspace.first_day + days(draw.between(1200, 2900)) : Date(days(1'000'000));
    workspace.size = draw.between(60, 900) * (draw.one_in(5) ? 6 : 1);
    workspace.growth = draw.between(-80, 420);
    workspace.settlement = static_cast<Settlement>(draw.next() % 5);
    workspace.platform = "Guance";
    if (workspace.settlement == Settlement::marketplace) set_marketplace(workspace, draw);
    workspace.amounts_as_text = draw.one_in(4);
    workspace.has_subscription = draw.one_in(4);
    return workspace;
}

bool uses_item(std::uint64_t seed, Workspace const& workspace, std::uint32_t item) {
    Draw draw(seed, {purpose::kHasItem, workspace.index, item});
    return draw.between(1, 10) <= (item <= kNetworkHost ? 9 : 6);
}

} // namespace billhouse::vendor
