#include "support/config_folder.hpp"
#include "support/process.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <stdexcept>

namespace billhouse {

namespace {

namespace fs = std::filesystem;

Command shell(std::string const& script) {
    return {"/bin/sh", {"-c", script}, {}, {}};
}

TEST(RunProcess, gives_exit_code_and_both_outputs) {
    ProcessResult const result = run_process(shell("echo out; echo err >&2; exit 78"));
    EXPECT_EQ(result.exit_code, 78);
    EXPECT_EQ(result.out, "out\n");
    EXPECT_EQ(result.err, "err\n");
}

TEST(RunProcess, reads_more_than_a_pipe_holds) {
    ProcessResult const result = run_process(shell("head -c 300000 /dev/zero; head -c 200000 /dev/zero >&2"));
    EXPECT_EQ(result.out.size(), 300000U);
    EXPECT_EQ(result.err.size(), 200000U);
}

TEST(RunProcess, sets_and_takes_out_variables_and_changes_the_folder) {
    ::setenv("BILLHOUSE_TEST_A", "inherited", 1);
    Command command = shell("echo \"$BILLHOUSE_TEST_A,$BILLHOUSE_TEST_B,${PATH:+path}\"; pwd");
    EXPECT_THAT(run_process(command).out, testing::StartsWith("inherited,,path\n"));
    command.environment = {{"BILLHOUSE_TEST_A", std::nullopt}, {"BILLHOUSE_TEST_B", "given"}};
    command.directory = "/";
    EXPECT_EQ(run_process(command).out, ",given,path\n/\n");
}

TEST(RunProcess, tells_what_can_not_be_started) {
    EXPECT_THROW(run_process({"/nonexistent/binary", {}, {}, {}}), std::runtime_error);
}

TEST(RunProcess, kills_what_outlasts_patience) {
    EXPECT_THROW(run_process(shell("exec sleep 1000"), std::chrono::milliseconds(20)), std::runtime_error);
}

TEST(ChildProcess, waits_for_a_line_and_tells_a_signal_as_a_shell_does) {
    ChildProcess child(shell("echo port 17; echo; exec sleep 1000"));
    EXPECT_EQ(child.wait_for_line("port"), "port 17");
    EXPECT_TRUE(child.running());
    child.signal(SIGTERM);
    EXPECT_EQ(child.wait().exit_code, 128 + SIGTERM);
    EXPECT_FALSE(child.running());
    child.signal(SIGTERM); // nobody is there to be hit
}

TEST(ChildProcess, says_what_came_instead_of_a_line) {
    ChildProcess child(shell("echo oops >&2; exit 1"));
    try {
        child.wait_for_line("listening");
        FAIL() << "the process has ended";
    } catch (std::runtime_error const& error) {
        EXPECT_THAT(error.what(), testing::HasSubstr("oops"));
    }
}

class ConfigFolderTest : public testing::Test {
protected:
    ConfigFolderTest()
        : source_(fs::temp_directory_path() / ("billhouse-source-" + std::to_string(::getpid()))) {
        fs::create_directories(source_ / "config" / "jobs");
        std::ofstream(source_ / "config" / "jobs" / "acme.yaml") << "job: acme\n";
        std::ofstream(source_ / "config" / "jobs" / "notes.txt") << "no job\n";
    }
    ~ConfigFolderTest() override { fs::remove_all(source_); }

    fs::path source_;
};

TEST_F(ConfigFolderTest, holds_the_shipped_jobs_the_choices_and_owner_only_credentials) {
    fs::path where;
    {
        ConfigFolder const folder(
            source_,
            {"host=/tmp user='x'", {{"acme", {{"base_url", "http://127.0.0.1:1"}}}}, {{"key", "s3cret"}}});
        where = folder.path();
        EXPECT_EQ(folder.read("jobs/acme.yaml"), "job: acme\n");
        EXPECT_FALSE(fs::exists(where / "jobs" / "notes.txt"));
        EXPECT_EQ(folder.read("billhouse.yaml"),
                  "version: 1\n"
                  "warehouse:\n  connection: 'host=/tmp user=''x'''\n"
                  "jobs:\n  acme:\n    settings:\n      base_url: 'http://127.0.0.1:1'\n");
        EXPECT_EQ(folder.read("credentials/key"), "s3cret");
        EXPECT_EQ(fs::status(folder.credentials() / "key").permissions(), fs::perms(0600));
        folder.write("jobs/acme.yaml", "broken");
        EXPECT_EQ(folder.read("jobs/acme.yaml"), "broken");
    }
    EXPECT_FALSE(fs::exists(where));
}

} // namespace

} // namespace billhouse
