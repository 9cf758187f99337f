#include "state/migrator.hpp"

#include <gmock/gmock.h>

namespace billhouse {
namespace {

using testing::HasSubstr;

TEST(Migrations, the_binary_carries_an_unbroken_series_with_the_views_last) {
    auto const all = embedded_migrations();
    ASSERT_GE(all.size(), 3U);
    EXPECT_EQ(all.front().version, 1);
    EXPECT_EQ(all.front().file_name, "0001_warehouse.sql");
    EXPECT_EQ(all.back().version, 0);
    EXPECT_EQ(all.back().file_name, "focus.sql");
}

TEST(Migrations, embedding_keeps_every_byte) {
    auto const first = embedded_migrations().front();
    EXPECT_THAT(std::string(first.sql), HasSubstr("{\"CNY\": 12.5}.'"));
    EXPECT_THAT(std::string(first.sql), HasSubstr("checksum ~ '^[0-9a-f]{64}$'"));
    EXPECT_TRUE(first.sql.ends_with(";\n"));
}

TEST(Migrations, the_version_stands_in_the_name) {
    EXPECT_EQ(numbered_migration("0042_answer.sql", "SELECT 1;").version, 42);
    for (auto const* name :
         {"42_answer.sql", "0042answer.sql", "answer.sql", "0000_zero.sql", "x042_answer.sql", ""})
        EXPECT_THROW(numbered_migration(name, "SELECT 1;"), Error) << name;
}

TEST(Migrations, the_checksum_is_the_sha256_of_the_bytes) {
    EXPECT_EQ(repeatable_migration("a.sql", "abc").checksum,
              "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Migrations, a_gap_a_repetition_or_a_late_number_is_a_bug_of_the_build) {
    auto const one = numbered_migration("0001_a.sql", ""), two = numbered_migration("0002_b.sql", ""),
               three = numbered_migration("0003_c.sql", ""), views = repeatable_migration("views.sql", "");
    EXPECT_NO_THROW(require_unbroken({one, two, three, views}));
    EXPECT_THROW(require_unbroken({one, three}), Error);
    EXPECT_THROW(require_unbroken({one, one}), Error);
    EXPECT_THROW(require_unbroken({two}), Error);
    EXPECT_THROW(require_unbroken({one, views, two}), Error);
}

} // namespace
} // namespace billhouse
