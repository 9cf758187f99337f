#pragma once

#include "base/nameless_file.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace billhouse {

/// Bytes that are read back by their place: the first ones stay in memory, the others go to a file without a
/// name (see NamelessFile). For one thread at a time.
class ByteStore {
public:
    /// @param in_memory  bytes that stay in memory; what does not fit whole goes to the file, and all that
    /// follows
    explicit ByteStore(std::size_t in_memory) : in_memory_(in_memory) {}

    /// @returns the place to read them from
    /// @throws Error(local_io)  no file can be made there, or it cannot grow
    std::uint64_t append(std::string_view bytes);
    /// Of bytes that were appended; valid until the next call.
    /// @throws Error(local_io)
    std::string_view read(std::uint64_t place, std::size_t size);
    /// Forgets all that was appended from this place on.
    void cut(std::uint64_t place);
    std::uint64_t size() const { return memory_.size() + file_.size(); }
    bool has_file() const { return file_.exists(); }

private:
    std::size_t in_memory_;
    std::string memory_;
    NamelessFile file_;
};

} // namespace billhouse
