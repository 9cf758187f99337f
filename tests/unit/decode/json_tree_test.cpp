#include "decode/json_records.hpp"

#include <gtest/gtest.h>

namespace billhouse {

namespace {

std::string found(JsonTree const& tree, Path const& path) {
    auto const* node = tree.find(tree.root(), path);
    if (node == nullptr) return "nothing";
    std::string json;
    tree.write(*node, json);
    return json;
}

std::string rewritten(std::string_view json) {
    auto const tree = decode_json_document(json, {});
    std::string out;
    tree.write(tree.root(), out);
    return out;
}

} // namespace

TEST(JsonTree, follows_paths_of_keys_and_array_places) {
    auto const tree = decode_json_document(R"({"a": {"b": [10, {"c": "x"}], "1": "one"}, "n": null})", {});
    EXPECT_EQ(found(tree, {{"a", "b", "1", "c"}}), "\"x\"");
    EXPECT_EQ(found(tree, {{"a", "b", "0"}}), "10");
    EXPECT_EQ(found(tree, {{"a", "1"}}), "\"one\"");
    EXPECT_EQ(found(tree, {{"n"}}), "null");
    EXPECT_EQ(found(tree, {}), R"({"a":{"1":"one","b":[10,{"c":"x"}]},"n":null})");
    for (Path const& path :
         {Path{{"b"}}, Path{{"a", "b", "2"}}, Path{{"a", "b", "-1"}}, Path{{"a", "b", "x"}}, Path{{"n", "x"}},
          Path{{"a", "b", "0", "0"}}, Path{{"a", "b", "99999999999999999999"}}})
        EXPECT_EQ(found(tree, path), "nothing");
}

TEST(JsonTree, writes_equal_content_as_equal_text) {
    EXPECT_EQ(rewritten(R"({ "b" : [ 1 , {} , [ ] ], "a" : {"z":true,"y":null} })"),
              R"({"a":{"y":null,"z":true},"b":[1,{},[]]})");
    EXPECT_EQ(rewritten(R"({"\u00e9": 1, "e": 2, "Z": 3, "aa": 4, "a": 5})"),
              "{\"Z\":3,\"a\":5,\"aa\":4,\"e\":2,\"\xC3\xA9\":1}");
    EXPECT_EQ(rewritten(R"(["\"\\\n\u0001/\u007f", ""])"),
              rewritten(R"([ "\"\\\u000a\u0001\/\u007F" , "" ])"));
}

TEST(JsonTree, writes_text_that_reads_back_as_the_same_text) {
    std::string text = "\"'\\/\b\f\n\r\t\x01\x1f\x7f plain \xC3\xA9\xF0\x9F\x92\xB0";
    JsonTree tree;
    tree.add({.key = {}, .text = tree.keep(text), .kind = JsonKind::string});
    std::string json;
    tree.write(tree.root(), json);
    auto const again = decode_json_document(json, {});
    EXPECT_EQ(again.root().text, text);
}

TEST(JsonTree, writes_a_number_that_numeric_cannot_hold_as_text) {
    EXPECT_EQ(rewritten("[1.50, 1e2, -7E-3, 1e-99999, 123456789012345678901234567890123456789]"),
              R"([1.50,1e2,-7E-3,"1e-99999","123456789012345678901234567890123456789"])");
}

TEST(JsonTree, keeps_text_of_any_length_in_place_while_it_grows) {
    JsonTree tree;
    std::vector<std::string> originals;
    std::vector<std::string_view> kept;
    for (int round = 0; round < 2; ++round) {
        tree.clear();
        originals.clear();
        kept.clear();
        for (std::size_t length :
             {0U, 1U, 5'000U, 4'096U, 4'097U, 16'384U, 100'000U, 3U, 4'000U, 4'000U, 4'000U, 4'000U, 4'000U})
            originals.emplace_back(length, static_cast<char>('a' + originals.size()));
        for (auto const& original : originals)
            kept.push_back(tree.keep(original));
        for (std::size_t i = 0; i < kept.size(); ++i)
            EXPECT_EQ(kept[i], originals[i]);
    }
}

TEST(JsonTree, stays_whole_when_moved) {
    auto tree = decode_json_document(R"({"key": "value"})", {});
    auto const moved = std::move(tree);
    EXPECT_EQ(found(moved, {{"key"}}), "\"value\"");
}

} // namespace billhouse
