#include "base/byte_store.hpp"

#include <algorithm>

namespace billhouse {

namespace {

constexpr std::size_t kBlock = 256 * 1024; ///< bytes that are written and read at once

} // namespace

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
    file_.write(flushed_, pending_);
    flushed_ += pending_.size();
    pending_.clear();
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
        file_.read(offset, window_.data(), window_.size());
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
