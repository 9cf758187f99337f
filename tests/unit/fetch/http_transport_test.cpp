#include "fetch/http_transport.hpp"

#include <gtest/gtest.h>

namespace billhouse {

TEST(HttpResponse, gives_the_first_header_of_a_name) {
    HttpResponse const response{200, {{"a", "1"}, {"retry-after", "5"}, {"retry-after", "6"}}, ""};
    EXPECT_EQ(response.header("retry-after"), "5");
    EXPECT_EQ(response.header("retry"), std::nullopt);
}

} // namespace billhouse
