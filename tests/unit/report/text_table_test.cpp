#include "report/text_table.hpp"

#include <gtest/gtest.h>

namespace billhouse {
namespace {

TEST(TextTable, aligns_names_of_any_script) {
    EXPECT_EQ(text_table({{"NAME", "COST"}, {"\u652F\u4ED8\u5E73\u53F0", "1"}, {"Shop", "23"}}, {1}),
              "NAME      COST\n"
              "\u652F\u4ED8\u5E73\u53F0     1\n"
              "Shop        23\n");
}

TEST(TextTable, leaves_no_space_at_the_ends_of_lines) {
    EXPECT_EQ(text_table({{"a", "long"}, {"b", ""}}), "a  long\nb\n");
}

} // namespace
} // namespace billhouse
