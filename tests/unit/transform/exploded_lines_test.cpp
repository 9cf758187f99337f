#include "unit/transform/sample_jobs.hpp"

#include <gmock/gmock.h>

namespace billhouse {

namespace {

using samples::line_rule;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

/// Buckets of a day, services in them, prices in those; no document.
StreamDefinition buckets() {
    auto stream = samples::plain_stream();
    stream.records.explode = {samples::dotted("services"), samples::dotted("usage.prices")};
    auto& mapping = stream.mapping;
    std::erase_if(mapping.columns, [](ColumnRule const& rule) {
        return rule.column == line_column("charge_date") || rule.column == line_column("sku_code");
    });
    auto date = line_rule("charge_date", "parent.parent.date");
    date.formats = {samples::format("date")};
    mapping.columns.push_back(date);
    mapping.columns.push_back(line_rule("sku_code", "parent.sku"));
    return stream;
}

StarRows mapped(StreamDefinition const& stream, std::string const& rows) {
    return samples::mapped(samples::plain_source(), stream, {R"({"rows": [)" + rows + "]}"});
}

std::vector<std::string> paths(StarRows const& rows) {
    std::vector<std::string> result;
    for (auto const& line : rows.lines)
        result.push_back(line.record_path);
    return result;
}

std::vector<std::string> faults(StarRows const& rows) {
    std::vector<std::string> result;
    for (auto const& reject : rows.rejects)
        result.push_back(reject.record_path + " " + reject.reason);
    return result;
}

} // namespace

TEST(ExplodedLines, of_arrays_within_arrays_are_one_for_each_innermost_element) {
    auto const rows = mapped(buckets(), R"({"date": "2026-03-01", "note": "day", "services": [
        {"sku": "a", "note": "service", "usage": {"prices": [{"cost": 1.5, "tier": 1}, {"cost": 2, "note": "n"}]}},
        {"sku": "b", "usage": {"prices": [{"cost": 3}]}}]})");
    EXPECT_THAT(faults(rows), IsEmpty());
    EXPECT_THAT(paths(rows),
                ElementsAre("/rows/0/services/0/usage/prices/0", "/rows/0/services/0/usage/prices/1",
                            "/rows/0/services/1/usage/prices/0"));
    ASSERT_THAT(rows.lines, SizeIs(3));
    EXPECT_EQ(rows.lines[1].identity, IdentityKey::uuid_of("5:plain,1:1,10:2026-03-01,1:a,1:1"))
        << "from one and from two levels out";
    EXPECT_EQ(rows.lines[2].measures[measure("billed_cost")]->to_string(), "3");
    EXPECT_EQ(rows.read, 3);
    EXPECT_EQ(rows.records, 1);
    EXPECT_EQ(rows.lines[0].attributes, R"({"note":"service","tier":1,"parent.parent.note":"day"})");
    EXPECT_EQ(rows.lines[1].attributes, R"({"note":"n","parent.note":"service","parent.parent.note":"day"})");
    EXPECT_EQ(rows.lines[2].attributes, R"({"note":"day"})");
}

TEST(ExplodedLines, of_an_empty_array_are_none_and_no_reject) {
    auto const rows = mapped(buckets(), R"({"date": "2026-03-01", "services": []},
        {"date": "2026-03-02", "services": null},
        {"date": "2026-03-03", "services": [{"sku": "a", "usage": {"prices": []}}]})");
    EXPECT_THAT(rows.lines, IsEmpty());
    EXPECT_THAT(rows.rejects, IsEmpty());
    EXPECT_EQ(rows.records, 3);
    EXPECT_EQ(rows.read, 0);
}

TEST(ExplodedLines, of_an_array_that_is_not_there_are_a_reject_that_names_it) {
    auto const rows = mapped(buckets(), R"({"date": "2026-03-01"},
        {"date": "2026-03-02", "services": {"sku": "a"}},
        {"date": "2026-03-03", "services": [{"sku": "a"}, 7,
            {"sku": "b", "usage": {"prices": [{"cost": 1}, "x"]}}, {"sku": "c", "usage": {"prices": "none"}}]})");
    EXPECT_THAT(faults(rows), ElementsAre("/rows/0 services is missing", "/rows/1 services is no array",
                                          "/rows/2/services/0 usage.prices is missing",
                                          "/rows/2/services/1 the line is no object",
                                          "/rows/2/services/2/usage/prices/1 the line is no object",
                                          "/rows/2/services/3 usage.prices is no array"));
    EXPECT_THAT(rows.lines, SizeIs(1));
    EXPECT_EQ(rows.read, 7);
    EXPECT_EQ(to_string(*rows.rejects[2].charge_date), "2026-03-03") << "the slice that lacks it";
}

TEST(ExplodedLines, of_a_members_record_say_its_name_in_their_path) {
    auto stream = samples::plain_stream();
    stream.records.shape = RecordsSpec::Shape::map;
    stream.records.map_key = "sku";
    auto const rows = samples::mapped(samples::plain_source(), stream,
                                      {R"({"rows": {"a/b": {"date": "2026-03-01", "cost": 1}, "c": 5}})"});
    ASSERT_THAT(rows.lines, SizeIs(1));
    EXPECT_EQ(rows.lines[0].record_path, "/rows/a~1b");
    EXPECT_EQ(rows.lines[0].identity, IdentityKey::uuid_of("5:plain,1:1,10:2026-03-01,3:a/b,1:1"));
    EXPECT_THAT(faults(rows), ElementsAre("/rows/c the record is no object"));
}

} // namespace billhouse
