#include "base/base64.hpp"
#include "base/error.hpp"
#include "base/hmac.hpp"
#include "base/sha256.hpp"

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>

namespace billhouse {

namespace {

/// Ends with the message where it is an I/O error.
[[noreturn]] void exit_with_its_error(std::function<void()> const& act) {
    try {
        act();
    } catch (Error const& error) {
        std::fputs(error.what(), stderr);
        std::exit(static_cast<int>(error.kind()));
    }
    std::exit(0);
}

} // namespace

TEST(OpenSslDeathTest, without_its_algorithms_is_an_error_of_the_machine) {
    GTEST_FLAG_SET(death_test_style, "threadsafe");
    auto const file = std::filesystem::temp_directory_path() / "billhouse-openssl.cnf";
    std::ofstream(file)
        << "openssl_conf = all\n[all]\nproviders = only\n[only]\nnull = null\n[null]\nactivate = 1\n";
    // before the process that is to die starts: OpenSSL reads it once, maybe when it is loaded
    ::setenv("OPENSSL_CONF", file.c_str(), 1);
    EXPECT_EXIT(exit_with_its_error([] { sha256("x"); }), ::testing::ExitedWithCode(74),
                "OpenSSL offers no SHA-256");
    EXPECT_EXIT(exit_with_its_error([] { hmac_sha1("key", "x"); }), ::testing::ExitedWithCode(74),
                "OpenSSL offers no HMAC with SHA1");
    ::unsetenv("OPENSSL_CONF");
    std::filesystem::remove(file);
}

TEST(Hmac, gives_the_published_results) {
    EXPECT_EQ(to_hex(hmac_sha256("Jefe", "what do ya want for nothing?")), // RFC 4231 test case 2
              "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    EXPECT_EQ(to_hex(hmac_sha1("Jefe", "what do ya want for nothing?")), // RFC 2202 test case 2
              "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
    EXPECT_EQ(to_hex(hmac_sha256(std::string(131, '\xaa'), // RFC 4231 test case 6: a key beyond the block
                                 "Test Using Larger Than Block-Size Key - Hash Key First")),
              "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST(Hmac, takes_an_empty_key_and_message) {
    EXPECT_EQ(to_hex(hmac_sha256("", "")),
              "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

TEST(Base64, pads_as_rfc_4648_section_10_shows) {
    EXPECT_EQ(base64(""), "");
    EXPECT_EQ(base64("f"), "Zg==");
    EXPECT_EQ(base64("fo"), "Zm8=");
    EXPECT_EQ(base64("foo"), "Zm9v");
    EXPECT_EQ(base64("foobar"), "Zm9vYmFy");
    EXPECT_EQ(base64("\xFF\xFE\xFB"), "//77");
}

} // namespace billhouse
