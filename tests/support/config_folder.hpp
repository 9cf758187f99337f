#pragma once

#include <filesystem>
#include <map>
#include <set>
#include <string>

namespace billhouse {

/// What a test says about its configuration; the rest is as shipped.
struct ConfigChoice {
    std::string connection; ///< libpq connection string of the warehouse
    std::map<std::string, std::map<std::string, std::string>>
        jobs;                                       ///< job -> setting -> value, over the job file's own
    std::map<std::string, std::string> credentials; ///< name -> value
};

/// A configuration folder of its own for one test: the shipped jobs, a billhouse.yaml, and credential files
/// that only the owner may read. Gone with this object.
class ConfigFolder {
public:
    /// @param source  the source tree with config/jobs/
    ConfigFolder(std::filesystem::path const& source, ConfigChoice const& choice);
    ~ConfigFolder();
    ConfigFolder(ConfigFolder const&) = delete;
    ConfigFolder& operator=(ConfigFolder const&) = delete;

    std::filesystem::path const& path() const { return path_; }
    std::filesystem::path credentials() const { return path_ / "credentials"; } ///< for CREDENTIALS_DIRECTORY
    /// Replaces or adds a file, by its path inside the folder.
    void write(std::filesystem::path const& file, std::string const& text) const;
    std::string read(std::filesystem::path const& file) const;
    void remove(std::filesystem::path const& file) const;
    /// Removes all other jobs: to read them costs more than a short run.
    void keep_jobs(std::set<std::string> const& names) const;

private:
    void write_main_file(ConfigChoice const& choice) const;
    void write_credential(std::string const& name, std::string const& value) const;

    std::filesystem::path path_;
};

} // namespace billhouse
