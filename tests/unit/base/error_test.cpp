#include "base/error.hpp"

#include <gtest/gtest.h>

namespace billhouse {

TEST(Error, context_comes_before_the_message_and_keeps_kind_and_hint) {
    auto const error =
        Error(ErrorKind::data, "total says 3, got 2", "run it again").within("loading 2026-03-01");
    EXPECT_STREQ(error.what(), "loading 2026-03-01: total says 3, got 2");
    EXPECT_EQ(error.kind(), ErrorKind::data);
    EXPECT_EQ(error.hint(), "run it again");
}

} // namespace billhouse
