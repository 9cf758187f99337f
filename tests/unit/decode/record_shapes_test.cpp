#include "unit/decode/decoded_records.hpp"

#include <gmock/gmock.h>

/// What of a JSON document counts as its records: arrays, single objects, members, and several places at
/// once.
namespace billhouse {

namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using Shape = RecordsSpec::Shape;

DecodedRecords read(RecordsSpec const& spec, std::string_view body) {
    return decoded([&](RecordSink const& sink) { return decode_json_page(body, spec, {}, sink); });
}

RecordsSpec at(std::vector<std::string> keys, Shape shape = Shape::array) {
    return {.path = {std::move(keys)}, .shape = shape};
}

RecordsSpec map_at(std::vector<std::string> keys, std::string key, std::string value = {}) {
    auto spec = at(std::move(keys), Shape::map);
    spec.map_key = std::move(key);
    spec.map_value = std::move(value);
    return spec;
}

std::string missing(RecordsSpec const& spec, std::string_view body) {
    auto const page = read(spec, body).page;
    return page.found == RecordsFound::missing ? to_string(page.missing_at) : "found";
}

} // namespace

TEST(RecordShapes, a_single_object_is_the_record_where_the_job_says_so) {
    auto const result = read(at({"item"}, Shape::single), R"({"item": {"id": 1, "sub": {}} , "total": 1})");
    EXPECT_THAT(result.json(), ElementsAre(R"({"id":1,"sub":{}})"));
    EXPECT_EQ(result.records[0].raw, R"({"id": 1, "sub": {}})");
    EXPECT_THAT(read(at({}, Shape::single), R"( {"a": 1} )").json(), ElementsAre(R"({"a":1})"));
    EXPECT_EQ(missing(at({}, Shape::single), "[1]"), "(root)");
    EXPECT_EQ(missing(at({"item"}, Shape::single), R"({"item": [{}]})"), "item");
    EXPECT_EQ(read(at({"item"}, Shape::single), R"({"item": null})").page.found, RecordsFound::null);
}

TEST(RecordShapes, a_star_goes_through_every_element_and_member) {
    auto const result =
        read(at({"data", "*", "list"}),
             R"({"data": {"x": {"list": [1, 2]}, "y": {"n": 5, "list": []}, "z/": {"list": [3]}}})");
    EXPECT_THAT(result.json(), ElementsAre("1", "2", "3"));
    EXPECT_THAT(result.places(), ElementsAre("/data/x/list 0", "/data/x/list 1", "/data/z~1/list 0"));
    EXPECT_THAT(read(at({"*"}), "[[1, 2], [], [3]]").places(), ElementsAre("/0 0", "/0 1", "/2 0"));
    EXPECT_THAT(read(at({"list", "*", "item"}, Shape::single), R"({"list": [{"item": {"id": 1}}]})").json(),
                ElementsAre(R"({"id":1})"));
}

TEST(RecordShapes, a_place_that_a_star_leads_to_without_records_is_named) {
    auto const spec = at({"data", "*", "list"});
    EXPECT_EQ(missing(spec, R"({"data": [{"list": [1]}, {"lost": [2]}]})"), "data.1.list");
    EXPECT_EQ(missing(spec, R"({"data": [{"list": [1]}, {"list": {"a": 1}}]})"), "data.1.list");
    EXPECT_EQ(missing(spec, R"({"total": 0})"), "data");
    EXPECT_EQ(missing(spec, R"({"data": "none"})"), "data");
    EXPECT_EQ(missing(spec, R"({"data": []})"), "found") << "nothing to go through is no record";
    EXPECT_EQ(missing(spec, R"({"data": [{"list": null}, {"list": []}]})"), "found");
    EXPECT_EQ(read(spec, R"({"data": null})").page.found, RecordsFound::null);
}

TEST(RecordShapes, members_of_an_object_become_records_with_their_name_as_a_field) {
    auto const result =
        read(map_at({"products"}, "product"), R"({"products": {"ec2": {"cost": 1.20}, "s3": {"cost": 2}}})");
    EXPECT_THAT(result.json(),
                ElementsAre(R"({"cost":1.20,"product":"ec2"})", R"({"cost":2,"product":"s3"})"));
    EXPECT_THAT(result.places(), ElementsAre("/products ec2", "/products s3"));
    EXPECT_EQ(result.records[0].raw, R"("ec2": {"cost": 1.20})") << "with its name, or the cost is nobody's";
}

TEST(RecordShapes, members_that_are_plain_values_become_a_field_too) {
    auto const result =
        read(map_at({}, "name", "cost"), R"({"logs": 12.5, "traces": null, "x": [1, {"y": 2}]})");
    EXPECT_THAT(result.json(),
                ElementsAre(R"({"cost":12.5,"name":"logs"})", R"({"cost":null,"name":"traces"})",
                            R"({"cost":[1,{"y":2}],"name":"x"})"));
    EXPECT_THAT(read(map_at({}, "name", "cost"), "{}").records, IsEmpty());
    EXPECT_THAT(read(map_at({}, "name"), R"({"logs": 12.5})").json(), ElementsAre("12.5"))
        << "the mapping rejects it: the job names no field for it";
}

TEST(RecordShapes, a_member_given_twice_makes_the_page_doubtful) {
    EXPECT_THAT(decoding_problem([](RecordSink const& sink) {
                    decode_json_page(R"({"a": {"c": 1}, "a": {"c": 2}})", map_at({}, "name"), {}, sink);
                }),
                HasSubstr("the key 'a' is given twice"));
    auto const result = read(map_at({}, "name"), R"({"a": {"name": "b"}})");
    EXPECT_EQ(result.records.at(0).defect, "the key 'name' is given twice") << "which of the two is it?";
}

TEST(RecordShapes, the_content_hash_covers_the_records_of_all_places_and_nothing_else) {
    auto const hash = [](std::string_view body) { return read(at({"d", "*", "l"}), body).page.content_hash; };
    auto const base = hash(R"({"d": [{"l": [1]}, {"l": [2]}], "at": 1})");
    EXPECT_EQ(hash(R"({"d": [{"l": [1]}, {"l": [2]}], "at": 2})"), base);
    EXPECT_NE(hash(R"({"d": [{"l": [1]}, {"l": [3]}], "at": 1})"), base);
    EXPECT_NE(hash(R"({"d": [{"l": [0]}, {"l": [2]}], "at": 1})"), base);
}

} // namespace billhouse
