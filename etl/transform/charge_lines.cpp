#include "transform/charge_lines.hpp"

#include "base/error.hpp"

#include <algorithm>
#include <cstring>
#include <limits>
#include <stdexcept>
#include <type_traits>
#include <utility>

namespace billhouse {

namespace {

/// Contents of a slice that stay in memory: some 10,000 lines. Several slices are read ahead, each with as
/// much.
constexpr std::size_t kContentsInMemory = 3 * 1024 * 1024;

/// Writes a line's content in a form that only this process reads: its length, its members, then all else
/// that LineHead lacks.
class ContentWriter {
public:
    explicit ContentWriter(std::string& bytes) : bytes_(bytes) {}

    template <class Number>
    requires std::is_trivially_copyable_v<Number>
    void number(Number const& value) { bytes_.append(reinterpret_cast<char const*>(&value), sizeof value); }
    void text(std::string const& value) {
        number(static_cast<std::uint32_t>(value.size()));
        bytes_.append(value);
    }
    std::string& bytes() { return bytes_; }

private:
    std::string& bytes_;
};

class ContentReader {
public:
    explicit ContentReader(std::string_view bytes) : bytes_(bytes) {}

    template <class Number>
    requires std::is_trivially_copyable_v<Number>
    void number(Number& value) {
        std::memcpy(&value, bytes_.data(), sizeof value);
        bytes_.remove_prefix(sizeof value);
    }
    void text(std::string& value) {
        std::uint32_t size = 0;
        number(size);
        value.assign(bytes_.substr(0, size));
        bytes_.remove_prefix(size);
    }
    std::string_view& bytes() { return bytes_; }

private:
    std::string_view bytes_;
};

/// What is written of a line, in this order.
template <class Content, class Line>
void content_of(Content& content, Line& line) {
    content.number(line.identity);
    content.number(line.charge_period_start);
    content.number(line.charge_period_end);
    content.number(line.billing_period_start);
    content.number(line.billing_period_end);
    content.number(line.page);
    content.text(line.document_id);
    content.text(line.attributes);
    content.text(line.record_path);
}

std::uint32_t first_bytes(Uuid const& key) {
    std::uint32_t number = 0;
    for (std::size_t i = 0; i < sizeof number; ++i)
        number = number << 8 | key.bytes[i];
    return number;
}

LineMembers members_of(ChargeLine const& line) {
    return {line.billing_account, line.sub_account, line.service, line.sku, line.charge_type, line.currency};
}

} // namespace

void ChargeLines::push_back(ChargeLine const& line) {
    if (heads_.size() > std::numeric_limits<std::uint32_t>::max() ||
        (contents_ && contents_->size() >= LineHead::kPlaces)) // 128 GiB of memory, or a disk filled
        throw std::length_error("a slice of more than 4,294,967,296 lines, or of 1 TiB");
    if (!contents_) contents_ = std::make_shared<ByteStore>(kContentsInMemory);
    thread_local std::string bytes;
    bytes.assign(sizeof(std::uint32_t), '\0');
    ContentWriter content(bytes);
    content.number(members_of(line));
    content_of(content, line);
    line.measures.write(bytes);
    auto const size = static_cast<std::uint32_t>(bytes.size() - sizeof(std::uint32_t));
    std::memcpy(bytes.data(), &size, sizeof size);
    if (line.line_no != 1) numbers_[static_cast<std::uint32_t>(heads_.size())] = line.line_no;
    heads_.emplace_back(line.key, line.content_hash, contents_->append(bytes), line.charge_date);
}

void ChargeLines::for_each(std::function<void(LineHead const&, LineMembers const&)> const& take) const {
    LineMembers members;
    for (auto const& head : heads_) {
        ContentReader(contents_->read(head.place() + sizeof(std::uint32_t), sizeof members)).number(members);
        take(head, members);
    }
}

void ChargeLines::read(std::size_t place, ChargeLine& line) const {
    auto const& head = heads_[place];
    line.key = head.key;
    line.content_hash = head.content_hash;
    line.charge_date = head.charge_date();
    auto const number = numbers_.find(static_cast<std::uint32_t>(place));
    line.line_no = number == numbers_.end() ? 1 : number->second;

    std::uint32_t size = 0;
    std::memcpy(&size, contents_->read(head.place(), sizeof size).data(), sizeof size);
    ContentReader content(contents_->read(head.place(), sizeof size + size).substr(sizeof size));
    LineMembers named;
    content.number(named);
    line.billing_account = named.billing_account, line.sub_account = named.sub_account;
    line.service = named.service, line.sku = named.sku;
    line.charge_type = named.charge_type, line.currency = named.currency;
    content_of(content, line);
    line.measures.read(content.bytes());
}

ChargeLine ChargeLines::operator[](std::size_t place) const {
    ChargeLine line;
    read(place, line);
    return line;
}

ChargeLine ChargeLines::at(std::size_t place) const {
    if (place >= size()) throw std::out_of_range("ChargeLines::at");
    return (*this)[place];
}

bool ChargeLines::in_memory() const {
    return !contents_ || !contents_->has_file();
}

std::vector<std::uint32_t> const& ChargeLines::by_key() const {
    if (by_key_.size() == heads_.size()) return by_key_;
    // By the keys' first bytes, which are the same for one pair of lines in some billions: nearly all
    // comparisons then fetch no line.
    using Entry = std::pair<std::uint32_t, std::uint32_t>;
    std::vector<Entry> entries;
    entries.reserve(heads_.size());
    for (auto const& head : heads_)
        entries.emplace_back(first_bytes(head.key), static_cast<std::uint32_t>(entries.size()));
    std::ranges::sort(entries, [this](Entry const& a, Entry const& b) {
        return a.first != b.first ? a.first < b.first : heads_[a.second].key < heads_[b.second].key;
    });
    by_key_.clear();
    by_key_.reserve(entries.size());
    for (auto const& entry : entries)
        by_key_.push_back(entry.second);
    return by_key_;
}

void ChargeLines::number(std::size_t place, std::int32_t line_no, Uuid const& key) {
    by_key_.clear();
    heads_[place].key = key;
    if (line_no != 1)
        numbers_[static_cast<std::uint32_t>(place)] = line_no;
    else
        numbers_.erase(static_cast<std::uint32_t>(place));
}

void ChargeLines::cut(std::size_t size) {
    if (size >= heads_.size()) return;
    contents_->cut(heads_[size].place());
    heads_.resize(size);
    by_key_.clear();
    std::erase_if(numbers_, [&](auto const& number) { return number.first >= size; });
}

ChargeLines ChargeLines::take(Date from, Date to) {
    ChargeLines taken, left;
    taken.contents_ = left.contents_ = contents_;
    for (std::size_t place = 0; place < heads_.size(); ++place) {
        auto const date = heads_[place].charge_date();
        auto& where = date >= from && date < to ? taken : left;
        auto const number = numbers_.find(static_cast<std::uint32_t>(place));
        if (number != numbers_.end())
            where.numbers_[static_cast<std::uint32_t>(where.size())] = number->second;
        where.heads_.push_back(heads_[place]);
    }
    *this = std::move(left);
    return taken;
}

} // namespace billhouse
