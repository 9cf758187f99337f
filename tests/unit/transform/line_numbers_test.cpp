#include "transform/line_numbers.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <unordered_map>

namespace billhouse {
namespace {

std::string identity_of(int number) {
    auto const text = std::to_string(number);
    return std::to_string(text.size()) + ':' + text;
}

/// A line as the mapper makes it where it has its identity alone.
ChargeLine line(int number) {
    ChargeLine line;
    line.key = line.identity = IdentityKey::uuid_of(identity_of(number) + ",1:1");
    line.content_hash = number;
    return line;
}

std::uint32_t first_bytes(Uuid const& key) {
    std::uint32_t bytes = 0;
    std::memcpy(&bytes, key.bytes.data(), sizeof bytes);
    return bytes;
}

} // namespace

TEST(LineNumbers, lines_whose_identities_only_begin_alike_are_no_twins) {
    std::unordered_map<std::uint32_t, int> seen;
    int first = -1, second = 0;
    for (; first < 0; ++second)
        if (auto const [before, is_new] = seen.try_emplace(first_bytes(line(second).identity), second);
            !is_new)
            first = before->second;
    ChargeLines lines;
    LineNumbers numbers;
    for (int const number : {first, 7, second - 1, 7}) {
        numbers.note(line(number), identity_of(number));
        lines.push_back(line(number));
    }
    numbers.number(lines, false);
    EXPECT_EQ(lines[0].key, line(first).key);
    EXPECT_EQ(lines[2].key, line(second - 1).key);
    EXPECT_EQ(lines[0].line_no, 1);
    EXPECT_EQ(lines[2].line_no, 1);
    EXPECT_EQ(lines[1].key, line(7).key);
    EXPECT_EQ(lines[3].line_no, 2) << "these are twins";
    EXPECT_EQ(lines[3].key, IdentityKey::uuid_of(identity_of(7) + ",1:2"));
}

} // namespace billhouse
