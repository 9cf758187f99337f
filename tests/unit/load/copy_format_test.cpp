#include "base/sha256.hpp"
#include "load/copy_format.hpp"

#include <gtest/gtest.h>

namespace billhouse {

namespace {

std::string numeric(std::string_view text) {
    std::string bytes;
    append_numeric(bytes, Decimal::parse(text).value());
    return to_hex(bytes);
}

} // namespace

/// Each expectation is what PostgreSQL's own numeric_send() gives, after the field's length.
TEST(CopyFormat, numerics_are_digits_to_base_ten_thousand) {
    EXPECT_EQ(numeric("0"), "00000008"
                            "0000"
                            "0000"
                            "0000"
                            "0000");
    EXPECT_EQ(numeric("1"), "0000000a"
                            "0001"
                            "0000"
                            "0000"
                            "0000"
                            "0001");
    EXPECT_EQ(numeric("-12.5"), "0000000c"
                                "0002"
                                "0000"
                                "4000"
                                "0001"
                                "000c"
                                "1388");
    EXPECT_EQ(numeric("0.0001"), "0000000a"
                                 "0001"
                                 "ffff"
                                 "0000"
                                 "0004"
                                 "0001");
    EXPECT_EQ(numeric("0.00001"), "0000000a"
                                  "0001"
                                  "fffe"
                                  "0000"
                                  "0005"
                                  "03e8");
    EXPECT_EQ(numeric("10000"), "0000000a"
                                "0001"
                                "0001"
                                "0000"
                                "0000"
                                "0001");
    EXPECT_EQ(numeric("100000000.5"), "00000010"
                                      "0004"
                                      "0002"
                                      "0000"
                                      "0001"
                                      "0001"
                                      "0000"
                                      "0000"
                                      "1388");
    EXPECT_EQ(numeric("99999999999999999999999999999999999999"), "0000001c"
                                                                 "000a"
                                                                 "0009"
                                                                 "0000"
                                                                 "0000"
                                                                 "0063"
                                                                 "270f"
                                                                 "270f"
                                                                 "270f"
                                                                 "270f"
                                                                 "270f"
                                                                 "270f"
                                                                 "270f"
                                                                 "270f"
                                                                 "270f");
}

TEST(CopyFormat, integers_are_in_network_byte_order) {
    std::string bytes;
    append_int16(bytes, -2), append_int32(bytes, 0x01020304), append_int64(bytes, -1);
    EXPECT_EQ(to_hex(bytes), "fffe"
                             "01020304"
                             "ffffffffffffffff");
}

} // namespace billhouse
