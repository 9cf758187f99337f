#pragma once

#include "base/byte_store.hpp"
#include "transform/charge_line.hpp"

#include <cstdint>
#include <deque>
#include <initializer_list>
#include <iterator>
#include <memory>
#include <unordered_map>
#include <vector>

namespace billhouse {

/// The members that a line names, as indices.
struct LineMembers {
    MemberIndex billing_account = kNone, sub_account = kNone, service = kNone, sku = kNone;
    MemberIndex charge_type = 0, currency = 0;
    friend bool operator==(LineMembers const&, LineMembers const&) = default;
};

/// What is held in memory of every line of a slice: enough to compare it with the star.
struct LineHead {
    Uuid key;
    std::int64_t content_hash = 0;
    std::uint64_t place = 0; ///< of its content
    std::int32_t day = 0;
    std::uint32_t members = 0; ///< which of the combinations that occur
    Date charge_date() const { return Date(std::chrono::days(day)); }
};
static_assert(sizeof(LineHead) == 40);

/// A slice's lines, up to 2^32 of them, in their order. Each costs 40 bytes of memory; what is only wanted
/// when it is written goes to a temporary file where it is more than a few megabytes. Copies share the
/// contents.
class ChargeLines {
public:
    class const_iterator;
    using value_type = ChargeLine;

    ChargeLines() = default;
    ChargeLines(std::initializer_list<ChargeLine> lines) : ChargeLines(lines.begin(), lines.end()) {}
    template <std::input_iterator Iterator>
    ChargeLines(Iterator from, Iterator to) {
        for (; from != to; ++from)
            push_back(*from);
    }

    /// @throws Error(local_io)  the temporary file cannot grow
    void push_back(ChargeLine const& line);
    std::size_t size() const { return heads_.size(); }
    bool empty() const { return heads_.empty(); }

    std::deque<LineHead> const& heads() const { return heads_; }
    LineHead const& head(std::size_t place) const { return heads_[place]; }
    LineMembers const& members(LineHead const& head) const { return members_[head.members]; }

    /// The whole line. Cheap in their order; the same object for each keeps its memory.
    void read(std::size_t place, ChargeLine& line) const;
    ChargeLine operator[](std::size_t place) const;
    ChargeLine at(std::size_t place) const;
    const_iterator begin() const;
    const_iterator end() const;

    /// Whether contents lie in memory, so that reading them in any order is cheap.
    bool in_memory() const;
    /// The places of the lines in the order of their keys. Sorts when it is first asked after a change.
    std::vector<std::uint32_t> const& by_key() const;
    void number(std::size_t place, std::int32_t line_no, Uuid const& key);
    /// Drops the lines from this place on.
    void cut(std::size_t size);
    /// Moves out, in their order, the lines of [from, to).
    ChargeLines take(Date from, Date to);

private:
    std::uint32_t known(LineMembers const& members);

    struct Hash {
        std::size_t operator()(LineMembers const& members) const;
    };

    std::deque<LineHead> heads_;
    std::vector<LineMembers> members_; ///< combinations that occur
    std::unordered_map<LineMembers, std::uint32_t, Hash> known_members_;
    std::unordered_map<std::uint32_t, std::int32_t> numbers_; ///< other than 1
    std::shared_ptr<ByteStore> contents_;
    mutable std::vector<std::uint32_t> by_key_; ///< empty = to be sorted
};

/// Goes over whole lines, each read when it is looked at.
class ChargeLines::const_iterator {
public:
    using value_type = ChargeLine;
    using difference_type = std::ptrdiff_t;
    using iterator_category = std::input_iterator_tag;

    const_iterator() = default;
    const_iterator(ChargeLines const& lines, std::size_t place) : lines_(&lines), place_(place) {}
    ChargeLine operator*() const { return (*lines_)[place_]; }
    const_iterator& operator++() {
        ++place_;
        return *this;
    }
    const_iterator operator++(int) {
        auto const before = *this;
        ++place_;
        return before;
    }
    bool operator==(const_iterator const&) const = default;

private:
    ChargeLines const* lines_ = nullptr;
    std::size_t place_ = 0;
};

inline ChargeLines::const_iterator ChargeLines::begin() const {
    return {*this, 0};
}
inline ChargeLines::const_iterator ChargeLines::end() const {
    return {*this, size()};
}

} // namespace billhouse
