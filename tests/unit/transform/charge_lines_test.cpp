#include "transform/charge_lines.hpp"

#include <gmock/gmock.h>

#include <cstddef>
#include <string>
#include <vector>

namespace billhouse {
namespace {

using ::testing::ElementsAre;

constexpr Date kDay{std::chrono::year{2026} / 3 / 1};

/// A line all of whose fields tell its number.
ChargeLine line(int number) {
    ChargeLine line;
    line.charge_date = kDay + std::chrono::days(number % 5);
    line.key.bytes[0] = static_cast<std::uint8_t>(255 - number % 256);
    line.key.bytes[15] = line.identity.bytes[3] = static_cast<std::uint8_t>(number % 256);
    line.content_hash = -number;
    line.billing_account = number % 3, line.sub_account = kUnknown, line.service = kNone;
    line.sku = number % 7, line.charge_type = 4, line.currency = number % 2;
    line.charge_period_start = line.charge_date,
    line.charge_period_end = line.charge_date + std::chrono::hours(24);
    line.billing_period_start = kDay, line.billing_period_end = kDay + std::chrono::days(31);
    line.measures.set(0, Decimal::parse(std::to_string(number) + ".125"));
    if (number % 2 == 1) line.measures.set(5, Decimal::parse("-99999999999999999999999999999999999999"));
    line.document_id = "document " + std::to_string(number);
    line.line_no = number % 10 == 0 ? 2 : 1;
    line.attributes = std::string(static_cast<std::size_t>(number % 2000), 'x');
    line.page = number / 1000;
    line.record_path = "/content/" + std::to_string(number);
    return line;
}

void expect_same(ChargeLine const& line, ChargeLine const& other) {
    EXPECT_EQ(line.charge_date, other.charge_date);
    EXPECT_EQ(line.key, other.key);
    EXPECT_EQ(line.identity, other.identity);
    EXPECT_EQ(line.content_hash, other.content_hash);
    EXPECT_EQ(line.billing_account, other.billing_account);
    EXPECT_EQ(line.sub_account, other.sub_account);
    EXPECT_EQ(line.service, other.service);
    EXPECT_EQ(line.sku, other.sku);
    EXPECT_EQ(line.charge_type, other.charge_type);
    EXPECT_EQ(line.currency, other.currency);
    EXPECT_EQ(line.charge_period_start, other.charge_period_start);
    EXPECT_EQ(line.charge_period_end, other.charge_period_end);
    EXPECT_EQ(line.billing_period_start, other.billing_period_start);
    EXPECT_EQ(line.billing_period_end, other.billing_period_end);
    for (std::size_t i = 0; i < kMeasureCount; ++i)
        EXPECT_EQ(line.measures[i], other.measures[i]) << i;
    EXPECT_EQ(line.document_id, other.document_id);
    EXPECT_EQ(line.line_no, other.line_no);
    EXPECT_EQ(line.attributes, other.attributes);
    EXPECT_EQ(line.page, other.page);
    EXPECT_EQ(line.record_path, other.record_path);
}

} // namespace

TEST(ChargeLines, come_back_as_they_went_also_when_they_are_more_than_memory_is_for) {
    constexpr int kCount = 20'000; // some 25 MB, of which 4 stay in memory
    ChargeLines lines;
    for (int i = 0; i < kCount; ++i)
        lines.push_back(line(i));
    ASSERT_EQ(lines.size(), static_cast<std::size_t>(kCount));
    ChargeLine read;
    for (int i = 0; i < kCount; i += 37) {
        lines.read(static_cast<std::size_t>(i), read);
        expect_same(read, line(i));
        if (HasFailure()) FAIL() << "line " << i;
    }
    expect_same(lines[3], line(3));
}

TEST(ChargeLines, that_a_cut_drops_make_room_for_others) {
    ChargeLines lines;
    for (int i = 0; i < 30; ++i)
        lines.push_back(line(i));
    lines.cut(20);
    ASSERT_EQ(lines.size(), 20U);
    lines.push_back(line(77));
    expect_same(lines[20], line(77));
    expect_same(lines[19], line(19));
}

TEST(ChargeLines, taken_out_by_their_dates_keep_order_and_number) {
    ChargeLines lines;
    for (int i = 0; i < 25; ++i)
        lines.push_back(line(i));
    auto const taken = lines.take(kDay, kDay + std::chrono::days(1));
    std::vector<std::string> paths;
    for (auto const& each : taken)
        paths.push_back(each.record_path);
    EXPECT_THAT(paths, ElementsAre("/content/0", "/content/5", "/content/10", "/content/15", "/content/20"));
    ASSERT_EQ(lines.size(), 20U);
    expect_same(taken[2], line(10));
    expect_same(lines[0], line(1));
    expect_same(lines[19], line(24));
}

TEST(ChargeLines, are_numbered_anew_with_another_key) {
    ChargeLines lines{line(1), line(2)};
    lines.number(1, 7, line(9).key);
    EXPECT_EQ(lines[1].line_no, 7);
    EXPECT_EQ(lines[1].key, line(9).key);
    EXPECT_EQ(lines[0].line_no, 1);
    lines.number(1, 1, line(2).key);
    expect_same(lines[1], line(2));
}

TEST(ChargeLines, have_an_order_by_key) {
    ChargeLines const lines{line(1), line(3), line(2)};
    EXPECT_THAT(lines.by_key(), ElementsAre(1U, 2U, 0U));
}

TEST(ChargeLines, are_ordered_anew_after_each_change) {
    ChargeLines lines{line(1), line(3), line(2)};
    lines.by_key();
    lines.number(0, 1, line(9).key);
    EXPECT_THAT(lines.by_key(), ElementsAre(0U, 1U, 2U));
    lines.cut(2);
    EXPECT_THAT(lines.by_key(), ElementsAre(0U, 1U));
    lines.push_back(line(5));
    EXPECT_THAT(lines.by_key(), ElementsAre(0U, 2U, 1U));
}

} // namespace billhouse
