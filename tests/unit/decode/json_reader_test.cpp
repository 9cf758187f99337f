#include "support/data_files.hpp"
#include "support/json_events.hpp"

#include <gtest/gtest.h>

#include <array>
#include <random>

/// RapidJSON is the judge of what is JSON; JsonReader must not differ from it in any event.
namespace billhouse {

namespace {

void expect_agreement(std::string const& text) {
    EXPECT_EQ(told_by_reader(text), told_by_rapidjson(text)) << printable(text, 400);
}

constexpr auto kPieces = std::to_array<std::string_view>({"{",
                                                          "}",
                                                          "[",
                                                          "]",
                                                          ",",
                                                          ":",
                                                          "\"",
                                                          "\\",
                                                          "\\u",
                                                          "\\ud83d",
                                                          "\\udcb0",
                                                          "\\u00e9",
                                                          "\\n",
                                                          "\\x",
                                                          "-",
                                                          "0",
                                                          "12",
                                                          ".5",
                                                          "e3",
                                                          "E-2",
                                                          "e400",
                                                          "true",
                                                          "false",
                                                          "null",
                                                          "nul",
                                                          " ",
                                                          "\n",
                                                          "\t",
                                                          "\x1f",
                                                          "\x7f",
                                                          "\xC3\xA9",
                                                          "\xE6\xB8\xAC",
                                                          "\xF0\x9F\x92\xB0",
                                                          "\xED\xA0\x80",
                                                          "\xC3",
                                                          "\x80",
                                                          "\xFF",
                                                          "a",
                                                          "eight or more plain letters"});

std::string assembled(std::mt19937& random) {
    std::string text;
    for (auto left = random() % 12; left > 0; --left)
        text += kPieces[random() % kPieces.size()];
    return text;
}

/// One place of the text removed, repeated or replaced.
std::string damaged(std::string text, std::mt19937& random) {
    auto const place = random() % text.size();
    auto const piece = kPieces[random() % kPieces.size()];
    switch (random() % 3) {
    case 0:
        return text.erase(place, 1 + random() % 4);
    case 1:
        return text.insert(place, piece);
    default:
        return text.replace(place, 1, piece);
    }
}

} // namespace

TEST(JsonReader, agrees_with_rapidjson_on_what_is_seldom) {
    for (auto const* text : {"",
                             " ",
                             "0",
                             "-0",
                             "-",
                             "01",
                             "1.",
                             ".5",
                             "1e5",
                             "1E+05",
                             "1e",
                             "1e400",
                             "-1e400",
                             "1e-400",
                             "1e308",
                             "1e309",
                             "\"\"",
                             "\"a\"",
                             "\"\\\"\"",
                             "\"\\",
                             "\"\\u12",
                             "\"\\u00e9\\ud83d\\udcb0\"",
                             "\"\\ud83d\"",
                             "\"\\udcb0\"",
                             "\"\\ud83dx\"",
                             "\"\\ud83d\\u0041\"",
                             "\"\\u0000\"",
                             "\"12345678\"",
                             "\"1234567\\n9\"",
                             "\"1234567\n9\"",
                             "\"sieben\xC3\xBC\"",
                             "\"\xC3\\u00e9\"",
                             "\"a",
                             "[",
                             "[]",
                             "[ ]",
                             "[,]",
                             "[1,]",
                             "[1 2]",
                             "[1]]",
                             "{",
                             "{}",
                             "{ }",
                             "{\"a\"}",
                             "{\"a\":}",
                             "{\"a\":1,}",
                             "{\"a\":1 \"b\":2}",
                             "{a:1}",
                             "{1:1}",
                             "[}",
                             "{]",
                             "true",
                             "tru",
                             "truex",
                             "nullnull",
                             "[[[]]]",
                             "[{\"a\":[{}]}]",
                             "1 ",
                             " 1",
                             "1 1",
                             "\xEF\xBB\xBF 1"})
        expect_agreement(text);
    expect_agreement(std::string("[1]\0", 4));
    expect_agreement(std::string("[\"a\0b\"]", 7));
    for (auto const digits : {299U, 300U, 301U, 308U, 309U, 310U, 400U}) {
        expect_agreement(std::string(digits, '9'));
        expect_agreement("-" + std::string(digits, '9') + ".5");
        expect_agreement("0." + std::string(digits, '9'));
    }
}

TEST(JsonReader, agrees_with_rapidjson_wherever_a_string_ends_in_a_block_of_eight) {
    for (std::size_t before = 0; before < 20; ++before)
        for (auto const* middle : {"", "\\n", "\xC3\xA9", "\xC3", "\x01", "\""})
            for (std::size_t after = 0; after < 12; ++after)
                expect_agreement('"' + std::string(before, 'x') + middle + std::string(after, 'y') + '"');
}

TEST(JsonReader, agrees_with_rapidjson_on_damaged_answers) {
    std::mt19937 random(1);
    auto const answer = data_file("ocamba_sample_1.json");
    auto const odd =
        std::string(R"({"a": ["x\ud83d\udcb0\u00e9\\", -1.50E-3, {"": [null, true, {}]}], "测": "数"})");
    for (int i = 0; i < 2000; ++i) {
        expect_agreement(damaged(odd, random));
        expect_agreement(damaged(damaged(odd, random), random));
        if (i % 20 == 0) expect_agreement(damaged(answer, random));
    }
}

TEST(JsonReader, agrees_with_rapidjson_on_pieces_put_together) {
    std::mt19937 random(2);
    std::size_t accepted = 0;
    for (int i = 0; i < 20'000; ++i) {
        auto const text = assembled(random);
        expect_agreement(text);
        expect_agreement('"' + text + '"');
        if (told_by_reader('[' + text + ']')) ++accepted;
    }
    EXPECT_GT(accepted, 100U) << "nothing that is JSON was tried";
}

} // namespace billhouse
