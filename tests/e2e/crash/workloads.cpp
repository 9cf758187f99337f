#include "e2e/crash/crash_stage.hpp"

#include <stdexcept>

namespace billhouse {

namespace {

std::vector<std::string> const kNight{"run", "--until", "2026-01-03"};

void expect_done(std::size_t done, std::size_t expected) {
    if (done != expected)
        throw std::runtime_error("the sample vendor could not change its rows as the workload wants");
}

/// Lines that changed, went and came late, in windows that are loaded; a new name for a workspace.
void restate(CrashStage const& stage) {
    auto const& vendor = stage.vendor();
    expect_done(vendor.restate("guance", "2026-01-01", "2026-01-01", 2), 2);
    expect_done(vendor.remove("guance", "2026-01-02", "2026-01-02", 1), 1);
    expect_done(vendor.add_late("guance", "2026-01-02", "2026-01-02", 1), 1);
    expect_done(vendor.restate("ocamba", "2026-01-01", "2026-01-31", 1), 1);
    auto const workspace = vendor.accounts("guance").elements.at(0);
    vendor.rename("guance", workspace["id"].text, "Renamed Workspace", "2026-01-02");
}

/// A mapping that gives every line another content.
void add_a_column(CrashStage const& stage) {
    auto text = stage.config().read("jobs/guance.yaml");
    std::string const last = "        unpaid_amount: oweAmount\n";
    auto const at = text.find(last);
    if (at == std::string::npos) throw std::runtime_error("guance.yaml does not map unpaid_amount");
    stage.config().write("jobs/guance.yaml",
                         text.insert(at + last.size(), "        tax_rate: {constant: \"6\"}\n"));
}

} // namespace

std::vector<Workload> const& workloads() {
    using Content = TestDatabase::Content;
    constexpr std::size_t kWindowsAtHand = 3; // one is loaded, and two are read meanwhile
    static std::vector<Workload> const all{
        {"nightly", kNight, "2026-01-03", Content::migrated, {}, {}, {}},
        {"restating", kNight, "2026-01-03", Content::migrated, {kNight}, &restate, {}},
        {"backfill",
         {"backfill", "guance", "--from", "2026-01-01", "--to", "2026-01-06"},
         "2026-03-10",
         Content::migrated,
         {},
         {},
         kWindowsAtHand},
        {"replay", {"replay", "guance"}, "2026-01-03", Content::migrated, {kNight}, &add_a_column, 0},
        {"migrate", {"migrate"}, "", Content::empty, {}, {}, 0},
    };
    return all;
}

} // namespace billhouse
