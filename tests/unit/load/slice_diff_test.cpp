#include "base/error.hpp"
#include "load/slice_diff.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace billhouse {

namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr Date kDay{std::chrono::year{2026} / 3 / 1}, kNext = kDay + std::chrono::days(1);

Uuid key(std::uint8_t number) {
    Uuid uuid;
    uuid.bytes[0] = number;
    return uuid;
}

ChargeLine line(std::uint8_t number, std::int64_t hash, Date date = kDay) {
    ChargeLine line;
    line.key = key(number), line.content_hash = hash, line.charge_date = date;
    return line;
}

struct Stored {
    std::uint8_t number;
    std::int64_t hash;
    Date date = kDay;
};

SliceDiff compare(ChargeLines const& lines, std::vector<Stored> const& star, Date to = kNext) {
    SliceComparison comparison(lines, kDay, to);
    for (auto const& stored : star)
        comparison.meet({stored.date, key(stored.number)}, stored.hash);
    return comparison.finish();
}

std::string refusal_of(ChargeLines const& lines, std::vector<Stored> const& star) {
    try {
        compare(lines, star);
    } catch (Error const& error) {
        EXPECT_EQ(error.kind(), ErrorKind::bug);
        return error.what();
    }
    return "none";
}

} // namespace

TEST(SliceDiff, sorts_lines_into_fresh_changed_unchanged_and_vanished) {
    auto const diff = compare({line(3, 30), line(2, 21), line(1, 10)}, {{1, 10}, {2, 20}, {5, 50}, {4, 40}});
    EXPECT_THAT(diff.fresh, ElementsAre(0U));
    EXPECT_THAT(diff.changed, ElementsAre(1U));
    EXPECT_EQ(diff.unchanged, 1);
    ASSERT_EQ(diff.vanished.size(), 2U);
    EXPECT_EQ(diff.vanished[0].key, key(4)) << "in the order of the primary key";
    EXPECT_EQ(diff.vanished[1].key, key(5));
}

TEST(SliceDiff, of_the_same_lines_is_empty) {
    auto const diff = compare({line(1, 10)}, {{1, 10}});
    EXPECT_TRUE(diff.empty());
    EXPECT_EQ(diff.unchanged, 1);
}

TEST(SliceDiff, of_an_empty_read_is_that_everything_vanished) {
    auto const diff = compare({}, {{1, 10}});
    EXPECT_EQ(diff.vanished.size(), 1U);
    EXPECT_THAT(diff.fresh, IsEmpty());
}

TEST(SliceDiff, takes_a_key_on_another_day_for_another_line) {
    auto const diff = compare({line(1, 10, kNext)}, {{1, 10}}, kNext + std::chrono::days(1));
    EXPECT_EQ(diff.fresh.size(), 1U);
    EXPECT_EQ(diff.vanished.size(), 1U);
}

TEST(SliceDiff, refuses_two_lines_with_one_key_and_lines_of_other_days) {
    constexpr auto const* kTwin = "line  of 2026-03-01 has the key of another line of its slice";
    EXPECT_EQ(refusal_of({line(1, 10), line(1, 11)}, {}), kTwin);
    EXPECT_EQ(refusal_of({line(1, 10), line(1, 10)}, {{1, 10}}), kTwin);
    EXPECT_EQ(refusal_of({line(1, 10, kNext)}, {}), "line  of 2026-03-02 lies outside its slice");
    EXPECT_EQ(refusal_of({line(1, 10, kDay - std::chrono::days(1))}, {}),
              "line  of 2026-02-28 lies outside its slice");
}

} // namespace billhouse
