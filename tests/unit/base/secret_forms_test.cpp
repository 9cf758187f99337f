#include "base/secret_forms.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace billhouse {
namespace {

/// The reference for base64, RFC 4648 section 4, by way of a string of bits.
std::string base64(std::string_view bytes) {
    std::string bits;
    for (char const c : bytes)
        for (int bit = 7; bit >= 0; --bit)
            bits += (static_cast<unsigned char>(c) >> bit & 1) != 0 ? '1' : '0';
    while (bits.size() % 6 != 0)
        bits += '0';
    std::string out;
    for (std::size_t at = 0; at < bits.size(); at += 6)
        out += "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"[std::stoul(
            bits.substr(at, 6), nullptr, 2)];
    while (out.size() % 4 != 0)
        out += '=';
    return out;
}

bool gives_away(std::string_view secret, std::string_view text) {
    auto const forms = secret_forms(secret);
    return std::ranges::any_of(forms,
                               [&](auto const& form) { return text.find(form) != std::string_view::npos; });
}

} // namespace

TEST(SecretForms, know_the_secret_inside_base64_wherever_it_stands) {
    EXPECT_EQ(base64("fooba"), "Zm9vYmE="); // RFC 4648 section 10: the reference can be trusted
    for (std::string const before : {"", "u", "us", "user:", "a longer name:"})
        for (std::string const after : {"", "!", "\xFF\xFF"})
            EXPECT_TRUE(gives_away("sk_live_51H+/8", base64(before + "sk_live_51H+/8" + after)))
                << before << after;
    EXPECT_FALSE(gives_away("sk_live_51H+/8", base64("user:another secret")));
}

TEST(SecretForms, know_the_secret_in_base64_for_urls) {
    auto text = base64("\xFB\xFF\xFE secret \xFF\xFE");
    std::ranges::replace(text, '+', '-');
    std::ranges::replace(text, '/', '_');
    EXPECT_TRUE(gives_away("\xFB\xFF\xFE secret \xFF\xFE", text));
}

TEST(SecretForms, know_the_secret_in_a_url_and_in_json) {
    EXPECT_TRUE(gives_away("a b/c\"d", "?key=a%20b%2Fc%22d&x"));
    EXPECT_TRUE(gives_away("a b/c\"d", "?key=a%20b%2fc%22d&x"));
    EXPECT_TRUE(gives_away("a b/c\"d", "key=a+b%2Fc%22d"));
    EXPECT_TRUE(gives_away("a b/c\"d", R"({"key":"a b/c\"d"})"));
}

TEST(SecretForms, are_sorted_longest_first_without_duplicates) {
    auto const forms = secret_forms("plain-value");
    EXPECT_EQ(std::ranges::count(forms, "plain-value"), 1);
    EXPECT_TRUE(std::ranges::is_sorted(forms, std::ranges::greater(), &std::string::size));
    EXPECT_GE(forms.back().size(), 4U);
}

TEST(SecretForms, of_a_short_value_there_are_none) {
    EXPECT_TRUE(secret_forms("").empty());
    EXPECT_TRUE(secret_forms("abc").empty());
    EXPECT_FALSE(secret_forms("abcd").empty());
}

} // namespace billhouse
