#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace billhouse {

/// What the command line chose.
struct SweepOptions {
    std::uint64_t seed = 0;
    int kills = 20; ///< random instants, for each workload
    int pairs = 20; ///< compound faults, for each workload
    std::string
        only; ///< of the listed faults those alone whose rule holds this: "ledger.closed=kill", "=term@"
    bool wants(std::string const& rule) const { return rule.find(only) != rule.npos; }
};
SweepOptions& sweep_options();

/// Counts what a part of the proof did. At its end a line goes to the file named by BILLHOUSE_PROOF, where
/// scripts/prove adds them up: part, faults injected, survived, violations; a tab between them.
class Proof {
public:
    explicit Proof(std::string part);
    ~Proof();
    Proof(Proof const&) = delete;
    Proof& operator=(Proof const&) = delete;

    /// One episode: reports each problem as a failure of the test.
    void note(std::size_t faults, std::vector<std::string> const& problems);

private:
    std::string part_;
    std::size_t faults_ = 0, survived_ = 0, violations_ = 0;
};

} // namespace billhouse
