#include "base/whole_file.hpp"

#include "base/error.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

namespace billhouse {

namespace {

[[noreturn]] void fail(std::filesystem::path const& path, std::string const& what, std::string hint) {
    throw Error(ErrorKind::local_io, fmt::format("cannot write {}: {}", path.string(), what),
                std::move(hint));
}

/// The file that is to become `path`; removed again unless it was.
class Draft {
public:
    explicit Draft(std::filesystem::path path)
        : path_(std::move(path)), draft_(fmt::format("{}.{}.part", path_.string(), ::getpid())),
          descriptor_(::open(draft_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600)) {
        if (descriptor_ < 0) refuse();
    }
    ~Draft() {
        if (descriptor_ >= 0) ::close(descriptor_);
        if (!is_done_) ::unlink(draft_.c_str());
    }
    Draft(Draft const&) = delete;
    Draft& operator=(Draft const&) = delete;

    void write(std::string_view content) {
        while (!content.empty()) {
            auto const written = ::write(descriptor_, content.data(), content.size());
            if (written < 0 && errno == EINTR) continue;
            if (written <= 0) refuse();
            content.remove_prefix(static_cast<std::size_t>(written));
        }
    }
    void take_place() {
        struct stat old {};
        bool const replaces = ::stat(path_.c_str(), &old) == 0;
        if (::fchmod(descriptor_, replaces ? old.st_mode & 0777 : 0600) != 0 || ::fsync(descriptor_) != 0)
            refuse();
        if (::rename(draft_.c_str(), path_.c_str()) != 0) refuse();
        is_done_ = true;
    }

private:
    [[noreturn]] void refuse() const {
        fail(path_, std::strerror(errno), "Mend the disk or the rights of its folder, or name another file.");
    }

    std::filesystem::path path_;
    std::string draft_;
    int descriptor_;
    bool is_done_ = false;
};

} // namespace

WholeFile::WholeFile(std::filesystem::path path) : path_(std::move(path)) {
    std::error_code error;
    auto const folder = path_.has_parent_path() ? path_.parent_path() : std::filesystem::path(".");
    if (path_ == "-") fail(path_, "standard output cannot be replaced as a whole", "Name a file.");
    if (!std::filesystem::is_directory(folder, error))
        fail(path_, fmt::format("there is no folder {}", folder.string()), "Make it, or name another one.");
    if (std::filesystem::exists(path_, error) && !std::filesystem::is_regular_file(path_, error))
        fail(path_, "it is there and is no file", "Name a file.");
}

void WholeFile::replace(std::string_view content) const {
    Draft draft(path_);
    draft.write(content);
    draft.take_place();
}

} // namespace billhouse
