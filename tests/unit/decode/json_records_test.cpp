#include "base/error.hpp"
#include "base/sha256.hpp"
#include "decode/json_records.hpp"

#include "support/data_files.hpp"

#include <gmock/gmock.h>

#include <stdexcept>

namespace billhouse {

namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::SizeIs;
using testing::StartsWith;

struct Record {
    std::string json; ///< written back from the tree
    std::string raw;
    std::string defect;
};

struct Read {
    DecodedPage page;
    std::vector<Record> records;
};

Read read(std::string_view body, Path const& path = {{"items"}}, DecodeLimits const& limits = {}) {
    Read result;
    result.page = decode_json_page(body, {.path = path}, limits, [&](RecordView const& record) {
        EXPECT_EQ(record.index, result.records.size());
        std::string json;
        record.tree.write(record.tree.root(), json);
        result.records.push_back({json, std::string(record.raw), record.defect});
    });
    EXPECT_EQ(result.page.records, result.records.size());
    return result;
}

std::vector<std::string> raws(Read const& result) {
    std::vector<std::string> texts;
    for (auto const& record : result.records)
        texts.push_back(record.raw);
    return texts;
}

std::string envelope(Read const& result) {
    std::string json;
    result.page.envelope.write(result.page.envelope.root(), json);
    return json;
}

std::string problem(std::string_view body, Path const& path = {{"items"}}, DecodeLimits const& limits = {}) {
    try {
        decode_json_page(body, {.path = path}, limits, [](RecordView const&) {});
    } catch (Error const& error) {
        EXPECT_EQ(error.kind(), ErrorKind::data);
        EXPECT_FALSE(error.hint().empty());
        return error.what();
    }
    return "no error";
}

std::string repeated(std::string_view text, std::size_t times) {
    std::string result;
    for (std::size_t i = 0; i < times; ++i)
        result += text;
    return result;
}

} // namespace

TEST(PageDecoder, hands_over_each_record_and_keeps_the_rest_as_envelope) {
    auto const result =
        read(R"({"total": 2, "items": [{"id": "a"}, {"id": "b", "n": [1, {"x": null}]}], "ok": true})");
    EXPECT_THAT(raws(result), ElementsAre(R"({"id": "a"})", R"({"id": "b", "n": [1, {"x": null}]})"));
    EXPECT_EQ(result.records[1].json, R"({"id":"b","n":[1,{"x":null}]})");
    EXPECT_EQ(envelope(result), R"({"items":[],"ok":true,"total":2})");
    EXPECT_EQ(result.page.found, RecordsFound::array);
}

TEST(PageDecoder, gives_the_exact_bytes_of_every_kind_of_element) {
    auto const body = " [ 1.50 ,\"a\\u0041\" , null,true\t, [ ] ,\n{ } , [1 , {\"a\" : 2 }]\r\n, -0 ] ";
    EXPECT_THAT(raws(read(body, {})), ElementsAre("1.50", "\"a\\u0041\"", "null", "true", "[ ]", "{ }",
                                                  "[1 , {\"a\" : 2 }]", "-0"));
}

TEST(PageDecoder, keeps_every_digit_of_an_amount) {
    for (auto const* digits :
         {"0.1", "1.20", "-0.10", "12.345678901234567890123", "123456789012345678901234567890", "1E+2",
          "3.702E-7", "0.00000080000", "-0", "1e300", "128.74836467836484838364836483643636483648e-336"})
        EXPECT_EQ(read(std::string("[") + digits + "]", {}).records[0].raw, digits) << digits;
    auto const tree = decode_json_document("[1.20]", {});
    EXPECT_EQ(tree.first_child(tree.root())->text, "1.20");
}

TEST(PageDecoder, takes_a_single_object_for_the_record_only_where_the_job_says_so) {
    EXPECT_EQ(read(R"({"items": {"id": 1}})").page.found, RecordsFound::missing);
    EXPECT_EQ(read(R"({"error": "none"})", {}).page.found, RecordsFound::missing);
}

TEST(PageDecoder, tells_an_empty_array_from_null_and_from_nothing) {
    EXPECT_EQ(read(R"({"items": []})").page.found, RecordsFound::array);
    EXPECT_EQ(read(R"({"items": null})").page.found, RecordsFound::null);
    EXPECT_EQ(read("null", {}).page.found, RecordsFound::null);
    for (auto const* body : {R"({})", R"({"total": 0})", R"({"items": "None"})", R"({"data": {"items": []}})",
                             R"([{"items": []}])", R"({"x": [{"items": [1]}]})", "7"})
        EXPECT_EQ(read(body).page.found, RecordsFound::missing) << body;
}

TEST(PageDecoder, follows_the_path_through_objects_and_array_places) {
    auto const body =
        R"({"x": {"b": [7]}, "a": {"c": {"b": [8]}, "b": [1, 2]}, "b": [9], "l": [{"b": [3]}, {"b": [4]}]})";
    EXPECT_THAT(raws(read(body, {{"a", "b"}})), ElementsAre("1", "2"));
    EXPECT_THAT(raws(read(body, {{"b"}})), ElementsAre("9"));
    EXPECT_THAT(raws(read(body, {{"l", "1", "b"}})), ElementsAre("4"));
    EXPECT_THAT(raws(read(body, {{"a", "c", "b"}})), ElementsAre("8"));
}

TEST(PageDecoder, a_record_may_hold_an_array_of_the_same_name) {
    auto const result = read(R"({"items": [{"items": [1, 2]}, {"items": []}]})");
    EXPECT_THAT(raws(result), ElementsAre(R"({"items": [1, 2]})", R"({"items": []})"));
}

TEST(PageDecoder, hashes_the_bytes_of_the_records_only) {
    auto const first = read(R"({"trace": "a", "items": [1, 2]})").page.content_hash;
    EXPECT_EQ(first, to_hex(sha256("[1, 2]")));
    EXPECT_EQ(read(R"({"items": [1, 2], "trace": "bcd"})").page.content_hash, first);
    EXPECT_NE(read(R"({"trace": "a", "items": [1, 3]})").page.content_hash, first);
    EXPECT_EQ(read(R"({"trace": "a"})").page.content_hash, to_hex(sha256("")));
}

TEST(PageDecoder, accepts_a_byte_order_mark_and_counts_it_in_offsets) {
    EXPECT_THAT(raws(read("\xEF\xBB\xBF{\"items\": [{\"a\": 1}]}")), ElementsAre("{\"a\": 1}"));
    EXPECT_THAT(problem("\xEF\xBB\xBF{\"items\": x}"), HasSubstr("at byte 13"));
}

TEST(PageDecoder, says_where_and_why_a_body_is_not_json) {
    EXPECT_THAT(problem(R"({"items": [1, 2})"),
                AllOf(StartsWith("the answer is not usable JSON at byte 15: missing a comma or"),
                      EndsWith("after an array element near '{\"items\": [1, 2}'")));
    EXPECT_THAT(problem(""), HasSubstr("at byte 0: the document is empty"));
    EXPECT_THAT(problem("<html>"), HasSubstr("at byte 0: invalid value near '<html>'"));
    EXPECT_THAT(problem(std::string_view("{\"items\": []}\0xyz", 17)), HasSubstr("at byte 13: a NUL byte"));
    EXPECT_THAT(problem(R"({"items": []} x)"), HasSubstr("at byte 14"));
    EXPECT_THAT(problem(R"({"items": [1]}{"items": [2]})"), HasSubstr("at byte 14"));
}

TEST(PageDecoder, refuses_what_lenient_parsers_let_through) {
    for (auto const* body : {"[1,]",        "{\"a\":1,}", "[NaN]",   "[Infinity]",    "[-Infinity]",
                             "[None]",      "[01]",       "[1e400]", "[+1]",          "[.5]",
                             "[1.]",        "['a']",      "[1]//",   "/**/[1]",       "[\"a\nb\"]",
                             "[\"\\x41\"]", "[true",      "\"abc",   "[\"\\ud800\"]", "[\"\\ud800\\u0041\"]"})
        EXPECT_THAT(problem(body, {}), HasSubstr("not usable JSON")) << body;
}

TEST(PageDecoder, refuses_bytes_that_are_not_utf8) {
    for (auto const* bytes :
         {"\xFF", "\xC0\x80", "\xE0\x80\x80", "\xED\xA0\x80", "\xF5\x80\x80\x80", "\xC3", "\x80"})
        EXPECT_THAT(problem(std::string("[\"") + bytes + "\"]", {}), HasSubstr("invalid encoding"));
    EXPECT_THAT(raws(read("[\"\xC3\xA9\xE6\xB8\xAC\xF0\x9F\x92\xB0\"]", {})), SizeIs(1));
}

TEST(PageDecoder, a_fault_that_postgresql_would_refuse_is_one_records_and_not_the_pages) {
    auto const result = read(
        R"({"items": [{"a": "x\u0000y"}, {"a\u0000": 1}, {"a": "\uDC00"}, {"\uDFFF": 1}, {"a": 1, "b": 2, "a": 1},
        {"o": {"k": 1, "k": 2}}, ["\u0000"], {"a": "\uD83D\uDCB0", "b": "\uFFFF"}]})");
    std::vector<std::string> defects;
    for (auto const& record : result.records)
        defects.push_back(record.defect);
    EXPECT_THAT(defects,
                ElementsAre("a NUL character in the value of 'a'", HasSubstr("a NUL character in 'a"),
                            "a lone surrogate in the value of 'a'", HasSubstr("a lone surrogate in"),
                            "the key 'a' is given twice", "the key 'k' is given twice",
                            HasSubstr("a NUL character"), ""));
}

TEST(PageDecoder, finds_a_key_given_twice_in_objects_of_any_size) {
    for (auto const members : {2U, 24U, 63U, 64U, 65U, 500U}) {
        std::string object = "{";
        for (auto i = 0U; i < members; ++i)
            object += "\"key" + std::to_string(i) + "\": 0, ";
        EXPECT_EQ(read("[" + object + "\"other\": 1}]", {}).records[0].defect, "") << members;
        EXPECT_EQ(read("[" + object + "\"key1\": 1}]", {}).records[0].defect, "the key 'key1' is given twice")
            << members;
    }
}

TEST(PageDecoder, a_doubtful_envelope_makes_the_page_doubtful) {
    EXPECT_THAT(problem(R"({"items": [], "total": 1, "total": 2})"),
                HasSubstr("the key 'total' is given twice"));
    EXPECT_THAT(problem(R"({"items": [1], "items": [2]})"), HasSubstr("the key 'items' is given twice"));
    EXPECT_THAT(problem(R"({"items": [], "trace": "\uDC00"})"),
                HasSubstr("a lone surrogate in the value of 'trace'"));
    EXPECT_THAT(problem(R"({"items": [], "trace": "\u0000"})"), HasSubstr("a NUL character"));
}

TEST(PageDecoder, stops_at_its_limits) {
    auto const deep = [](std::size_t depth) { return repeated("[", depth) + repeated("]", depth); };
    EXPECT_EQ(problem(deep(64), {}), "no error");
    EXPECT_THAT(problem(deep(65), {}), HasSubstr("at byte 64: nested deeper than 64 levels"));
    EXPECT_THAT(problem(repeated("[", 2'000'000), {}), HasSubstr("nested deeper than 64 levels"));
    EXPECT_THAT(problem(repeated("{\"a\":", 100'000), {{"x"}}), HasSubstr("nested deeper than 64 levels"));
    EXPECT_EQ(problem(R"(["12345678"])", {}, {.text = 8}), "no error");
    EXPECT_THAT(problem(R"(["123456789"])", {}, {.text = 8}), HasSubstr("a text longer than 8 bytes"));
    EXPECT_THAT(problem(R"([{"123456789": 1}])", {}, {.text = 8}), HasSubstr("a text longer than 8 bytes"));
    EXPECT_EQ(problem("[1,2,3]", {}, {.values = 4}), "no error");
    EXPECT_THAT(problem("[1,2,3,4]", {}, {.values = 4}), HasSubstr("more than 4 values"));
}

TEST(PageDecoder, bounds_what_it_keeps_in_memory) {
    auto const many = repeated("0,", 1'000'000) + "0";
    EXPECT_EQ(problem("[" + many + "]", {}), "no error");
    EXPECT_THAT(problem("[[" + many + "]]", {}), HasSubstr("more than 1000000 values in one record"));
    EXPECT_THAT(problem("[" + many + "]"), HasSubstr("more than 1000000 values outside the records"));
}

TEST(PageDecoder, lets_an_error_of_the_receiver_pass) {
    auto const sink = [](RecordView const&) { throw std::runtime_error("from the receiver"); };
    EXPECT_THROW(decode_json_page(R"({"items": [1]})", {.path = {{"items"}}}, {}, sink), std::runtime_error);
}

TEST(PageDecoder, reads_the_documented_answers) {
    auto const guance = read(data_file("guance_sample.json"), {{"content"}});
    EXPECT_THAT(guance.records, SizeIs(1));
    EXPECT_EQ(envelope(guance), R"({"code":200,"content":[],"errorCode":"","message":"","success":true,)"
                                R"("traceId":"TRACE-192EB1B1-ACBA-4942-A4F1-34A1A9F93C0C"})");
    EXPECT_THAT(read(data_file("ocamba_sample_1.json")).records, SizeIs(3));
    EXPECT_THAT(read(data_file("ocamba_sample_2.json")).records, SizeIs(1));
}

TEST(DocumentDecoder, gives_the_whole_document) {
    auto const tree = decode_json_document(R"({"error": {"code": 7}, "items": [1]})", {});
    std::string json;
    tree.write(tree.root(), json);
    EXPECT_EQ(json, R"({"error":{"code":7},"items":[1]})");
    EXPECT_THROW(decode_json_document("nothing", {}), Error);
}

} // namespace billhouse
