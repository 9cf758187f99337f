#include "base/nameless_file.hpp"

#include "base/error.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string>

namespace billhouse {

namespace {

/// Not /tmp: that may be memory.
std::string folder() {
    char const* const chosen = std::getenv("TMPDIR");
    return chosen != nullptr && *chosen != '\0' ? chosen : "/var/tmp";
}

[[noreturn]] void fail(char const* what) {
    auto const why = errno;
    throw Error(ErrorKind::local_io,
                fmt::format("a temporary file in {} could not be {}: {}", folder(), what, std::strerror(why)),
                "What is too large for memory waits there until it is loaded: make room, or set TMPDIR to a "
                "folder on another disk.");
}

/// For file systems that know no file without a name.
int open_named() {
    auto name = folder() + "/billhouse.XXXXXX";
    int const file = ::mkostemp(name.data(), O_CLOEXEC);
    if (file >= 0) ::unlink(name.c_str());
    return file;
}

int open_nameless() {
    int file = ::open(folder().c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (file < 0 && (errno == EOPNOTSUPP || errno == EISDIR)) file = open_named();
    if (file < 0) fail("made");
    return file;
}

} // namespace

NamelessFile::~NamelessFile() {
    if (file_ >= 0) ::close(file_);
}

void NamelessFile::write(std::uint64_t offset, std::string_view bytes) {
    if (file_ < 0) file_ = open_nameless();
    while (!bytes.empty()) {
        auto const written = ::pwrite(file_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) fail("written");
        bytes.remove_prefix(static_cast<std::size_t>(written));
        offset += static_cast<std::uint64_t>(written);
    }
}

void NamelessFile::read(std::uint64_t offset, char* to, std::size_t size) const {
    for (std::size_t done = 0; done < size;) {
        auto const got = ::pread(file_, to + done, size - done, static_cast<off_t>(offset + done));
        if (got < 0 && errno == EINTR) continue;
        if (got == 0) errno = EIO; // the file was cut by somebody else
        if (got <= 0) fail("read");
        done += static_cast<std::size_t>(got);
    }
}

std::shared_ptr<char> NamelessFile::map(std::size_t size) const {
    void* const start = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, file_, 0);
    if (start == MAP_FAILED) fail("mapped into memory");
    return {static_cast<char*>(start), [size](char* mapped) { ::munmap(mapped, size); }};
}

} // namespace billhouse
