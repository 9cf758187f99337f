#include "base/wipe.hpp"

#include <cstring>

namespace billhouse {

void wipe(std::string& text) noexcept {
    text.resize(text.capacity()); // within its own room: nothing is allocated
    explicit_bzero(text.data(), text.size());
    text.clear();
}

} // namespace billhouse
