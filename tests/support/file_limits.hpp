#pragma once

#include <sys/resource.h>

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <optional>
#include <string>

namespace billhouse {

/// TMPDIR for as long as this lives.
class TemporaryFolder {
public:
    explicit TemporaryFolder(char const* path) {
        if (auto const* const before = std::getenv("TMPDIR")) before_ = before;
        ::setenv("TMPDIR", path, 1);
    }
    ~TemporaryFolder() {
        if (before_)
            ::setenv("TMPDIR", before_->c_str(), 1);
        else
            ::unsetenv("TMPDIR");
    }

private:
    std::optional<std::string> before_;
};

/// The size that no file may exceed, for as long as this lives.
class FileSizeLimit {
public:
    explicit FileSizeLimit(rlim_t bytes) {
        ::getrlimit(RLIMIT_FSIZE, &before_);
        handler_ = std::signal(SIGXFSZ, SIG_IGN);
        rlimit const limit{bytes, before_.rlim_max};
        ::setrlimit(RLIMIT_FSIZE, &limit);
    }
    ~FileSizeLimit() {
        ::setrlimit(RLIMIT_FSIZE, &before_);
        std::signal(SIGXFSZ, handler_);
    }

private:
    rlimit before_{};
    void (*handler_)(int);
};

/// A line of /proc/PROCESS/status that tells of memory, in bytes: "VmHWM" is the most that it had so far,
/// "RssShmem" and "RssFile" what it has now of mapped files. 0 where there is no such line.
inline std::size_t memory_of(std::string const& process, std::string const& line) {
    std::ifstream status("/proc/" + process + "/status");
    for (std::string text; std::getline(status, text);)
        if (text.starts_with(line + ':')) return std::stoul(text.substr(line.size() + 1)) * 1024;
    return 0;
}

} // namespace billhouse
