#include "base/error.hpp"
#include "job/job_loader.hpp"

#include <gtest/gtest.h>

namespace billhouse {

TEST(ShippedJobs, every_file_of_the_configuration_folder_loads_without_a_problem) {
    auto const folder = std::filesystem::path(BILLHOUSE_SOURCE_DIR) / "config";
    try {
        auto const configuration = load_configuration(folder);
        EXPECT_GE(configuration.jobs.size(), 2U);
        EXPECT_EQ(select_jobs(configuration, {}).size(), configuration.jobs.size());
    } catch (Error const& error) {
        FAIL() << error.what();
    }
}

} // namespace billhouse
