#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>

namespace billhouse {

/// A PostgreSQL server of a test's own, for what must not happen to the one that tests share: kills, full
/// disks, certificates. Durable, unlike that one. While it lives, PGHOST, PGPORT and PGPASSWORD of this
/// process lead to it, and so does a TestDatabase made meanwhile. Stopped and removed with the object.
class PrivatePostgres {
public:
    /// @param settings  lines for postgresql.conf; @param access  lines for pg_hba.conf, before its own
    explicit PrivatePostgres(std::string const& settings = {}, std::string const& access = {});
    ~PrivatePostgres();
    PrivatePostgres(PrivatePostgres const&) = delete;
    PrivatePostgres& operator=(PrivatePostgres const&) = delete;

    std::filesystem::path const& folder() const { return folder_; } ///< the server's user may write there
    std::string const& port() const { return port_; }         ///< of the socket in folder(), and on 127.0.0.1
    std::string const& password() const { return password_; } ///< of `postgres`, asked for on TCP only
    /// Ends the server and all its backends by SIGKILL, as a power cut would.
    void kill();
    void start();
    void stop();

private:
    std::string script(std::string const& commands) const;
    void set_environment(std::string const& name, std::string const& value);

    std::filesystem::path folder_;
    std::string port_, password_;
    std::map<std::string, std::optional<std::string>> environment_; ///< as it was
};

} // namespace billhouse
