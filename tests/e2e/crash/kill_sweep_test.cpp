#include "base/failpoint.hpp"

#include "e2e/crash/crash_stage.hpp"
#include "e2e/crash/proof.hpp"

#include <gtest/gtest.h>

#include <set>

namespace billhouse {
namespace {

/// One of `of` equal parts of a workload's visits, so that ctest runs them side by side.
struct Share {
    std::string workload;
    std::size_t part, of;
};

std::string name_of(::testing::TestParamInfo<Share> const& info) {
    return info.param.workload + "_" + std::to_string(info.param.part) + "_of_" +
           std::to_string(info.param.of);
}

std::vector<Share> shares() {
    std::map<std::string, std::size_t> const parts{
        {"nightly", 4}, {"restating", 4}, {"backfill", 4}, {"replay", 2}, {"migrate", 1}};
    std::vector<Share> all;
    for (auto const& [workload, of] : parts)
        for (std::size_t part = 1; part <= of; ++part)
            all.push_back({workload, part, of});
    return all;
}

Workload const& workload(std::string const& name) {
    for (auto const& each : workloads())
        if (each.name == name) return each;
    throw std::runtime_error("no workload " + name);
}

class KillSweep : public ::testing::TestWithParam<Share> {};

TEST_P(KillSweep, killed_at_any_visit_of_a_failpoint_the_warehouse_is_whole_and_the_next_run_completes_it) {
    auto const& share = GetParam();
    CrashStage const stage(workload(share.workload));
    Proof proof("kill sweep, " + share.workload);
    auto const& visits = stage.visits();
    for (auto i = share.part - 1; i < visits.size(); i += share.of) {
        auto const colon = visits[i].find(':');
        auto const rule = visits[i].substr(0, colon) + "=kill@" + visits[i].substr(colon + 1);
        if (!sweep_options().wants(rule)) continue;
        proof.note(1, stage.episode({{.rules = rule, .kill_after = {}, .must_kill = true}}));
    }
}

INSTANTIATE_TEST_SUITE_P(all, KillSweep, ::testing::ValuesIn(shares()), &name_of);

TEST(KillSweepCoverage, the_workloads_reach_every_failpoint) {
    std::set<std::string> reached;
    for (auto const& each : workloads()) {
        CrashStage const stage(each);
        for (auto const& visit : stage.visits())
            reached.insert(visit.substr(0, visit.find(':')));
    }
    reached.insert("failure.recorded"); // needs a window that fails: the action sweep makes some
    std::set<std::string> const all(failpoints::names().begin(), failpoints::names().end());
    EXPECT_EQ(reached, all);
}

} // namespace
} // namespace billhouse
