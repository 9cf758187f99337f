#include "support/sample_vendor/ocamba_catalog.hpp"

#include "support/sample_vendor/draw.hpp"

#include <array>

namespace billhouse::vendor {

namespace {

using namespace std::chrono;

constexpr std::array kProducts{
    OcambaProduct{"adex", "AdExchange", "Real-time advertising exchange"},
    OcambaProduct{"push", "Ocamba Push", "Web push notifications"},
    OcambaProduct{"mst", "Ocamba MST", "Messaging \"all in one\"; e-mail, SMS & push"},
    OcambaProduct{"hood", "Ocamba Hood", "Customer data platform"},
    OcambaProduct{"landing", "Landing Pages", "Seitenbaukasten für Kampagnen"},
};

constexpr std::array kFree{
    LineTemplate{"adex requests", "Adex Requests", 198, {0}, 200'000},
};
constexpr std::array kPriced{
    LineTemplate{"enterprise", "Ocamba MST Enterprise Plan (Annually)", 0, {49'000'000}, 0},
    LineTemplate{"subscribers", "Subscribers included in plan", 3300, {0}, 100'000},
    LineTemplate{"push messages", "Push messages over plan", 41'000, {37}, 0},
    LineTemplate{"e-mail", "E-mails, per thousand", 19, {412'500}, 0},
};
constexpr std::array kHeaderOne{
    LineTemplate{"Ocamba Push Startup Plan (Monthly)", "Subscribers included in plan", 0, {10'990'000}, 0},
};
constexpr std::array kHeaderMany{
    LineTemplate{"Ocamba Hood Growth Plan (Monthly)", "Profiles included in plan", 0, {129'000'000}, 0},
    LineTemplate{"events", "Events over plan", 96'000, {12}, 0},
    LineTemplate{"storage", "Storage, GB-days", 31, {8'250}, 0},
};

Billing billing_of(Draw& draw) {
    constexpr std::array kMix{Billing::free_of_charge,  Billing::free_of_charge,  Billing::priced_lines,
                              Billing::priced_lines,    Billing::priced_lines,    Billing::priced_lines,
                              Billing::header_one_item, Billing::header_one_item, Billing::header_many_items};
    return kMix[draw.next() % kMix.size()];
}

} // namespace

App make_app(std::uint64_t seed, std::uint32_t index) {
    constexpr std::uint32_t kAppsPerCompany = 3;
    std::uint32_t const company = index / kAppsPerCompany;
    Draw draw(seed, {purpose::kApp, index});
    App app;
    app.index = index;
    app.id = std::to_string(1'000'100 + index);
    app.company_id = std::to_string(6'197'120 + company);
    app.catalogue_id = std::to_string(123'456'000 + index);
    app.product = kProducts[draw.next() % kProducts.size()];
    app.title = app.product.title;
    // The first four show every kind, whatever the seed.
    app.billing = index < 4 ? static_cast<Billing>(index) : billing_of(draw);
    app.currency = company % 6 == 5 ? "EUR" : "USD";
    app.first_start = sys_days(year(2021) / 7 / 20) + days(index < 4 ? 7 * index : draw.between(0, 1500));
    app.size = draw.between(120, 2400);
    app.discount_rate = draw.one_in(3) ? draw.between(1, 3) * 5 : 0;
    return app;
}

std::span<LineTemplate const> lines_of(Billing billing) {
    switch (billing) {
    case Billing::priced_lines:
        return kPriced;
    case Billing::header_one_item:
        return kHeaderOne;
    case Billing::header_many_items:
        return kHeaderMany;
    case Billing::free_of_charge:
        break;
    }
    return kFree;
}

} // namespace billhouse::vendor
