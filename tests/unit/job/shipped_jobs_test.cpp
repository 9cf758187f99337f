#include "base/error.hpp"
#include "job/job_loader.hpp"

#include <gtest/gtest.h>

namespace billhouse {
namespace {

std::filesystem::path const kFolder = std::filesystem::path(BILLHOUSE_SOURCE_DIR) / "config";

TEST(ShippedJobs, every_file_of_the_configuration_folder_loads_without_a_problem) {
    try {
        EXPECT_GE(load_configuration(kFolder).jobs.size(), 2U);
    } catch (Error const& error) {
        FAIL() << error.what();
    }
}

/// A further vendor's definition must not make a nightly run fail for want of its credential.
TEST(ShippedJobs, only_guance_and_ocamba_run_without_being_named) {
    auto const configuration = load_configuration(kFolder);
    auto const jobs = select_jobs(configuration, {});
    ASSERT_EQ(jobs.size(), 2U);
    EXPECT_EQ(jobs[0]->name, "guance");
    EXPECT_EQ(jobs[1]->name, "ocamba");
}

} // namespace
} // namespace billhouse
