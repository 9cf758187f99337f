#include "base/spooled_text.hpp"

#include <sys/mman.h>

#include <algorithm>
#include <cstring>
#include <utility>

namespace billhouse {

namespace {

constexpr std::size_t kBlock = 256 * 1024; ///< bytes that are written at once

} // namespace

void SpooledText::blank(std::size_t from, std::size_t size) {
    char* const text = mapped_ ? mapped_.get() : memory_.data();
    std::memset(text + from, '*', size);
}

void TextSpool::append(std::string_view part) {
    bool const fits = !file_.exists() && memory_.size() + part.size() <= SpooledText::kInMemory;
    if (fits) {
        memory_.append(part);
        return;
    }
    if (!file_.exists()) move_to_file();
    if (pending_.size() + part.size() > kBlock) flush();
    pending_.append(part);
}

void TextSpool::move_to_file() {
    file_.write(0, memory_);
    flushed_ = memory_.size();
    memory_ = {};
}

void TextSpool::flush() {
    file_.write(flushed_, pending_);
    flushed_ += pending_.size();
    pending_.clear();
    if (pending_.capacity() > 2 * kBlock) pending_.shrink_to_fit();
}

SpooledText TextSpool::finish() {
    SpooledText text;
    if (!file_.exists()) {
        text.memory_ = std::move(memory_);
        return text;
    }
    flush();
    pending_ = {};
    text.mapped_ = file_.map(flushed_);
    text.size_ = flushed_;
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
