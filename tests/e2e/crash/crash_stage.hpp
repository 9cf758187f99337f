#pragma once

#include "support/config_folder.hpp"
#include "support/process.hpp"
#include "support/sample_vendor_process.hpp"
#include "support/test_database.hpp"

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace billhouse {

class CrashStage;

/// A command that is swept, and what it finds.
struct Workload {
    std::string name;
    std::vector<std::string> command;
    std::string today; ///< the day for which it loads, as the watermark counts
    TestDatabase::Content database = TestDatabase::Content::migrated;
    std::vector<std::vector<std::string>> loads_before;   ///< commands that ran well before
    std::function<void(CrashStage const&)> change_before; ///< what vendor or job changed since then
    std::optional<std::size_t> requests_repeated; ///< requests that may come twice; nullopt: all of them
};

/// All of them: nightly, restating, backfill, replay, migrate.
std::vector<Workload> const& workloads();

/// What is done to a run.
struct Fault {
    std::string rules;                                   ///< for BILLHOUSE_FAILPOINT
    std::optional<std::chrono::microseconds> kill_after; ///< SIGKILL from outside, at this time
    bool must_kill = false;                              ///< it is wrong where the run outlives it

    std::string text() const;
};

/// A prepared warehouse, a vendor, and what the workload makes of them when nothing goes wrong. Each episode
/// starts from a copy of the prepared state.
class CrashStage {
public:
    explicit CrashStage(Workload const& workload);

    /// Every visit of a failpoint in an undisturbed run: "ledger.closed:2".
    std::vector<std::string> const& visits() const { return visits_; }
    std::chrono::microseconds clean_duration() const { return clean_duration_; }

    /// Runs the command under each of the faults in turn, and checks the warehouse at rest behind each. Then
    /// runs it once without a fault and compares with the clean run.
    /// @returns what is wrong, each with the episode's name; empty = all promises held
    std::vector<std::string> episode(std::vector<Fault> const& faults) const;

    SampleVendorProcess const& vendor() const { return vendor_; }
    ConfigFolder const& config() const { return config_; }

private:
    using State = std::map<std::string, std::vector<std::string>>; ///< by section

    bool is_migration() const { return workload_.database == TestDatabase::Content::empty; }
    Command command(TestDatabase& database, std::vector<std::string> arguments) const;
    void run_well(TestDatabase& database, std::vector<std::string> const& arguments) const;
    void prepare();
    void run_clean();
    ProcessResult run_under(TestDatabase& database, Fault const& fault) const;
    std::vector<std::string> problems_at_rest(TestDatabase& database) const;
    std::vector<std::string> problems_of_migrations(TestDatabase& database) const;
    std::vector<std::string> problems_of_resumption(TestDatabase& database) const;
    State state_of(TestDatabase& database) const;
    std::vector<std::string> differences(State const& actual) const;
    std::vector<std::string> too_many_requests() const;

    Workload const& workload_;
    SampleVendorProcess vendor_;
    ConfigFolder config_;
    std::unique_ptr<TestDatabase> prepared_;
    std::vector<std::string> visits_;
    std::chrono::microseconds clean_duration_{};
    std::size_t clean_requests_ = 0;
    State clean_;
    mutable std::map<std::string, State> migrated_to_; ///< by what is recorded in etl.migration
};

} // namespace billhouse
