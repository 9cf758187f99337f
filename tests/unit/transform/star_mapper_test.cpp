#include "base/error.hpp"
#include "transform/star_mapper.hpp"

#include "unit/transform/sample_jobs.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <random>
#include <set>

namespace billhouse {

namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

std::string page(std::vector<std::string> const& records, std::string_view name = "rows") {
    return fmt::format(R"({{"{}": [{}]}})", name, fmt::join(records, ","));
}

std::string plain(std::string_view sku, std::string_view cost, std::string_view more = "") {
    return fmt::format(R"({{"date": "2026-03-01", "sku": "{}", "cost": {}{}}})", sku, cost, more);
}

std::string document(int id, int price) {
    return fmt::format(
        R"({{"id": "{}", "company_id": "c", "app_id": "a", "currency_code": "USD", "start_date": "2026-03-01",
        "end_date": "2026-03-31", "items": [{{"name": "x{}", "price": {}, "amount": {}}}, {{"name": "y{}", "price": 1, "amount": 1}}]}})",
        id, id, price, price, id);
}

StreamDefinition plain_with_id() {
    auto stream = samples::plain_stream();
    stream.records.id = {samples::dotted("sku")};
    return stream;
}

void map_page(StarMapper& mapper, StreamDefinition const& stream, std::int32_t number,
              std::string const& body) {
    mapper.begin_page(number);
    decode_json_page(body, stream.records, {}, [&](RecordView const& record) { mapper.map(record); });
}

/// Random records of few shapes, so that equal identities and equal contents are common.
std::vector<std::string> random_records(std::mt19937_64& random, int count) {
    std::vector<std::string> records;
    for (int i = 0; i < count; ++i) {
        auto const more = random() % 3 == 0 ? fmt::format(R"(, "note": "n{}")", random() % 2) : "";
        auto const cost =
            random() % 10 == 0 ? "\"broken\"" : fmt::format("{}.{}", random() % 3, random() % 3);
        records.push_back(plain(fmt::format("s{}", random() % 5), cost, more));
    }
    return records;
}

std::vector<std::string> split(std::vector<std::string> const& records, std::size_t size) {
    std::vector<std::string> pages;
    for (std::size_t from = 0; from < records.size(); from += size)
        pages.push_back(
            page({records.begin() + static_cast<std::ptrdiff_t>(from),
                  records.begin() + static_cast<std::ptrdiff_t>(std::min(from + size, records.size()))}));
    return pages;
}

} // namespace

TEST(StarMapper, gives_the_same_rows_in_whatever_order_and_pages_the_records_come) {
    std::mt19937_64 random(7);
    for (int round = 0; round < 170; ++round) {
        auto records = random_records(random, 60);
        auto const expected =
            samples::mapped(samples::plain_source(), samples::plain_stream(), {page(records)});
        auto const expected_lines = samples::described(expected);
        for (std::size_t const size : {1U, 7U, 60U}) {
            std::ranges::shuffle(records, random);
            auto const rows =
                samples::mapped(samples::plain_source(), samples::plain_stream(), split(records, size));
            EXPECT_EQ(samples::described(rows), expected_lines);
            EXPECT_EQ(rows.rejects.size(), expected.rejects.size());
            EXPECT_EQ(rows.read, 60);
            EXPECT_EQ(rows.read, std::ssize(rows.lines) + std::ssize(rows.rejects) + rows.duplicates);
        }
    }
}

TEST(StarMapper, gives_every_line_a_key_of_its_own) {
    std::vector<std::string> const records(50, plain("s", "1"));
    auto const rows = samples::mapped_plain(samples::plain_stream(), records);
    std::set<Uuid> keys;
    std::set<std::int32_t> numbers;
    for (auto const& line : rows.lines) {
        keys.insert(line.key);
        numbers.insert(line.line_no);
    }
    EXPECT_THAT(keys, SizeIs(50));
    EXPECT_EQ(*numbers.begin(), 1);
    EXPECT_EQ(*numbers.rbegin(), 50);
}

TEST(StarMapper, derives_keys_as_the_database_function_does) {
    auto const rows = samples::mapped_plain(samples::plain_stream(), {plain("s", "1"), plain("s", "2")});
    for (auto const& line : rows.lines) {
        IdentityKey key;
        for (auto const* part : {"plain", "1", "2026-03-01", "s"})
            key.add(part);
        key.add(std::to_string(line.line_no));
        EXPECT_EQ(line.key, key.uuid());
    }
}

TEST(StarMapper, writes_identity_values_in_one_canonical_form) {
    auto stream = samples::plain_stream();
    stream.mapping.identity_version = 3;
    stream.mapping.identity = samples::line_columns({"charge_date", "unit_price", "charge_period_start",
                                                     "meter_name", "third_party_billed", "currency_code"});
    stream.mapping.columns.push_back(samples::line_rule("unit_price", "p"));
    auto const identity = [&](std::string_view price) {
        return samples::mapped_plain(stream, {plain("s", "1", fmt::format(R"(, "p": {})", price))})
            .lines.at(0)
            .identity;
    };
    EXPECT_EQ(identity("1.50"),
              IdentityKey::uuid_of("5:plain,1:3,10:2026-03-01,3:1.5,20:2026-03-01T00:00:00Z,-,-,3:EUR,1:1"));
    EXPECT_EQ(identity("\"15e-1\""), identity("1.50"));
    EXPECT_NE(identity("null"), identity("0"));
}

TEST(StarMapper, content_changes_with_amounts_names_and_flags_and_with_nothing_else) {
    auto stream = samples::plain_stream();
    for (auto const column : {"sku_name", "billing_method", "meter_name", "billing_account_name", "quantity"})
        stream.mapping.columns.push_back(samples::line_rule(column, column));
    auto const content = [&](std::string const& record) {
        return samples::mapped_plain(stream, {record}).lines.at(0).content_hash;
    };
    auto const base = content(plain("s", "1"));
    EXPECT_EQ(content(plain("s", "1.00")), base);
    EXPECT_EQ(content(R"({"cost":"1", "sku":"s","date" : "2026-03-01"})"), base);
    EXPECT_EQ(content(plain("s", "1", R"(, "meter_name": "kept with the member")")), base);
    std::set<std::int64_t> contents{base};
    for (auto const* more : {R"(, "sku_name": "n")", R"(, "sku_name": "")", R"(, "billing_method": "n")",
                             R"(, "quantity": 0)", R"(, "quantity": 1)", R"(, "note": 1)", R"(, "note": 2)"})
        contents.insert(content(plain("s", "1", more)));
    contents.insert(content(plain("s", "2")));
    contents.insert(content(plain("s", "-1")));
    EXPECT_THAT(contents, SizeIs(9)); // "" is a null token: the same as no name
}

TEST(StarMapper, keeps_each_member_once) {
    auto stream = samples::plain_stream();
    stream.mapping.columns.push_back(samples::line_rule("sku_name", "name"));
    auto const rows = samples::mapped_plain(stream, {plain("a", "1"), plain("b", "1"), plain("a", "2"),
                                                     plain("a", "1", R"(, "name": "A")"), plain("b", "3")});
    EXPECT_THAT(rows.members.skus, SizeIs(3));
    EXPECT_THAT(rows.members.charge_types, SizeIs(1));
    EXPECT_THAT(rows.members.currencies, ElementsAre("EUR"));
    EXPECT_EQ(rows.lines[0].sku, rows.lines[2].sku);
    EXPECT_NE(rows.lines[0].sku, rows.lines[3].sku);
}

TEST(StarMapper, rejects_keep_the_vendors_bytes_and_say_where_they_stood) {
    auto const bad = R"({ "date":"2026-03-01","sku" : "s", "cost": 5, "date2": null , "q":"x"})";
    auto stream = samples::plain_stream();
    stream.mapping.columns.push_back(samples::line_rule("quantity", "q"));
    auto const rows = samples::mapped(samples::plain_source(), stream,
                                      {page({plain("s", "1")}), page({plain("s", "1"), bad})});
    ASSERT_THAT(rows.rejects, SizeIs(1));
    auto const& reject = rows.rejects[0];
    EXPECT_EQ(reject.reason_code, "not_a_number");
    EXPECT_EQ(reject.reason, "quantity is 'x', which is no number");
    EXPECT_EQ(reject.column, "quantity");
    EXPECT_EQ(reject.raw, bad);
    EXPECT_EQ(reject.amount_hint, Decimal(5));
    EXPECT_EQ(reject.currency_hint, "EUR");
    EXPECT_EQ(reject.charge_date, parse_date("2026-03-01"));
    EXPECT_EQ(reject.page, 1);
    EXPECT_EQ(reject.record_path, "/rows/1");
    EXPECT_EQ(rows.read, 3);
}

TEST(StarMapper, a_record_that_is_no_object_or_has_a_defect_is_rejected) {
    auto const rows =
        samples::mapped_plain(samples::plain_stream(),
                              {"7", "null", "[]", "\"text\"", plain("a\\u0000b", "3"), plain("\\uDC00", "3"),
                               plain("s", "3", R"(, "cost": 4)"), plain("fine", "1")});
    std::vector<std::string> reasons;
    for (auto const& reject : rows.rejects)
        reasons.push_back(reject.reason_code + ": " + reject.reason);
    EXPECT_THAT(reasons,
                ElementsAre("wrong_type: the record is no object", "wrong_type: the record is no object",
                            "wrong_type: the record is no object", "wrong_type: the record is no object",
                            "defect: a NUL character in the value of 'sku'",
                            "defect: a lone surrogate in the value of 'sku'",
                            "defect: the key 'cost' is given twice"));
    EXPECT_EQ(rows.rejects[4].amount_hint, Decimal(3));
    EXPECT_THAT(rows.lines, SizeIs(1));
    EXPECT_EQ(rows.read, 8);
}

TEST(StarMapper, a_reject_takes_up_no_member) {
    auto const rows = samples::mapped_plain(samples::plain_stream(), {plain("rejected", "\"x\"")});
    EXPECT_THAT(rows.members.skus, SizeIs(0));
    EXPECT_THAT(rows.members.charge_types, SizeIs(0));
}

TEST(StarMapper, equal_records_without_ids_are_lines_of_their_own) {
    auto const rows = samples::mapped_plain(samples::plain_stream(), {plain("s", "1"), plain("s", "1")});
    EXPECT_THAT(rows.lines, SizeIs(2));
    EXPECT_EQ(rows.duplicates, 0);
}

TEST(StarMapper, a_record_met_again_with_its_id_is_one_line_and_a_duplicate) {
    auto const stream = plain_with_id();
    auto const rows =
        samples::mapped(samples::plain_source(), stream,
                        {page({plain("a", "1"), plain("b", "2")}), page({plain("b", "2"), plain("c", "3")})});
    EXPECT_THAT(rows.lines, SizeIs(3));
    EXPECT_EQ(rows.duplicates, 1);
    EXPECT_EQ(rows.read, 4);
}

TEST(StarMapper, a_duplicate_document_counts_as_many_lines_as_it_had) {
    auto const rows =
        samples::mapped(samples::ocamba_source(), samples::ocamba_stream(),
                        {page({document(1, 5), document(2, 6)}, "items"), page({document(2, 6)}, "items")});
    EXPECT_THAT(rows.lines, SizeIs(4));
    EXPECT_THAT(rows.documents, SizeIs(2));
    EXPECT_EQ(rows.duplicates, 2);
    EXPECT_EQ(rows.read, 6);
}

TEST(StarMapper, the_same_id_with_other_content_means_that_the_data_moved) {
    StarMapper mapper(samples::plain_source(), plain_with_id(), "");
    map_page(mapper, plain_with_id(), 0, page({plain("a", "1")}));
    mapper.commit_page();
    map_page(mapper, plain_with_id(), 1, page({plain("a", "2")}));
    mapper.commit_page();
    try {
        mapper.finish();
        FAIL();
    } catch (Error const& error) {
        EXPECT_EQ(error.kind(), ErrorKind::data);
        EXPECT_STREQ(error.what(),
                     "record a came twice with different content: the vendor's data moved while it was read");
    }
    EXPECT_EQ(mapper.finish().read, 0);
}

TEST(StarMapper, a_record_without_its_id_is_rejected) {
    auto stream = samples::plain_stream();
    stream.records.id = {samples::dotted("id")};
    auto const rows =
        samples::mapped_plain(stream, {plain("a", "1"), plain("b", "1", R"(, "id": "None")"),
                                       plain("c", "1", R"(, "id": [])"), plain("d", "1", R"(, "id": 7)")});
    ASSERT_THAT(rows.rejects, SizeIs(3));
    EXPECT_EQ(rows.rejects[0].reason, "the record has no id at id");
    EXPECT_THAT(rows.lines, SizeIs(1));
    EXPECT_EQ(rows.lines[0].attributes, R"({"id":7})");
}

TEST(StarMapper, an_id_of_two_fields_is_both_together) {
    auto stream = samples::plain_stream();
    stream.records.id = {samples::dotted("sku"), samples::dotted("day")};
    auto const rows = samples::mapped_plain(
        stream, {plain("ab", "1", R"(, "day": "c")"), plain("a", "2", R"(, "day": "bc")"),
                 plain("ab", "3", R"(, "day": "d")"), plain("ab", "1", R"(, "day": "c")"), plain("x", "4")});
    EXPECT_THAT(rows.lines, SizeIs(3)) << "fields that run together alike are two ids";
    EXPECT_EQ(rows.duplicates, 1);
    ASSERT_THAT(rows.rejects, SizeIs(1));
    EXPECT_EQ(rows.rejects[0].reason, "the record has no id at day");
}

TEST(StarMapper, a_committed_page_outlives_a_discard_that_comes_after_it) {
    auto const stream = plain_with_id();
    StarMapper mapper(samples::plain_source(), stream, "");
    map_page(mapper, stream, 0, page({plain("a", "1"), plain("b", "2")}));
    mapper.commit_page();
    mapper.discard_page();
    map_page(mapper, stream, 1, page({plain("a", "1"), plain("c", "3")}));
    mapper.commit_page();
    auto const rows = mapper.finish();
    EXPECT_THAT(rows.lines, SizeIs(3));
    EXPECT_EQ(rows.duplicates, 1);
    EXPECT_EQ(rows.records, 4);
}

TEST(StarMapper, a_line_outside_the_requested_window_is_rejected_with_its_bytes) {
    auto const stream = plain_with_id();
    StarMapper mapper(samples::plain_source(), stream, "");
    mapper.expect_only(*parse_date("2040-01-01"), *parse_date("2040-01-02"));
    map_page(mapper, stream, 0, page({plain("a", "1")}));
    mapper.commit_page();
    auto const rows = mapper.finish();
    ASSERT_THAT(rows.rejects, SizeIs(1));
    EXPECT_EQ(rows.rejects[0].reason_code, "outside_window");
    EXPECT_EQ(rows.rejects[0].raw, plain("a", "1"));
    EXPECT_THAT(rows.lines, SizeIs(0));
}

TEST(StarMapper, a_discarded_page_leaves_no_trace) {
    auto const stream = plain_with_id();
    StarMapper mapper(samples::plain_source(), stream, "");
    map_page(mapper, stream, 0, page({plain("a", "1"), plain("x", "\"broken\"")}));
    mapper.commit_page();
    map_page(mapper, stream, 1,
             page({plain("a", "999"), plain("b", "1"), plain("y", "\"broken\""), plain("b", "1")}));
    mapper.discard_page();
    map_page(mapper, stream, 1, page({plain("b", "2"), plain("c", "3")}));
    mapper.commit_page();
    auto const rows = mapper.finish();
    EXPECT_THAT(rows.lines, SizeIs(3));
    EXPECT_THAT(rows.rejects, SizeIs(1));
    EXPECT_EQ(rows.read, 4);
    EXPECT_EQ(rows.duplicates, 0);
    EXPECT_THAT(rows.members.skus, SizeIs(3));
    EXPECT_EQ(samples::described(rows),
              samples::described(samples::mapped(samples::plain_source(), stream,
                                                 {page({plain("a", "1"), plain("x", "\"broken\"")}),
                                                  page({plain("b", "2"), plain("c", "3")})})));
}

TEST(StarMapper, starts_anew_after_a_series) {
    auto const stream = plain_with_id();
    StarMapper mapper(samples::plain_source(), stream, "");
    std::vector<std::string> first;
    for (int series = 0; series < 2; ++series) {
        map_page(mapper, stream, 0, page({plain("a", "1"), plain("b", "1")}));
        mapper.commit_page();
        auto const rows = mapper.finish();
        EXPECT_EQ(rows.read, 2);
        if (series == 0) first = samples::described(rows);
        EXPECT_EQ(samples::described(rows), first);
    }
}

TEST(StarMapper, does_not_hold_on_to_the_definitions_it_was_made_of) {
    auto stream = std::make_unique<StreamDefinition>(samples::plain_stream());
    auto source = std::make_unique<SourceDefinition>(samples::plain_source());
    StarMapper mapper(*source, *stream, "p");
    auto const records = stream->records;
    source.reset();
    stream.reset();
    mapper.begin_page(0);
    decode_json_page(page({plain("a", "1")}), records, {},
                     [&](RecordView const& record) { mapper.map(record); });
    mapper.commit_page();
    EXPECT_EQ(mapper.finish().lines.at(0).identity,
              IdentityKey::uuid_of("5:plain,1:1,10:2026-03-01,1:a,1:1"));
}

TEST(StarMapper, writes_record_paths_as_json_pointers) {
    auto stream = samples::plain_stream();
    stream.records.path = {{"a/b", "c~d"}};
    StarMapper mapper(samples::plain_source(), stream, "");
    map_page(mapper, stream, 0, R"({"a/b": {"c~d": [)" + plain("s", "1") + "]}}");
    mapper.commit_page();
    EXPECT_EQ(mapper.finish().lines.at(0).record_path, "/a~1b/c~0d/0");
}

} // namespace billhouse
