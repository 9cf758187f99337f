#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace billhouse {

/// A file without a name below TMPDIR (/var/tmp where that is not set), which is gone with the process,
/// whatever ends it. It grows at its end, is made when the first block of 256 KiB is full, and is read by
/// such blocks, too. For one thread at a time.
class NamelessFile {
public:
    NamelessFile() = default;
    ~NamelessFile();
    NamelessFile(NamelessFile const&) = delete;
    NamelessFile& operator=(NamelessFile const&) = delete;

    bool exists() const { return file_ >= 0; }
    std::uint64_t size() const { return written_ + pending_.size(); }
    /// @throws Error(local_io)  no file can be made there, or it cannot grow
    void append(std::string_view bytes);
    /// Of bytes that were appended; valid until the next call.
    /// @throws Error(local_io)
    std::string_view read(std::uint64_t offset, std::size_t size);
    /// Forgets all that was appended from this offset on.
    void cut(std::uint64_t size);
    /// All of it, at least one byte, as memory that keeps it until it is dropped, also without this object.
    /// @throws Error(local_io)
    std::shared_ptr<char> map();

private:
    void flush();
    void write(std::string_view bytes);
    void read_block(std::uint64_t offset, std::size_t size);

    int file_ = -1;
    std::uint64_t written_ = 0; ///< bytes in the file
    std::string pending_;       ///< of the file's end, not written yet
    std::string block_;         ///< read from the file at block_at_
    std::uint64_t block_at_ = 0;
};

} // namespace billhouse
