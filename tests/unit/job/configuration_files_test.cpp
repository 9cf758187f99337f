#include "base/error.hpp"
#include "job/job_loader.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace billhouse {

namespace {

namespace fs = std::filesystem;

/// A configuration folder of the test's own.
class ConfigurationFiles : public testing::Test {
protected:
    ConfigurationFiles() {
        std::string name = (fs::temp_directory_path() / "billhouse-config-XXXXXX").string();
        folder_ = mkdtemp(name.data());
        fs::create_directory(folder_ / "jobs");
    }
    ~ConfigurationFiles() override { fs::remove_all(folder_); }

    void expect_refused(ErrorKind kind, std::string const& message) const {
        try {
            load_configuration(folder_);
            ADD_FAILURE() << "was read";
        } catch (Error const& error) {
            EXPECT_EQ(error.kind(), kind);
            EXPECT_EQ(error.what(), message);
            EXPECT_NE(error.hint(), "");
        }
    }
    std::string path(std::string const& name) const { return (folder_ / name).string(); }

    fs::path folder_;
};

} // namespace

TEST_F(ConfigurationFiles, a_folder_without_jobs_is_told_with_where_they_belong) {
    expect_refused(ErrorKind::config, "no job files in " + path("jobs"));
    std::ofstream(folder_ / "jobs" / ".acme.yaml.swp") << "an editor's";
    expect_refused(ErrorKind::config, "no job files in " + path("jobs"));
    fs::remove_all(folder_ / "jobs");
    expect_refused(ErrorKind::config, "no job files in " + path("jobs"));
}

TEST_F(ConfigurationFiles, a_job_that_would_be_missed_in_silence_is_refused) {
    std::ofstream(folder_ / "jobs" / "acme.yml") << "version: 1\n";
    expect_refused(ErrorKind::config, path("jobs/acme.yml") + " does not end in .yaml");
}

TEST_F(ConfigurationFiles, a_file_that_cannot_be_read_is_named) {
    fs::create_directory(folder_ / "jobs" / "acme.yaml");
    expect_refused(ErrorKind::local_io, "cannot read " + path("jobs/acme.yaml"));
}

} // namespace billhouse
