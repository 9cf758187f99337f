#include "base/error.hpp"
#include "base/whole_file.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iterator>

namespace billhouse {
namespace {

class WholeFileTest : public ::testing::Test {
protected:
    WholeFileTest() {
        std::string name = (std::filesystem::temp_directory_path() / "billhouse-file.XXXXXX").string();
        folder_ = ::mkdtemp(name.data());
    }
    ~WholeFileTest() override { std::filesystem::remove_all(folder_); }

    std::string content() const {
        std::ifstream file(folder_ / "page.html");
        return {std::istreambuf_iterator<char>(file), {}};
    }
    unsigned rights() const {
        return static_cast<unsigned>(std::filesystem::status(folder_ / "page.html").permissions());
    }
    static void expect_refused(std::filesystem::path const& path, std::string const& what) {
        try {
            WholeFile file(path);
            ADD_FAILURE() << path << " was taken";
        } catch (Error const& error) {
            EXPECT_EQ(error.kind(), ErrorKind::local_io);
            EXPECT_NE(std::string(error.what()).find(what), std::string::npos) << error.what();
            EXPECT_NE(error.hint(), "");
        }
    }

    static std::string failure_of(WholeFile const& file) {
        try {
            file.replace("new");
        } catch (Error const& error) {
            EXPECT_EQ(error.kind(), ErrorKind::local_io);
            return error.what();
        }
        return "none";
    }

    std::filesystem::path folder_;
};

TEST_F(WholeFileTest, is_for_its_owner_only_and_leaves_nothing_beside_it) {
    WholeFile(folder_ / "page.html").replace("first");
    EXPECT_EQ(content(), "first");
    EXPECT_EQ(rights(), 0600U);
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_), {}), 1);
}

TEST_F(WholeFileTest, keeps_the_rights_of_the_file_that_it_replaces) {
    WholeFile const file(folder_ / "page.html");
    file.replace("first and longer");
    ::chmod((folder_ / "page.html").c_str(), 0644);
    file.replace("second");
    EXPECT_EQ(content(), "second");
    EXPECT_EQ(rights(), 0644U);
}

TEST_F(WholeFileTest, refuses_a_place_that_cannot_hold_a_file) {
    expect_refused("-", "standard output");
    expect_refused(folder_ / "nowhere" / "page.html", "there is no folder " + (folder_ / "nowhere").string());
    expect_refused(folder_, "is no file");
}

TEST_F(WholeFileTest, a_failure_leaves_the_older_file_and_no_draft) {
    WholeFile const file(folder_ / "page.html");
    file.replace("old");
    std::filesystem::create_directory(folder_ / ("page.html." + std::to_string(::getpid()) + ".part"));
    EXPECT_EQ(failure_of(file), "cannot write " + (folder_ / "page.html").string() + ": Is a directory");
    EXPECT_EQ(content(), "old");
}

TEST_F(WholeFileTest, a_folder_that_took_its_place_meanwhile_stays) {
    WholeFile const file(folder_ / "page.html");
    std::filesystem::create_directory(folder_ / "page.html");
    EXPECT_EQ(failure_of(file), "cannot write " + (folder_ / "page.html").string() + ": Is a directory");
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_), {}), 1) << "and no draft";
}

TEST_F(WholeFileTest, a_full_disk_is_said_and_leaves_no_draft) {
    WholeFile const file(folder_ / "page.html");
    rlimit old{};
    ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &old), 0);
    auto* const handler = std::signal(SIGXFSZ, SIG_IGN);
    rlimit const small{2, old.rlim_max};
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
    auto const failure = failure_of(file);
    ::setrlimit(RLIMIT_FSIZE, &old);
    std::signal(SIGXFSZ, handler);
    EXPECT_EQ(failure, "cannot write " + (folder_ / "page.html").string() + ": File too large");
    EXPECT_TRUE(std::filesystem::is_empty(folder_));
}

} // namespace
} // namespace billhouse
