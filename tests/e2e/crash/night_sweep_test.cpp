#include "e2e/crash/crash_stage.hpp"
#include "e2e/crash/proof.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>

namespace billhouse {
namespace {

/// The parts of the sweep that take a night: scripts/prove --night.
class NightSweep : public ::testing::TestWithParam<Workload> {
protected:
    NightSweep() : stage_(GetParam()), random_(sweep_options().seed) {}

    std::string part(std::string const& what) const { return what + ", " + GetParam().name; }
    Fault kill_at(std::string const& visit) const {
        auto const colon = visit.find(':');
        return {.rules = visit.substr(0, colon) + "=kill@" + visit.substr(colon + 1),
                .kill_after = {},
                .must_kill = false};
    }
    std::string const& any_visit() {
        return stage_
            .visits()[std::uniform_int_distribution<std::size_t>(0, stage_.visits().size() - 1)(random_)];
    }

    CrashStage stage_;
    std::mt19937_64 random_;
};

class ActionSweep : public NightSweep {};

constexpr char const* kActions[] = {"term",      "throw",        "throw-int",           "bad-alloc", "enospc",
                                    "drop-link", "kill-backend", "clock-step:86400000", "sleep:20"};

/// How often each failpoint is visited.
std::map<std::string, int> counts(std::vector<std::string> const& visits) {
    std::map<std::string, int> counts;
    for (auto const& visit : visits)
        ++counts[visit.substr(0, visit.find(':'))];
    return counts;
}

TEST_P(ActionSweep, any_action_at_any_failpoint_once_or_for_ever_leaves_what_the_next_run_completes) {
    Proof proof(part("actions"));
    for (auto const& [point, count] : counts(stage_.visits()))
        for (auto const* action : kActions) {
            std::vector<std::string> visits{"1", "1+"};
            if (count > 1) visits.push_back(std::to_string(count));
            for (auto const& visit : visits)
                if (auto const rule = point + "=" + action + "@" + visit; sweep_options().wants(rule))
                    proof.note(1, stage_.episode({{.rules = rule, .kill_after = {}}}));
        }
}

class RandomKills : public NightSweep {};

TEST_P(RandomKills, killed_at_random_instants_until_it_gets_through_a_run_ends_as_a_clean_one) {
    Proof proof(part("random kills"));
    std::uniform_int_distribution<std::int64_t> instant(0, stage_.clean_duration().count());
    for (int kills = 0; kills < sweep_options().kills;) {
        std::vector<Fault> faults(std::uniform_int_distribution<std::size_t>(1, 5)(random_));
        for (auto& fault : faults)
            fault.kill_after = std::chrono::microseconds(instant(random_));
        kills += static_cast<int>(faults.size());
        proof.note(faults.size(), stage_.episode(faults));
    }
}

class CompoundFaults : public NightSweep {};

TEST_P(CompoundFaults, a_second_fault_in_the_run_that_recovers_from_the_first_changes_nothing) {
    Proof proof(part("compound faults"));
    for (int pair = 0; pair < sweep_options().pairs; ++pair)
        proof.note(2, stage_.episode({kill_at(any_visit()), kill_at(any_visit())}));
}

auto const named = [](auto const& info) { return info.param.name; };
INSTANTIATE_TEST_SUITE_P(all, ActionSweep, ::testing::ValuesIn(workloads()), named);
INSTANTIATE_TEST_SUITE_P(all, RandomKills, ::testing::ValuesIn(workloads()), named);
INSTANTIATE_TEST_SUITE_P(all, CompoundFaults, ::testing::ValuesIn(workloads()), named);

} // namespace
} // namespace billhouse
