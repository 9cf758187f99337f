#include "base/error.hpp"
#include "decode/text_records.hpp"

#include "support/data_files.hpp"

#include <gtest/gtest.h>

#include <map>

namespace billhouse {

namespace {

std::string base64_decoded(std::string_view text) {
    constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string bytes;
    unsigned bits = 0;
    int count = 0;
    for (char const c : text.substr(0, text.find('='))) {
        bits = (bits << 6) | static_cast<unsigned>(kAlphabet.find(c));
        count += 6;
        if (count < 8) continue;
        count -= 8;
        bytes += static_cast<char>((bits >> count) & 0xFF);
    }
    return bytes;
}

std::string generated(std::string_view rule) {
    std::string bytes;
    bool const arrays = rule == "'[' repeated 100000 times";
    for (int i = 0; i < (arrays ? 100'000 : 50'000); ++i)
        bytes += arrays ? "[" : "[{\"\":";
    return arrays ? bytes : bytes + "\n";
}

std::string text_of(JsonTree const& tree, std::string_view key) {
    auto const* node = tree.find(tree.root(), key);
    return node == nullptr ? std::string() : std::string(node->text);
}

bool accepted_as_document(std::string_view body) {
    try {
        return !decode_json_document(body, {}).empty();
    } catch (Error const& error) {
        EXPECT_NE(std::string_view(error.what()).find(" at byte "), std::string_view::npos) << error.what();
        return false;
    }
}

/// Whether every line is good; the suite's bodies may have line ends within.
bool accepted_as_lines(std::string_view body) {
    try {
        return decode_json_lines(body, {}, [](RecordView const&) {}).records > 0;
    } catch (Error const& error) {
        EXPECT_NE(std::string_view(error.what()).find(" at line "), std::string_view::npos) << error.what();
        return false;
    }
}

bool accepted_as_page(std::string_view body) {
    try {
        decode_json_page(body, {}, {}, [](RecordView const&) {});
        return true;
    } catch (Error const&) {
        return false;
    }
}

// Good JSON that is refused on purpose where it is not inside a record.
std::map<std::string, std::string> const kRefusedDocuments = {
    {"test_parsing/y_object_duplicated_key.json", "which of the two values counts?"},
    {"test_parsing/y_object_duplicated_key_and_value.json", "the same"},
    {"test_parsing/y_object_escaped_null_in_key.json", "PostgreSQL's text cannot hold U+0000"},
    {"test_parsing/y_string_null_escape.json", "the same"},
};

} // namespace

TEST(JsonTestSuite, is_decoded_as_its_authors_expect) {
    auto const file = corpus_path("jsontestsuite.json");
    if (!std::filesystem::exists(file)) GTEST_SKIP() << "no corpus at " << file;
    std::size_t cases = 0;
    decode_json_page(file_text(file), {}, {}, [&](RecordView const& record) {
        ++cases;
        auto const name = text_of(record.tree, "name");
        auto const expected = text_of(record.tree, "expect");
        auto const rule = text_of(record.tree, "generate");
        auto const body = rule.empty() ? base64_decoded(text_of(record.tree, "base64")) : generated(rule);
        bool const as_document = accepted_as_document(body);
        bool const as_page = accepted_as_page(body);
        if (expected == "reject") {
            EXPECT_FALSE(as_document) << name;
            EXPECT_FALSE(as_page) << name;
            EXPECT_FALSE(accepted_as_lines(body)) << name;
        } else if (expected == "accept") {
            EXPECT_EQ(as_document, !kRefusedDocuments.contains(name)) << name;
        }
    });
    EXPECT_EQ(cases, 340U);
}

} // namespace billhouse
