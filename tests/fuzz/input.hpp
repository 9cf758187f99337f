#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace billhouse {

/// Takes a fuzz input apart from the left. Past its end all bytes are zero.
class FuzzInput {
public:
    FuzzInput(std::uint8_t const* data, std::size_t size)
        : rest_(reinterpret_cast<char const*>(data), size) {}

    bool empty() const { return rest_.empty(); }
    /// 0 .. below-1
    std::size_t choice(std::size_t below) {
        if (rest_.empty()) return 0;
        auto const byte = static_cast<unsigned char>(rest_.front());
        rest_.remove_prefix(1);
        return byte % below;
    }
    std::string_view rest() const { return rest_; }
    /// What stands before the next `separator`, or all that is left.
    std::string_view until(char separator) {
        auto const part = rest_.substr(0, rest_.find(separator));
        rest_.remove_prefix(std::min(part.size() + 1, rest_.size()));
        return part;
    }

private:
    std::string_view rest_;
};

} // namespace billhouse
