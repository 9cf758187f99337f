#include "base/nameless_file.hpp"

#include "base/error.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace billhouse {

namespace {

constexpr std::size_t kBlock = 256 * 1024; ///< bytes that are written and read at once

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

void NamelessFile::append(std::string_view bytes) {
    if (pending_.size() + bytes.size() > kBlock) flush();
    if (bytes.size() > kBlock)
        write(bytes);
    else
        pending_.append(bytes);
}

void NamelessFile::flush() {
    if (!pending_.empty()) write(pending_);
    pending_.clear();
}

void NamelessFile::write(std::string_view bytes) {
    if (file_ < 0) file_ = open_nameless();
    auto offset = written_;
    while (!bytes.empty()) {
        auto const written = ::pwrite(file_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) fail("written");
        bytes.remove_prefix(static_cast<std::size_t>(written));
        offset += static_cast<std::uint64_t>(written);
    }
    written_ = offset;
}

std::string_view NamelessFile::read(std::uint64_t offset, std::size_t size) {
    if (offset >= written_) return std::string_view(pending_).substr(offset - written_, size);
    bool const is_there = offset >= block_at_ && offset + size <= block_at_ + block_.size();
    if (!is_there) read_block(offset, size);
    return std::string_view(block_).substr(offset - block_at_, size);
}

void NamelessFile::read_block(std::uint64_t offset, std::size_t size) {
    block_.resize(std::min<std::uint64_t>(std::max(size, kBlock), written_ - offset));
    block_at_ = offset;
    for (std::size_t done = 0; done < block_.size();) {
        auto const got =
            ::pread(file_, block_.data() + done, block_.size() - done, static_cast<off_t>(offset + done));
        if (got < 0 && errno == EINTR) continue;
        if (got == 0) errno = EIO; // the file was cut by somebody else
        if (got <= 0) fail("read");
        done += static_cast<std::size_t>(got);
    }
}

void NamelessFile::cut(std::uint64_t size) {
    block_.clear();
    if (size <= written_) {
        written_ = size;
        pending_.clear();
    } else {
        pending_.resize(size - written_);
    }
}

std::shared_ptr<char> NamelessFile::map() {
    flush();
    auto const size = static_cast<std::size_t>(written_);
    void* const start = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, file_, 0);
    if (start == MAP_FAILED) fail("mapped into memory");
    return {static_cast<char*>(start), [size](char* mapped) { ::munmap(mapped, size); }};
}

} // namespace billhouse
