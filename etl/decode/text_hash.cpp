#include "decode/text_hash.hpp"

#include <string_view>

namespace billhouse {

void TextHash::add(char const* until) {
    if (!sum_) sum_ = std::make_unique<Sha256Sum>();
    sum_->add({hashed_to_, static_cast<std::size_t>(until - hashed_to_)});
    hashed_to_ = until;
}

Sha256 TextHash::finish(char const* end) {
    if (!sum_) return sha256({hashed_to_, static_cast<std::size_t>(end - hashed_to_)});
    add(end);
    return sum_->finish();
}

} // namespace billhouse
