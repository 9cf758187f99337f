#include "base/error.hpp"
#include "job/secret.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <map>

namespace billhouse {

namespace {

namespace fs = std::filesystem;
using Kind = SecretReference::Kind;

/// A folder of secrets that goes away again.
class Secrets : public testing::Test {
protected:
    Secrets() {
        std::string name = (fs::temp_directory_path() / "billhouse-secret-XXXXXX").string();
        folder_ = mkdtemp(name.data());
        fs::create_directories(folder_ / "credentials");
        fs::create_directories(folder_ / "systemd");
    }
    ~Secrets() override { fs::remove_all(folder_); }

    fs::path put(fs::path const& name, std::string const& value, fs::perms mode = fs::perms::owner_read) {
        std::ofstream(folder_ / name, std::ios::binary) << value;
        fs::permissions(folder_ / name, mode);
        return folder_ / name;
    }
    std::string get(Kind kind, std::string const& name) {
        return resolve({kind, name}, {folder_, [this](char const* variable) -> char const* {
                                          auto const found = environment_.find(variable);
                                          return found == environment_.end() ? nullptr
                                                                             : found->second.c_str();
                                      }});
    }
    /// The message with the temporary folder written as DIR.
    std::string refusal(Kind kind, std::string const& name) {
        try {
            get(kind, name);
        } catch (Error const& error) {
            EXPECT_EQ(error.kind(), ErrorKind::config);
            std::string text = error.what();
            for (auto at = text.find(folder_.string()); at != std::string::npos;
                 at = text.find(folder_.string()))
                text.replace(at, folder_.string().size(), "DIR");
            return text;
        }
        return "accepted";
    }

    fs::path folder_;
    std::map<std::string, std::string> environment_;
};

} // namespace

TEST_F(Secrets, a_credential_of_a_folder_that_systemd_loaded_carries_its_name_before_it) {
    environment_["CREDENTIALS_DIRECTORY"] = (folder_ / "systemd").string();
    put("systemd/billhouse_api_key", "from the folder");
    EXPECT_EQ(get(Kind::credential, "api_key"), "from the folder");
    put("systemd/other_key", "loaded by itself");
    EXPECT_EQ(get(Kind::credential, "other_key"), "loaded by itself");
}

TEST_F(Secrets, a_credential_comes_from_the_service_managers_folder_whatever_its_mode) {
    environment_["CREDENTIALS_DIRECTORY"] = (folder_ / "systemd").string();
    put("systemd/key", "from systemd\n", fs::perms::owner_read | fs::perms::group_read);
    put("credentials/key", "from config");
    EXPECT_EQ(get(Kind::credential, "key"), "from systemd");
}

TEST_F(Secrets, without_a_service_manager_a_credential_is_an_owner_only_file_beside_the_configuration) {
    put("credentials/key", "from config\r\n");
    EXPECT_EQ(get(Kind::credential, "key"), "from config");
    put("credentials/open", "x", fs::perms::owner_read | fs::perms::group_read);
    EXPECT_EQ(refusal(Kind::credential, "open"),
              "credential open may be read by others: mode 440 (DIR/credentials/open)");
    EXPECT_EQ(refusal(Kind::credential, "none"),
              "credential none cannot be opened: No such file or directory (DIR/credentials/none)");
}

TEST_F(Secrets, a_file_must_be_regular_ours_and_closed_to_others) {
    EXPECT_EQ(get(Kind::file, put("good", "value").string()), "value");
    for (auto const mode : {0604, 0640, 0601, 0622})
        EXPECT_NE(refusal(Kind::file, put("open", "value", static_cast<fs::perms>(mode)).string())
                      .find("may be read by others"),
                  std::string::npos);
    fs::create_symlink(folder_ / "good", folder_ / "link");
    EXPECT_EQ(refusal(Kind::file, (folder_ / "link").string()),
              "secret file DIR/link is a symbolic link (DIR/link)");
    EXPECT_EQ(refusal(Kind::file, (folder_ / "systemd").string()),
              "secret file DIR/systemd is not a regular file (DIR/systemd)");
    EXPECT_EQ(refusal(Kind::file, "/proc/self/mem"), // nothing is at address 0
              "secret file /proc/self/mem cannot be read: Input/output error");
}

TEST_F(Secrets, a_variable_is_taken_as_it_is) {
    environment_["KEY"] = "a b=c";
    EXPECT_EQ(get(Kind::environment, "KEY"), "a b=c");
    EXPECT_EQ(refusal(Kind::environment, "OTHER"), "secret variable OTHER is not set");
}

TEST_F(Secrets,
       one_line_end_is_removed_and_everything_else_that_cannot_be_a_secret_is_refused_without_showing_it) {
    struct Case {
        std::string value, expected;
    };
    for (auto const& [value, expected] : std::initializer_list<Case>{
             {"", "secret file DIR/s is empty"},
             {"\n", "secret file DIR/s is empty"},
             {"hush\n\n", "secret file DIR/s contains a line end"},
             {"hush\nhush", "secret file DIR/s contains a line end"},
             {std::string("hu\0sh", 5), "secret file DIR/s contains a NUL byte"},
             {std::string(65'537, 'x'), "secret file DIR/s is longer than 65536 bytes"},
             {" spaces stay ", "accepted"},
         }) {
        fs::remove(folder_ / "s");
        EXPECT_EQ(refusal(Kind::file, put("s", value).string()), expected);
    }
}

} // namespace billhouse
