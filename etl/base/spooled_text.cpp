#include "base/spooled_text.hpp"

#include <sys/mman.h>

#include <cstring>
#include <utility>

namespace billhouse {

void SpooledText::blank(std::size_t from, std::size_t size) {
    char* const text = mapped_ ? mapped_.get() : memory_.data();
    std::memset(text + from, '*', size);
}

void TextSpool::append(std::string_view part) {
    bool const fits = file_.size() == 0 && memory_.size() + part.size() <= SpooledText::kInMemory;
    if (fits) {
        memory_.append(part);
        return;
    }
    file_.append(std::exchange(memory_, {}));
    file_.append(part);
}

SpooledText TextSpool::finish() {
    SpooledText text;
    if (file_.size() == 0) {
        text.memory_ = std::move(memory_);
        return text;
    }
    text.size_ = file_.size();
    text.mapped_ = file_.map();
    return text;
}

TextPass::TextPass(SpooledText const& text)
    : text_(text.view().data()), size_(text.is_in_file() ? text.size() : 0) {}

TextPass::~TextPass() {
    if (size_ > 0) give_back(size_);
}

// The pages stay in the kernel's cache as long as it has room, and are no longer counted as this process's.
void TextPass::give_back(std::size_t until) {
    ::madvise(const_cast<char*>(text_) + given_back_, until - given_back_, MADV_DONTNEED);
    given_back_ = until;
}

void for_each_piece(SpooledText const& text, std::size_t size,
                    std::function<void(std::string_view)> const& take) {
    TextPass pass(text);
    for (auto rest = text.view(); !rest.empty();) {
        auto const piece = rest.substr(0, size);
        take(piece);
        rest.remove_prefix(piece.size());
        pass.reached(rest.data());
    }
}

} // namespace billhouse
