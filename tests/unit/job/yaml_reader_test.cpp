#include "job/yaml_reader.hpp"

#include <gtest/gtest.h>

namespace billhouse {

namespace {

YamlNode read(std::string_view text) {
    Diagnostics diagnostics;
    auto node = read_yaml(text, "a.yaml", diagnostics);
    EXPECT_EQ(diagnostics.text(), "");
    return node.value_or(YamlNode{});
}

std::string refused(std::string_view text) {
    Diagnostics diagnostics;
    EXPECT_FALSE(read_yaml(text, "a.yaml", diagnostics)) << text;
    EXPECT_EQ(diagnostics.count(), 1U);
    auto message = diagnostics.text();
    return message.substr(0, message.find('\n'));
}

} // namespace

TEST(YamlReader, keeps_keys_in_file_order_with_places_from_one) {
    auto const root = read("# comment\nb: 1\na:\n  - x\n  - {c: \"y\"}\n");
    ASSERT_EQ(root.members.size(), 2U);
    EXPECT_EQ(root.members[0].key, "b");
    EXPECT_EQ(root.members[0].value.mark, (Mark{2, 4}));
    auto const& list = *root.find("a");
    ASSERT_EQ(list.elements.size(), 2U);
    EXPECT_EQ(list.elements[0].path, "a[0]");
    auto const& inner = *list.elements[1].find("c");
    EXPECT_EQ(inner.path, "a[1].c");
    EXPECT_EQ(inner.mark, (Mark{5, 9}));
    EXPECT_EQ(list.elements[1].members[0].mark, (Mark{5, 6}));
    EXPECT_EQ(root.find("nothing"), nullptr);
}

TEST(YamlReader, columns_count_characters_not_bytes) {
    EXPECT_EQ(read("a: {é: ü, b: x}").find("a")->find("b")->mark, (Mark{1, 14}));
}

TEST(YamlReader, leaves_the_meaning_of_plain_text_to_the_schema) {
    for (auto const* text :
         {"010", "0x1F", "no", "on", "True", "1e3", ".inf", "1_000", "+1", "2026-01-01", "a#b", "a:b"}) {
        auto const node = *read("k: " + std::string(text)).find("k");
        EXPECT_EQ(node.kind, YamlNode::Kind::scalar);
        EXPECT_EQ(node.text, text);
        EXPECT_FALSE(node.quoted);
    }
    EXPECT_EQ(read("k: ~").find("k")->kind, YamlNode::Kind::null);
    EXPECT_EQ(read("k:\nl: 1").find("k")->kind, YamlNode::Kind::null);
}

TEST(YamlReader, quoted_and_block_text_is_marked_as_text) {
    auto const root = read("a: \"1\\u00e9\"\nb: 'it''s'\nc: >-  # folded\n  one\n  two\nd: |\n  x: 1\n  y\n");
    EXPECT_EQ(root.find("a")->text, "1é");
    EXPECT_EQ(root.find("b")->text, "it's");
    EXPECT_EQ(root.find("c")->text, "one two");
    EXPECT_EQ(root.find("d")->text, "x: 1\ny\n");
    for (auto const& member : root.members)
        EXPECT_TRUE(member.value.quoted) << member.key;
}

TEST(YamlReader, takes_windows_line_ends_a_byte_order_mark_and_a_leading_document_marker) {
    EXPECT_EQ(read("\xEF\xBB\xBF---\r\na: x\r\nb: y\r\n").find("b")->text, "y");
}

TEST(YamlReader, refuses_what_is_no_plain_configuration_with_its_place) {
    struct Case {
        std::string_view text, expected;
    };
    for (auto const& [text, expected] : std::initializer_list<Case>{
             {"", "a.yaml:1:1: the file is empty"},
             {"# only a comment\n", "a.yaml:1:1: the file is empty"},
             {"- a\n- b\n", "a.yaml:1:1: the file must hold a mapping of keys"},
             {"text", "a.yaml:1:1: the file must hold a mapping of keys"},
             {"a: 1\nb: 2\na: 3\n", "a.yaml:3:1: key 'a' is given twice"},
             {"x: {a: 1, 'a': 2}\n", "a.yaml:1:11: key 'a' is given twice"},
             {"a: &x 1\n", "a.yaml:1:4: anchors are not allowed"},
             {"a: *x\n", "a.yaml:1:4: not valid YAML: the referenced anchor is not defined"},
             {"a: !!str 1\n", "a.yaml:1:4: tags are not allowed"},
             {"a: ! 1\n", "a.yaml:1:4: tags are not allowed"},
             {"a:\n  <<: {b: 1}\n", "a.yaml:2:3: merge keys are not allowed"},
             {"? [a, b]\n: 1\n", "a.yaml:1:3: a key must be text"},
             {"~: 1\n", "a.yaml:1:1: a key is missing"},
             {"a: 1\n---\nb: 2\n", "a.yaml:2:1: '---' is not allowed here"},
             {"a: 1\n...\n", "a.yaml:2:1: '...' is not allowed here"},
             {"%YAML 1.2\n---\na: 1\n", "a.yaml:1:1: a line must not start with '%'"},
             {"{a: 1} trailing\n", "a.yaml:1:8: unexpected text after the end of the mapping"},
             {"- a\nb: 1\n", "a.yaml:1:1: the file must hold a mapping of keys"},
             {"a:\n\tb: 1\n", "a.yaml:2:1: tab character"},
             {"a: 1 # x\ty\n", "a.yaml:1:9: tab character"},
             {"a: one\n  two\n", "a.yaml:1:4: text without quotes must stand in one line"},
             {"a: \"one\n  two\"\n", "a.yaml:1:4: quoted text must end in the line where it begins"},
             {"a: \"x\" y\n", "a.yaml:1:7: unexpected text after a closing quote"},
             {"a: [b, , c]\n", "a.yaml:1:8: empty list element"},
             {"a: [b,#c\n  d]\n", "a.yaml:1:7: a comment needs a space before it"},
             {"a: [b,\nc]\n",
              "a.yaml:2:1: the lines of a [list] or {mapping} must be indented more than its key"},
             {"a: {b}\n", "a.yaml:1:5: 'b' has no ':' after it"},
             {"a: 1\nb\n", "a.yaml:2:1: 'b' has no ':' after it"},
             {"a: [-]\n", "a.yaml:1:5: '-' without a value"},
             {"a: - b\n", "a.yaml:1:4: not valid YAML: illegal block entry"},
             {"a: b: c\n", "a.yaml:1:5: not valid YAML: illegal map value"},
             {"a: [1, 2\n", "a.yaml:1:8: '2' has no ':' after it"},
             {"a: \"it\\'s\"\n", "a.yaml:1:4: \\' is no escape"},
             {"a: |\n     \n  b\n",
              "a.yaml:3:3: a blank line before this one is indented more than the text"},
             {"a: |#b\n  c\n", "a.yaml:1:5: unexpected text after a block indicator"},
             {"? one\n  two\n: 1\n", "a.yaml:1:3: a key must stand in one line"},
             {"a: \xff\n", "a.yaml: not UTF-8"},
             {std::string_view("a: \0\n", 5), "a.yaml:1:4: control character \\x00"},
         })
        EXPECT_EQ(refused(text), expected) << text;
}

TEST(YamlReader, stays_within_its_limits) {
    EXPECT_EQ(refused("a: " + std::string(262'144, 'x')),
              "a.yaml: 262147 bytes are more than the 262144 allowed");
    EXPECT_EQ(refused("a: " + std::string(40, '[') + std::string(40, ']')),
              "a.yaml:1:35: nested deeper than 32 levels");
    std::string many = "a: [x";
    for (int i = 0; i < 10'000; ++i)
        many += ",x";
    EXPECT_EQ(refused(many + "]"), "a.yaml:1:19999: more than 10000 values");
}

/// Three bytes on which yaml-cpp's own loader takes all memory.
TEST(YamlReader, refuses_the_memory_eaters_at_once) {
    EXPECT_EQ(refused("&a,"), "a.yaml:1:1: anchors are not allowed");
    EXPECT_EQ(refused("[a] ,"), "a.yaml:1:1: the file must hold a mapping of keys");
    EXPECT_EQ(refused("x: {a: &b {c: *b}}"), "a.yaml:1:8: anchors are not allowed");
}

} // namespace billhouse
