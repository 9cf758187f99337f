#pragma once

#include "base/sha256.hpp"

#include <cstddef>
#include <memory>

namespace billhouse {

/// The hash of a text that is hashed while it is read: a large one is gone over once, a small one is hashed
/// at its end.
class TextHash {
public:
    TextHash() = default;
    explicit TextHash(char const* begin) : hashed_to_(begin) {}

    /// What lies before this place is part of the text.
    void reached(char const* place) {
        if (place - hashed_to_ >= kAtOnce) add(place);
    }
    /// To be called once, at last.
    Sha256 finish(char const* end);

private:
    static constexpr std::ptrdiff_t kAtOnce = 1024 * 1024; ///< less than TextPass keeps
    void add(char const* until);

    char const* hashed_to_ = nullptr;
    std::unique_ptr<Sha256Sum> sum_; ///< of a text that turned out to be large
};

} // namespace billhouse
