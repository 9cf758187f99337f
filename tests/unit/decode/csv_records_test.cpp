#include "decode/text_records.hpp"

#include "unit/decode/decoded_records.hpp"

#include <gmock/gmock.h>

namespace billhouse {

namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

DecodedRecords read(std::string_view body, char delimiter = ',') {
    return decoded([&](RecordSink const& sink) { return decode_csv(body, delimiter, {}, sink); });
}

std::string problem(std::string_view body, DecodeLimits const& limits = {}) {
    return decoding_problem([&](RecordSink const& sink) { decode_csv(body, ',', limits, sink); });
}

} // namespace

TEST(Csv, gives_a_record_a_row_with_the_headers_names_and_all_values_as_text) {
    for (auto const* body : {"id,cost\n1,2.50\n2,\n", "id,cost\r\n1,2.50\r\n2,\r\n", "id,cost\n1,2.50\n2,",
                             "\xEF\xBB\xBFid,cost\n1,2.50\n2,\n", "\n\r\nid,cost\n\n1,2.50\n\r\n2,\n\n"})
        EXPECT_THAT(read(body).json(), ElementsAre(R"({"cost":"2.50","id":"1"})", R"({"cost":"","id":"2"})"))
            << body;
}

TEST(Csv, resolves_quotes_and_keeps_the_rows_exact_bytes) {
    auto const result =
        read("a,\"b \"\"x\"\"\",c\r\n\"1,5\",\"say \"\"hi\"\"\",\"two\r\nlines\"\r\n,\"\", x \r\n");
    EXPECT_THAT(result.json(), ElementsAre(R"({"a":"1,5","b \"x\"":"say \"hi\"","c":"two\r\nlines"})",
                                           R"({"a":"","b \"x\"":"","c":" x "})"));
    EXPECT_EQ(result.records.at(0).raw, "\"1,5\",\"say \"\"hi\"\"\",\"two\r\nlines\"");
}

TEST(Csv, takes_another_delimiter_where_the_job_says_so) {
    EXPECT_THAT(read("a;b\n1,5;2\n", ';').json(), ElementsAre(R"({"a":"1,5","b":"2"})"));
    EXPECT_THAT(read("a\tb\n1\t2\n", '\t').json(), ElementsAre(R"({"a":"1","b":"2"})"));
}

TEST(Csv, with_a_header_only_is_a_page_of_no_records) {
    auto const result = read("a,b\n");
    EXPECT_THAT(result.records, IsEmpty());
    EXPECT_EQ(result.page.found, RecordsFound::array);
}

TEST(Csv, that_is_ragged_is_refused_with_the_line) {
    EXPECT_THAT(problem("a,b\n1,2\n3\n"), HasSubstr("at line 3: 1 fields, the header has 2"));
    EXPECT_THAT(problem("a,b\n\"1\n1\",2\n3,4,5\n"), HasSubstr("at line 4: 3 fields, the header has 2"));
}

TEST(Csv, with_a_header_that_names_nothing_or_one_thing_twice_is_refused) {
    EXPECT_THAT(problem(""), HasSubstr("there is no header row"));
    EXPECT_THAT(problem("a,b,a\n1,2,3\n"), HasSubstr("at line 1: the field 'a' is named twice"));
    EXPECT_THAT(problem("a,,b\n"), HasSubstr("at line 1: a field without a name"));
}

TEST(Csv, with_quotes_that_do_not_match_is_refused_where_they_begin) {
    EXPECT_THAT(problem("a,b\n1,\"2\n3,4\n"), HasSubstr("at line 2: a quoted field that does not end"));
    EXPECT_THAT(problem("a,b\n1,\"2\"x\n"), HasSubstr("at line 2: text after a closing quote"));
    EXPECT_THAT(problem("a,b\n1,2\"\n"), HasSubstr("at line 2: a quote within a field"));
    EXPECT_THAT(problem("a,b\r1,2\r"), HasSubstr("at line 1: a carriage return that ends no line"));
    EXPECT_THAT(problem("{\"error\": \"no such report\"}"), HasSubstr("at line 1: a quote within a field"));
}

TEST(Csv, keeps_the_limits_of_a_page) {
    EXPECT_THAT(problem("a\n12345\n", {.text = 4}), HasSubstr("at line 2: a field longer than 4 bytes"));
    EXPECT_THAT(problem("a,b\n1,2\n3,4\n", {.values = 3}), HasSubstr("at line 3: more than 3 values"));
    EXPECT_THAT(problem("a,b,c,d\n1,2,3,4\n", {.values = 3}), HasSubstr("at line 1: more than 3 fields"));
}

TEST(Csv, that_is_not_utf8_is_refused_and_a_nul_spoils_its_own_record) {
    EXPECT_THAT(problem("a\n\xE9t\xE9\n"), HasSubstr("at line 2: bytes that are not UTF-8"));
    EXPECT_THAT(problem("\xE9\n1\n"), HasSubstr("at line 1: bytes that are not UTF-8"));
    auto const result = read(std::string_view("a\nx\0\ny\n", 7));
    ASSERT_THAT(result.records, SizeIs(2));
    EXPECT_THAT(result.records[0].defect, HasSubstr("a NUL character"));
    EXPECT_EQ(result.records[1].defect, "");
}

} // namespace billhouse
