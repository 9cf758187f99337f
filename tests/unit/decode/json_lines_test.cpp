#include "decode/text_records.hpp"

#include "unit/decode/decoded_records.hpp"

#include <gmock/gmock.h>

namespace billhouse {

namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

DecodedRecords read(std::string_view body) {
    return decoded([&](RecordSink const& sink) { return decode_json_lines(body, {}, sink); });
}

std::string problem(std::string_view body, DecodeLimits const& limits = {}) {
    return decoding_problem([&](RecordSink const& sink) { decode_json_lines(body, limits, sink); });
}

} // namespace

TEST(JsonLines, are_one_record_a_line_with_or_without_a_last_line_end) {
    for (auto const* body : {"{\"a\": 1.20}\n{\"a\": 2}\n", "{\"a\": 1.20}\n{\"a\": 2}",
                             "{\"a\": 1.20}\r\n{\"a\": 2}\r\n", "\n{\"a\": 1.20}\n \t\r\n\n{\"a\": 2}\n\n"}) {
        auto const result = read(body);
        EXPECT_THAT(result.json(), ElementsAre(R"({"a":1.20})", R"({"a":2})")) << body;
        EXPECT_EQ(result.records.at(0).raw, R"({"a": 1.20})") << "exact bytes, without the line end";
        EXPECT_EQ(result.page.found, RecordsFound::array);
    }
}

TEST(JsonLines, without_a_line_are_a_page_of_no_records) {
    EXPECT_THAT(read("").records, IsEmpty());
    EXPECT_THAT(read("\n\r\n").records, IsEmpty());
    EXPECT_EQ(read("").page.found, RecordsFound::array);
}

TEST(JsonLines, that_are_broken_are_refused_with_line_and_byte) {
    EXPECT_THAT(problem("{\"a\": 1}\n\n{\"a\": 1,}\n"), HasSubstr("at line 3, byte 8: "));
    EXPECT_THAT(problem("{\"a\": 1}\n{\"a\": \n1}"), HasSubstr("at line 2, byte 6: "));
    EXPECT_THAT(problem("{\"a\": 1} {\"a\": 2}\n"),
                HasSubstr("line 1, byte 9: the document root must not be followed"));
    EXPECT_THAT(problem("[1, 2"), HasSubstr("line 1"));
    EXPECT_THAT(problem(std::string_view("{}\n{\"a\": \"\0\"}", 13)),
                HasSubstr("line 2, byte 7: a NUL byte"));
    EXPECT_THAT(problem("{\"a\": \"\xFF\"}"), HasSubstr("line 1"));
}

TEST(JsonLines, keep_the_limits_of_a_page) {
    EXPECT_THAT(problem("[[1]]\n[[[1]]]", {.depth = 2}), HasSubstr("line 2, byte 2: nested deeper than 2"));
    EXPECT_THAT(problem("[1]\n[2]\n[3]", {.values = 5}), HasSubstr("line 3, byte 1: more than 5 values"));
    EXPECT_THAT(problem("\"long\"", {.text = 3}), HasSubstr("a text longer than 3 bytes"));
}

TEST(JsonLines, with_a_doubtful_record_say_so_of_that_record_only) {
    auto const result = read("{\"a\": 1, \"a\": 2}\n{\"a\": 3}");
    ASSERT_THAT(result.records, SizeIs(2));
    EXPECT_EQ(result.records[0].defect, "the key 'a' is given twice");
    EXPECT_EQ(result.records[1].defect, "");
}

TEST(JsonLines, hash_their_bytes) {
    EXPECT_EQ(read("{\"a\": 1}\n").page.content_hash, read("{\"a\": 1}\n").page.content_hash);
    EXPECT_NE(read("{\"a\": 1}\n").page.content_hash, read("{\"a\": 2}\n").page.content_hash);
}

} // namespace billhouse
