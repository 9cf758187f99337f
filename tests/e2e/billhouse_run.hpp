#pragma once

#include "support/config_folder.hpp"
#include "support/process.hpp"
#include "support/sample_vendor_process.hpp"
#include "support/test_database.hpp"

#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace billhouse {

/// A night of billhouse: the built binary, a sample vendor, a migrated database and a configuration folder of
/// the test's own.
class BillhouseRun : public ::testing::Test {
protected:
    explicit BillhouseRun(TestDatabase::Content content = TestDatabase::Content::migrated);

    /// Starts the vendor; again with other arguments replaces it.
    void start_vendor(std::vector<std::string> arguments);
    /// Writes the configuration: both shipped jobs against the sample vendor. @param settings  over the
    /// defaults of the tests
    void configure(std::map<std::string, std::map<std::string, std::string>> const& settings);
    ProcessResult billhouse(std::vector<std::string> arguments);
    Command command(std::vector<std::string> arguments);

    std::string value(std::string const& sql);
    /// Rows as text, columns joined by " | ".
    std::vector<std::string> rows(std::string const& sql);
    /// Every stored version of every fact and dimension row: equal before and after = not one was written.
    std::string row_versions();
    /// What the star says, without surrogate keys, run ids and times: equal for two loads that ended in the
    /// same state.
    std::string star_checksum();
    static std::string star_checksum(TestDatabase& database);
    /// Every test ends with the warehouse's invariants holding.
    void TearDown() override;

    TestDatabase database_;
    std::optional<SampleVendorProcess> vendor_;
    std::optional<ConfigFolder> config_;
};

} // namespace billhouse
