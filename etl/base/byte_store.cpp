#include "base/byte_store.hpp"

#include "base/error.hpp"

#include <fcntl.h>
#include <fmt/format.h>
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
                "folder on "
                "another disk.");
}

/// For file systems that know no file without a name.
int open_named() {
    auto name = folder() + "/billhouse.XXXXXX";
    int const file = ::mkostemp(name.data(), O_CLOEXEC);
    if (file >= 0) ::unlink(name.c_str());
    return file;
}

} // namespace

ByteStore::~ByteStore() {
    if (file_ >= 0) ::close(file_);
}

void ByteStore::open_file() {
    file_ = ::open(folder().c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (file_ < 0 && (errno == EOPNOTSUPP || errno == EISDIR)) file_ = open_named();
    if (file_ < 0) fail("made");
}

std::uint64_t ByteStore::append(std::string_view bytes) {
    auto const place = size();
    bool const fits = memory_.size() + bytes.size() <= in_memory_;
    if (fits && flushed_ + pending_.size() == 0) {
        memory_.append(bytes);
        return place;
    }
    if (pending_.size() + bytes.size() > kBlock) flush();
    pending_.append(bytes);
    return place;
}

void ByteStore::flush() {
    if (file_ < 0) open_file();
    std::string_view left = pending_;
    while (!left.empty()) {
        auto const written = ::pwrite(file_, left.data(), left.size(), static_cast<off_t>(flushed_));
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) fail("written");
        left.remove_prefix(static_cast<std::size_t>(written));
        flushed_ += static_cast<std::uint64_t>(written);
        pending_.erase(0, static_cast<std::size_t>(written));
        left = pending_;
    }
    if (pending_.capacity() > 2 * kBlock) pending_.shrink_to_fit();
}

std::string_view ByteStore::read(std::uint64_t place, std::size_t size) {
    if (place < memory_.size()) return std::string_view(memory_).substr(place, size);
    auto const offset = place - memory_.size();
    if (offset >= flushed_) return std::string_view(pending_).substr(offset - flushed_, size);
    return read_file(offset, size);
}

std::string_view ByteStore::read_file(std::uint64_t offset, std::size_t size) {
    bool const is_there = offset >= window_at_ && offset + size <= window_at_ + window_.size();
    if (!is_there) {
        window_.resize(std::min<std::uint64_t>(std::max(size, kBlock), flushed_ - offset));
        window_at_ = offset;
        for (std::size_t done = 0; done < window_.size();) {
            auto const got = ::pread(file_, window_.data() + done, window_.size() - done,
                                     static_cast<off_t>(offset + done));
            if (got < 0 && errno == EINTR) continue;
            if (got == 0) errno = EIO; // the file was cut by somebody else
            if (got <= 0) fail("read");
            done += static_cast<std::size_t>(got);
        }
    }
    return std::string_view(window_).substr(offset - window_at_, size);
}

void ByteStore::cut(std::uint64_t place) {
    window_.clear();
    auto const in_memory = memory_.size();
    if (place <= in_memory) {
        memory_.resize(place);
        pending_.clear();
        flushed_ = 0;
    } else if (place - in_memory <= flushed_) {
        flushed_ = place - in_memory;
        pending_.clear();
    } else {
        pending_.resize(place - in_memory - flushed_);
    }
}

} // namespace billhouse
