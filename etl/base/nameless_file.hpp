#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

namespace billhouse {

/// A file without a name below TMPDIR (/var/tmp where that is not set), which is gone with the process,
/// whatever ends it. It is made when it is first written to.
class NamelessFile {
public:
    NamelessFile() = default;
    ~NamelessFile();
    NamelessFile(NamelessFile const&) = delete;
    NamelessFile& operator=(NamelessFile const&) = delete;

    bool exists() const { return file_ >= 0; }
    /// @throws Error(local_io)  no file can be made there, or it cannot grow
    void write(std::uint64_t offset, std::string_view bytes);
    /// Fills `to` with bytes that were written.
    /// @throws Error(local_io)
    void read(std::uint64_t offset, char* to, std::size_t size) const;
    /// The file's first bytes, at least one, as memory that keeps them until it is dropped, also without this
    /// object.
    /// @throws Error(local_io)
    std::shared_ptr<char> map(std::size_t size) const;

private:
    int file_ = -1;
};

} // namespace billhouse
