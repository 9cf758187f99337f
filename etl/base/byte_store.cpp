#include "base/byte_store.hpp"

namespace billhouse {

std::uint64_t ByteStore::append(std::string_view bytes) {
    auto const place = size();
    bool const fits = file_.size() == 0 && memory_.size() + bytes.size() <= in_memory_;
    if (fits)
        memory_.append(bytes);
    else
        file_.append(bytes);
    return place;
}

std::string_view ByteStore::read(std::uint64_t place, std::size_t size) {
    if (place < memory_.size()) return std::string_view(memory_).substr(place, size);
    return file_.read(place - memory_.size(), size);
}

void ByteStore::cut(std::uint64_t place) {
    auto const in_memory = memory_.size();
    file_.cut(place > in_memory ? place - in_memory : 0);
    if (place < in_memory) memory_.resize(place);
}

} // namespace billhouse
