#include "e2e/scripted_run.hpp"
#include "support/data_files.hpp"

namespace billhouse {
namespace {

using ::testing::HasSubstr;

/// Rows of the list of scenarios that other tools' test suites taught us (tests/README.md): values, names,
/// changed schemas.
class Scenario49 : public ScriptedRun {};
class Scenario50 : public ScriptedRun {};
class Scenario56 : public ScriptedRun {};
class Scenario57 : public ScriptedRun {};
class Scenario59 : public ScriptedRun {};

// Our rule for a NUL character and for a key given twice: no fact is made of the record, its bytes are kept.
TEST_F(Scenario49, numbers_are_exact_and_records_that_json_leaves_open_are_put_aside) {
    job({with_limits("max_reject_share: 100%")});
    load_from(
        {page({row("big", "9223372036854775808"), row("fine", "1.000000000000000005"), row("tiny", "1e-999"),
               row("twice", "1", R"("cost":2)"), row(R"(n\u0000l)", "1"), row("last", "-0")})});
    EXPECT_EQ(rows("SELECT sku_code, billed_cost FROM mart.charge ORDER BY 1"),
              (Lines{"big | 9223372036854775808", "fine | 1.000000000000000005", "last | 0"}));
    EXPECT_EQ(open_rejects(), (Lines{"does_not_fit | list_cost | /rows/2", "defect | NULL | /rows/3",
                                     "defect | NULL | /rows/4"}));
    EXPECT_EQ(value("SELECT raw_record FROM etl.quarantine WHERE record_path = '/rows/3'"),
              row("twice", "1", R"("cost":2)"))
        << "the exact bytes are kept";
}

TEST_F(Scenario49, half_a_surrogate_pair_fails_the_page_with_its_place) {
    vendor_says({page({row(R"(half\ud800)", "1")})});
    auto const run = load();
    EXPECT_EQ(run.exit_code, 65) << run.err;
    EXPECT_THAT(run.err, HasSubstr("at byte "));
    EXPECT_THAT(run.err, HasSubstr("surrogate pair"));
    EXPECT_EQ(value("SELECT count(*) FROM wh.fact_charge"), "0");
}

/// The list's own text, each string under `value` with its escapes, as rows of the day.
std::string naughty_page(std::string list) {
    for (std::size_t at = 0; (at = list.find("{\"id\":", at)) != std::string::npos; at += 20)
        list.insert(at + 1, R"("day":"2026-03-01","cost":1,)");
    return R"({"rows":)" + list + "}";
}

std::string hex(std::string const& text) {
    std::string out;
    for (unsigned char const c : text)
        out += {"0123456789abcdef"[c / 16], "0123456789abcdef"[c % 16]};
    return out;
}

TEST_F(Scenario50, the_big_list_of_naughty_strings_is_stored_byte_for_byte) {
    auto const path = corpus_path("blns_rows.json");
    if (!std::filesystem::exists(path)) GTEST_SKIP() << "no corpus blns_rows.json";
    auto const list = file_text(path);
    Lines expected;
    for (auto const& each : parse_json(list).elements)
        expected.push_back(each["id"].text + " | " + hex(each["value"].text));
    ASSERT_EQ(expected.size(), 515U);

    job({{"sku_code: {from: sku, required: true}", "sku_code: id"}, {"sku_name: name", "sku_name: value"}});
    load_from({naughty_page(list)});
    EXPECT_EQ(rows("SELECT sku_code, encode(convert_to(sku_name_reported, 'UTF8'), 'hex') FROM mart.charge "
                   "ORDER BY sku_code::integer"),
              expected)
        << "as a mapped text";

    job({{"sku_code: {from: sku, required: true}", "sku_code: id"}});
    load_from({naughty_page(list)});
    EXPECT_EQ(rows("SELECT sku_code, encode(convert_to(attributes ->> 'value', 'UTF8'), 'hex') FROM "
                   "mart.charge ORDER BY sku_code::integer"),
              expected)
        << "as a field that no column uses";
}

TEST_F(Scenario56, fields_that_appear_in_the_second_run_are_kept_and_old_rows_stay_without_them) {
    load_from({page({row("a", "1")})});
    vendor_says({page({R"({"day":"2026-03-02","sku":"a","cost":2,"region":"eu","tags":{"team":"x"}})"})});
    auto const run = billhouse({"run", "acme", "--until", "2026-03-03"});
    EXPECT_EQ(run.exit_code, 0) << run.err;
    EXPECT_EQ(rows("SELECT charge_date, attributes ->> 'region', attributes #>> '{tags,team}' FROM "
                   "mart.charge ORDER BY 1"),
              (Lines{"2026-03-01 | NULL | NULL", "2026-03-02 | eu | x"}));
}

TEST_F(Scenario56, a_column_mapped_later_is_null_in_old_rows_and_filled_where_a_day_is_read_again) {
    load_from({page({row("a", "1", R"("amount":3)")})});
    job({{"sku_name: name", "sku_name: name\n        quantity: amount"}});
    EXPECT_EQ(value("SELECT quantity FROM wh.fact_charge"), "NULL");
    load_from({page({row("a", "1", R"("amount":3)")})});
    EXPECT_EQ(value("SELECT quantity FROM wh.fact_charge"), "3");
    EXPECT_EQ(value("SELECT sum(d_billed_cost) FROM wh.fact_charge_change"), "0") << "no money moved";
}

TEST_F(Scenario57, a_number_that_becomes_text_is_a_fault_of_its_row_with_value_and_field) {
    load_from({page({row("a", "1"), row("b", "2"), row("c", "3")})});
    load_from({page({row("a", "1"), row("b", "\"n/a\""), row("c", "4")})});
    EXPECT_EQ(rows("SELECT sku_code, billed_cost FROM mart.charge WHERE sku_code <> 'b' ORDER BY 1"),
              (Lines{"a | 1", "c | 4"}));
    EXPECT_EQ(rows("SELECT reason_code, field, reason FROM etl.quarantine"),
              Lines{"not_a_number | list_cost | list_cost is 'n/a', which is no number"});
    EXPECT_EQ(rows("SELECT op, d_billed_cost FROM wh.fact_charge_change WHERE op = 'vanish'"),
              Lines{"vanish | -2"})
        << "what the row was worth is told, for it is no longer in the star";
}

TEST_F(Scenario57, a_text_that_becomes_a_number_is_its_digits) {
    load_from({page({row("1", "1")})});
    load_from({page({R"({"day":"2026-03-01","sku":1,"cost":"1.0"})"})});
    EXPECT_EQ(star(), Lines{"1 | 1 | 1 | 1"}) << "the same line, unchanged";
    EXPECT_EQ(journal(), Lines{});
}

// The star's columns are ours and never vary; what varies are the vendor's names, mapped or not.
TEST_F(Scenario59, reserved_words_signs_blanks_and_long_names_of_vendor_fields_can_be_mapped_and_are_kept) {
    std::string const long_name(100, 'x');
    job({{"sku_name: name",
          "sku_name: \"Weird-Name\"\n        sub_account_type: {constant: Order}\n        sub_account_id: "
          "order\n"
          "        sub_account_name: \"user name\"\n        meter_name: 'a\\.b'\n        quantity: " +
              long_name}});
    load_from({page({row("a", "1",
                         R"("order":"select","Weird-Name":"W","user name":"U","a.b":"dotted",")" + long_name +
                             R"(":3,"Camel\"Case":4,"group":{"by":5},"Größe; DROP TABLE x":6)")})});
    EXPECT_EQ(rows("SELECT sub_account_id, sku_name, sub_account_name, quantity FROM mart.charge"),
              Lines{"select | W | U | 3"});
    EXPECT_EQ(value("SELECT meter_name FROM wh.dim_sku WHERE sku_key > 0"), "dotted");
    EXPECT_EQ(value("SELECT attributes::text FROM wh.fact_charge"),
              R"({"group": {"by": 5}, "Camel\"Case": 4, "Größe; DROP TABLE x": 6})");
}

TEST_F(Scenario59, a_column_that_the_star_does_not_have_is_refused_before_any_request) {
    for (auto const* name : {"order", "\"Weird-Name\"", "sku_kode"}) {
        job({{"sku_name: name", std::string(name) + ": name"}});
        vendor_says({});
        auto const run = load();
        EXPECT_EQ(run.exit_code, 78) << run.err;
        EXPECT_THAT(run.err, HasSubstr("unknown key"));
        EXPECT_EQ(requests(), 0U);
    }
}

} // namespace
} // namespace billhouse
