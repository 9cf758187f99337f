#include "base/wipe.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace billhouse {

TEST(Wipe, leaves_no_byte_of_a_text_behind_also_beyond_its_end) {
    for (auto const size : {std::size_t{8}, std::size_t{500}}) { // within the object, and on the heap
        std::string text(size, 'k');
        text.resize(3);
        auto const* const bytes = text.data();
        auto const room = text.capacity();
        wipe(text);
        EXPECT_TRUE(text.empty());
        EXPECT_EQ(std::count(bytes, bytes + room, 'k'), 0) << size;
    }
}

TEST(Wipe, an_empty_text_stays_one) {
    std::string text;
    wipe(text);
    EXPECT_EQ(text, "");
}

} // namespace billhouse
