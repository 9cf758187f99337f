#include "e2e/scripted_job.hpp"
#include "support/gzip.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

/// Rows 6, 16, 48, 49 and 64 of the acceptance scenarios: what counts as records, and how they are written.
namespace billhouse {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::string_view kJob = R"(version: 1
job: shapes
description: Records in many shapes
settings: {{base_url: "http://127.0.0.1:1"}}
source: {{code: shapes, vendor: shapes, provider: P, invoice_issuer: P, publisher: P, currency: EUR, timezone: UTC}}
http: {{base_url: "{{settings.base_url}}", retry: {{attempts: 1}}, max_body: 1MiB}}
streams:
  usage:
    request: {{path: /usage, query: {{day: "{{window.start}}"}}}}
    window: {{earliest: 2026-01-01}}
    pagination: {{kind: none}}
    records: {}
    load: {{max_reject_share: 100%}}
    mapping:
      null_tokens: [""]
      identity: {{columns: [charge_date, sku_code, currency_code]}}
      columns:
        charge_date: {{window: start, format: date}}
        service_code: {{constant: all}}
        sku_code: {{from: id, required: true}}
        sku_name: name
        currency_code: {{job: currency}}
        charge_category: {{constant: Usage}}
        charge_frequency: {{constant: Usage-Based}}
        list_cost: {{from: cost, default: "0"}}
        billed_cost: {{from: cost, default: "0"}}
        total_amount: {{from: cost, default: "0"}}
)";

class RecordScenarios : public ScriptedJob {
protected:
    ProcessResult load_records(std::string const& records, std::string const& body,
                               std::string const& content_type = "application/json", int day = 1) {
        serve({body}, content_type);
        return load("shapes", fmt::format(kJob, records), fmt::format("2026-01-0{}", day),
                    fmt::format("2026-01-0{}", day + 1));
    }

    std::vector<std::string> skus() {
        return rows("SELECT sku_code, total_amount FROM mart.charge ORDER BY 1, 2");
    }
};

} // namespace

TEST_F(RecordScenarios, row_64_a_star_path_to_one_object_is_1_row) {
    auto const run =
        load_records("{path: \"list.*.item\", single: true}", R"({"list": [{"item": {"id": "1"}}]})");
    ASSERT_EQ(run.exit_code, 0) << run.err;
    EXPECT_THAT(skus(), ElementsAre("1 | 0"));
}

TEST_F(RecordScenarios, row_64_a_path_with_two_stars_is_4_rows) {
    auto const body =
        R"({"data": [{"list": {"data2": [{"id": 1}, {"id": 2}]}}, {"list": {"data2": [{"id": 3}, {"id": 4}]}}]})";
    auto const run = load_records("{path: \"data.*.list.data2.*\", single: true}", body);
    ASSERT_EQ(run.exit_code, 0) << run.err;
    EXPECT_THAT(skus(), ElementsAre("1 | 0", "2 | 0", "3 | 0", "4 | 0"));
}

TEST_F(RecordScenarios, row_64_a_root_array_is_n_rows) {
    auto const run = load_records("{}", R"([{"id": "a"}, {"id": "b"}, {"id": "c"}])");
    ASSERT_EQ(run.exit_code, 0) << run.err;
    EXPECT_THAT(skus(), ElementsAre("a | 0", "b | 0", "c | 0"));
}

TEST_F(RecordScenarios, row_64_a_single_object_is_1_row) {
    auto const run = load_records("{single: true}", R"({"id": "only", "cost": "1.50"})");
    ASSERT_EQ(run.exit_code, 0) << run.err;
    EXPECT_THAT(skus(), ElementsAre("only | 1.5"));
}

TEST_F(RecordScenarios, members_of_an_object_are_rows_with_their_name) {
    auto const run = load_records("{map: {key: id, value: cost}}", R"({"logs": 1.25, "traces": "2"})");
    ASSERT_EQ(run.exit_code, 0) << run.err;
    EXPECT_THAT(skus(), ElementsAre("logs | 1.25", "traces | 2"));
}

TEST_F(RecordScenarios, row_6_a_body_without_the_records_path_is_an_error_that_names_it) {
    auto const run = load_records("{path: results}", R"({"result": [{"id": 1}]})");
    EXPECT_EQ(run.exit_code, 65) << run.err;
    EXPECT_THAT(run.err, HasSubstr("the answer has no records: results is missing"));
    EXPECT_THAT(skus(), IsEmpty());
}

TEST_F(RecordScenarios, row_16_null_instead_of_the_array_is_0_rows) {
    auto const run = load_records("{path: results}", R"({"results": null})");
    EXPECT_EQ(run.exit_code, 0) << run.err;
    EXPECT_THAT(skus(), IsEmpty());
    EXPECT_EQ(value("SELECT count(*) FROM etl.slice WHERE first_complete_at IS NOT NULL"), "1");
}

TEST_F(RecordScenarios, row_48_a_bad_body_is_an_error_with_its_position_and_loads_nothing) {
    auto const run = load_records("{path: results}", R"({"results": [{"id": 1}, {"id": 2,}]})");
    EXPECT_EQ(run.exit_code, 65) << run.err;
    EXPECT_THAT(run.err, HasSubstr("not usable JSON at byte 33"));
    EXPECT_THAT(skus(), IsEmpty());
    std::string deep;
    for (int i = 0; i < 100'000; ++i)
        deep += '[';
    auto const second = load_records("{path: results}", deep);
    EXPECT_EQ(second.exit_code, 65) << second.err;
    EXPECT_THAT(second.err, HasSubstr("nested deeper than 64 levels"));
}

TEST_F(RecordScenarios, row_49_numbers_are_exact_and_what_cannot_be_stored_is_rejected_by_name) {
    auto const run =
        load_records("{}", R"([{"id": "big", "cost": 9223372036854775808}, {"id": "tiny", "cost": 1e-999},
        {"id": "long", "cost": 1.000000000000000005}, {"id": "twice", "cost": 1, "cost": 2},
        {"id": "nul", "name": "a\u0000b", "cost": 1}])");
    ASSERT_EQ(run.exit_code, 0) << run.err;
    EXPECT_THAT(skus(), ElementsAre("big | 9223372036854775808", "long | 1.000000000000000005"));
    EXPECT_THAT(rows("SELECT record_path, reason FROM etl.quarantine ORDER BY 1"),
                ElementsAre(HasSubstr("/1 | list_cost is '1e-999', more than 38 digits hold"),
                            "/3 | the key 'cost' is given twice",
                            "/4 | a NUL character in the value of 'name'"));
}

TEST_F(RecordScenarios, lines_that_where_keeps_out_are_neither_loaded_nor_counted_as_read) {
    auto const run = load_records(
        "{explode: items, where: [{path: kind, not_in: [total, tax]}, {path: parent.state, in: [final]}]}",
        R"([{"state": "final", "items": [{"id": "a", "kind": "usage", "cost": 1}, {"id": "b", "cost": 2},
                                         {"id": "sum", "kind": "total", "cost": 3}]},
            {"state": "draft", "items": [{"id": "c", "kind": "usage", "cost": 4}]},
            {"items": [{"id": "d", "kind": "usage", "cost": 5}]},
            {"state": "final", "items": [{"id": "e", "kind": {"not": "text"}, "cost": 6}]}])");
    ASSERT_EQ(run.exit_code, 0) << run.err;
    EXPECT_THAT(skus(), ElementsAre("a | 1", "b | 2"));
    EXPECT_THAT(rows("SELECT record_path, reason FROM etl.quarantine"),
                ElementsAre("/3/items/0 | records.where looks at kind, which is no text"));
    EXPECT_EQ(value("SELECT read_rows FROM etl.slice"), "3");
}

TEST_F(RecordScenarios, json_lines_are_a_row_a_line) {
    auto const run =
        load_records("{format: jsonl}", "{\"id\": \"a\", \"cost\": 1.10}\n\n{\"id\": \"b\", \"cost\": 2}",
                     "application/x-ndjson");
    ASSERT_EQ(run.exit_code, 0) << run.err;
    EXPECT_THAT(skus(), ElementsAre("a | 1.1", "b | 2"));
}

TEST_F(RecordScenarios, a_broken_line_fails_the_slice_with_its_number) {
    auto const run = load_records("{format: jsonl}", "{\"id\": \"a\"}\n{\"id\": \"b\n");
    EXPECT_EQ(run.exit_code, 65) << run.err;
    EXPECT_THAT(run.err, HasSubstr("at line 2, byte "));
    EXPECT_THAT(skus(), IsEmpty());
}

TEST_F(RecordScenarios, csv_rows_are_rows_and_their_rejects_keep_their_bytes) {
    auto const run =
        load_records("{format: csv, csv: {delimiter: \";\"}}",
                     "\xEF\xBB\xBFid;name;cost\r\n1;\"a \"\"b\"\"\r\nc\";1.5\r\n;x;2\r\n", "text/csv");
    ASSERT_EQ(run.exit_code, 0) << run.err;
    EXPECT_THAT(skus(), ElementsAre("1 | 1.5"));
    EXPECT_EQ(value("SELECT sku_name FROM mart.charge"), "a \"b\"\r\nc");
    EXPECT_THAT(rows("SELECT record_path, reason, raw_record FROM etl.quarantine"),
                ElementsAre("/1 | sku_code has no value | ;x;2"));
}

TEST_F(RecordScenarios, a_gzip_file_is_inflated_under_the_bound_of_max_body) {
    auto const records = "{format: csv, compression: gzip}";
    auto const run = load_records(records, gzipped("id,cost\n1,1.5\n"), "application/gzip");
    ASSERT_EQ(run.exit_code, 0) << run.err;
    EXPECT_THAT(skus(), ElementsAre("1 | 1.5"));

    auto const bomb =
        load_records(records, gzipped("id,cost\n" + std::string(2U << 20U, '1')), "application/gzip", 2);
    EXPECT_EQ(bomb.exit_code, 65) << bomb.err;
    EXPECT_THAT(bomb.err, HasSubstr("after inflating"));

    auto const whole = gzipped("id,cost\n1,1.5\n2,2\n");
    auto const cut = load_records(records, whole.substr(0, whole.size() - 4), "application/gzip", 3);
    EXPECT_EQ(cut.exit_code, 65) << cut.err;
    EXPECT_THAT(cut.err, HasSubstr("not usable gzip: cut off"));
    EXPECT_THAT(skus(), ElementsAre("1 | 1.5")) << "what was loaded stays";
}

} // namespace billhouse
