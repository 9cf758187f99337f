#include "e2e/scripted_run.hpp"

namespace billhouse {
namespace {

using ::testing::HasSubstr;

/// Rows of the list of scenarios that other tools' test suites taught us (tests/README.md): keys, duplicates,
/// second runs.
class Scenario32 : public ScriptedRun {};
class Scenario52 : public ScriptedRun {};
class Scenario53 : public ScriptedRun {};
class Scenario54 : public ScriptedRun {};
class Scenario55 : public ScriptedRun {};
class Scenario58 : public ScriptedRun {};
class Scenario61 : public ScriptedRun {};
class Scenario62 : public ScriptedRun {};

TEST_F(Scenario32, a_second_run_with_nothing_new_writes_no_row_and_ends_well) {
    auto const answer = page({row("a", "1"), row("b", "2")});
    load_from({answer});
    auto const before = line_versions();
    load_from({answer});
    EXPECT_EQ(line_versions(), before);
    EXPECT_EQ(value("SELECT verify_count || ' ' || restate_count FROM etl.slice"), "2 0");

    vendor_says({});
    auto const nightly = billhouse({"run", "acme", "--until", "2026-03-02"});
    EXPECT_EQ(nightly.exit_code, 0) << nightly.err;
    EXPECT_EQ(requests(), 0U) << "without a lookback a complete day is not asked for again";
}

// Others keep the last of rows with one key; in a bill each is money, so our rule is: rows of equal identity
// are numbered and all of them count.
TEST_F(Scenario52, rows_of_one_key_on_one_page_are_all_kept_and_numbered) {
    load_from({page({row("a", "100"), row("a", "20"), row("b", "20"), row("a", "20")})});
    EXPECT_EQ(value("SELECT sum(billed_cost) FROM wh.fact_charge"), "160");
    EXPECT_EQ(rows("SELECT sku_code, line_no FROM mart.charge ORDER BY 1, 2"),
              (Lines{"a | 1", "a | 2", "a | 3", "b | 1"}));
}

TEST_F(Scenario52, the_order_of_rows_of_one_key_does_not_matter) {
    load_from({page({row("a", "100"), row("a", "20"), row("a", "20")})});
    auto const before = line_versions();
    load_from({page({row("a", "20"), row("a", "100"), row("a", "20")})});
    EXPECT_EQ(line_versions(), before);
}

TEST_F(Scenario52, the_same_record_on_two_pages_is_counted_once_where_the_job_names_its_id) {
    job({paged(), with_id()});
    auto const twice = row("b", "2", R"("id":2)");
    load_from(
        {page({row("a", "1", R"("id":1)"), twice}), page({twice, row("c", "3", R"("id":3)")}), page({})});
    EXPECT_EQ(star(), (Lines{"a | 1 | 1 | 1", "b | 1 | 2 | 1", "c | 1 | 3 | 1"}));
    EXPECT_EQ(rows("SELECT read_rows, loaded_rows, duplicate_rows FROM etl.slice"), Lines{"4 | 3 | 1"});
}

TEST_F(Scenario52, one_id_with_two_contents_on_two_pages_is_read_again_and_then_fails) {
    job({paged(), with_id()});
    std::vector<std::string> const read{page({row("a", "100", R"("id":1)")}),
                                        page({row("a", "20", R"("id":1)")}), page({})};
    vendor_says({read[0], read[1], read[2], read[0], read[1], read[2]});
    auto const run = load();
    EXPECT_EQ(run.exit_code, 65) << run.err;
    EXPECT_THAT(run.err, HasSubstr("record 1 came twice with different content"));
    EXPECT_EQ(requests(), 6U);
    EXPECT_EQ(value("SELECT count(*) FROM wh.fact_charge"), "0");
}

TEST_F(Scenario52, across_runs_the_latest_read_wins_and_the_earlier_one_stays_readable) {
    load_from({page({row("a", "100")})});
    auto const then = value("SELECT clock_timestamp()::text");
    load_from({page({row("a", "20")})});
    EXPECT_EQ(star(), Lines{"a | 1 | 20 | 2"});
    EXPECT_EQ(journal(), Lines{"restate | 1 | -80"});
    EXPECT_EQ(value("SELECT billed_cost FROM mart.charge_as_of('" + then + "', '2026-03-01', '2026-03-02')"),
              "100");
}

TEST_F(Scenario53, a_row_without_its_required_key_field_is_put_aside_and_the_others_load) {
    load_from({page({row("a", "1"), R"({"day":"2026-03-01","cost":2})"})});
    EXPECT_EQ(star(), Lines{"a | 1 | 1 | 1"});
    EXPECT_EQ(open_rejects(), Lines{"required_missing | sku_code | /rows/1"});
}

TEST_F(Scenario53, a_row_without_an_optional_key_field_belongs_to_the_unknown_member_never_to_a_null_key) {
    job({{"sku_code: {from: sku, required: true}", "sku_code: sku"}});
    load_from({page(
        {row("a", "1"), R"({"day":"2026-03-01","cost":2})", R"({"day":"2026-03-01","sku":null,"cost":3})"})});
    EXPECT_EQ(rows("SELECT sku_key, sum(billed_cost), count(DISTINCT charge_key) FROM wh.fact_charge WHERE "
                   "sku_key < 0 GROUP BY 1"),
              Lines{"-1 | 5 | 2"});
    EXPECT_EQ(value("SELECT count(*) FROM wh.fact_charge WHERE charge_key IS NULL OR sku_key IS NULL"), "0");
}

TEST_F(Scenario53, a_row_without_its_day_is_put_aside) {
    load_from({page({row("a", "1"), R"({"sku":"b","cost":2})"})});
    EXPECT_EQ(open_rejects(), Lines{"required_missing | charge_date | /rows/1"});
}

TEST_F(Scenario54, a_job_without_a_key_is_refused_before_any_request) {
    for (auto const& [identity, problem] : std::map<std::string, std::string>{
             {"", "missing key 'identity'"},
             {"      identity: {columns: []}\n", "identity.columns"},
             {"      identity: {columns: [sku_code, currency_code]}\n", "'charge_date' is missing"}}) {
        job({{"      identity: {columns: [charge_date, sku_code, currency_code]}\n", identity}});
        vendor_says({});
        auto const run = load();
        EXPECT_EQ(run.exit_code, 78) << run.err;
        EXPECT_THAT(run.err, HasSubstr(problem));
        EXPECT_EQ(requests(), 0U);
    }
}

TEST_F(Scenario54, a_key_that_cannot_tell_rows_apart_does_not_double_them_when_read_again) {
    job({{"[charge_date, sku_code, currency_code]", "[charge_date, currency_code]"}});
    auto const answer = page({row("a", "1"), row("b", "2"), row("b", "2")});
    load_from({answer});
    auto const before = line_versions();
    load_from({answer});
    EXPECT_EQ(line_versions(), before);
    EXPECT_EQ(value("SELECT count(*) FROM wh.fact_charge"), "3");
}

TEST_F(Scenario55, another_version_of_the_key_is_refused_with_advice) {
    load_from({page({row("a", "1")})});
    auto const before = line_versions();
    job({{"identity: {columns: [charge_date, sku_code, currency_code]}",
          "identity: {version: 2, columns: [charge_date, sku_code, sku_name, currency_code]}"}});
    vendor_says({page({row("a", "1")})});
    auto const run = load();
    EXPECT_EQ(run.exit_code, 78) << run.err;
    EXPECT_THAT(run.err,
                HasSubstr("stream acme.usage has lines of identity version 1, but the job now says 2"));
    EXPECT_THAT(run.err, HasSubstr("set it back, or rebuild the stream from its stored pages: billhouse "
                                   "replay JOB --rebuild REASON"));
    EXPECT_EQ(requests(), 0U);
    EXPECT_EQ(line_versions(), before);
}

TEST_F(Scenario55, other_key_columns_without_another_version_are_refused_with_advice) {
    load_from({page({row("a", "1"), row("b", "2")})});
    auto const before = line_versions();
    job({{"[charge_date, sku_code, currency_code]", "[charge_date, sku_code, sku_name, currency_code]"}});
    vendor_says({page({row("a", "1"), row("b", "2")})});
    auto const run = load();
    EXPECT_EQ(run.exit_code, 78) << run.err;
    EXPECT_THAT(run.err,
                HasSubstr("lines identified by charge_date,sku_code,currency_code by content, but the job "
                          "now says charge_date,sku_code,sku_name,currency_code by content"));
    EXPECT_EQ(requests(), 0U);
    EXPECT_EQ(line_versions(), before);
}

TEST_F(Scenario58, numbers_beyond_what_a_binary_float_holds_are_exact_as_keys_and_as_amounts) {
    load_from(
        {page({row("x", "99999999999999999"), R"({"day":"2026-03-01","sku":99999999999999999,"cost":1})",
               R"({"day":"2026-03-01","sku":99999999999999998,"cost":0.10000000000000000001})"})});
    EXPECT_EQ(rows("SELECT sku_code, billed_cost FROM mart.charge ORDER BY 1"),
              (Lines{"99999999999999998 | 0.10000000000000000001", "99999999999999999 | 1",
                     "x | 99999999999999999"}));
}

class Scenario60 : public ScriptedRun {
protected:
    static std::vector<std::string> hundred(int raised, int from = 0) {
        std::vector<std::string> all;
        for (int i = from; i < 100; ++i)
            all.push_back(row("s" + std::to_string(i), i % 10 == raised ? "7.5" : "1." + std::to_string(i)));
        return all;
    }
    /// In pages of 20, the last of them empty.
    static std::vector<std::string> in_pages(std::vector<std::string> const& all) {
        std::vector<std::string> pages;
        for (auto at = all.begin(); at != all.end();) {
            auto const end = at + std::min<std::ptrdiff_t>(20, all.end() - at);
            pages.push_back(page({at, end}));
            at = end;
        }
        pages.push_back(page({}));
        return pages;
    }
};

TEST_F(Scenario60, five_pages_give_what_one_gives_at_first_and_with_changes) {
    job({paged()});
    load_from(in_pages(hundred(-1)));
    auto const first = line_versions();
    job({});
    load_from({page(hundred(-1))});
    EXPECT_EQ(line_versions(), first) << "one page holds nothing new";
    EXPECT_EQ(value("SELECT count(*) FROM wh.fact_charge"), "100");

    job({paged()});
    load_from(in_pages(hundred(3, 5)));
    EXPECT_EQ(rows("SELECT op, count(*) FROM wh.fact_charge_change GROUP BY 1 ORDER BY 1"),
              (Lines{"restate | 9", "vanish | 5"}));
    auto const changed = line_versions();
    job({});
    load_from({page(hundred(3, 5))});
    EXPECT_EQ(line_versions(), changed);
}

TEST_F(Scenario61, a_run_killed_between_two_pages_leaves_no_trace_and_the_next_one_loads_all) {
    job({paged()});
    follow({{reply(page({row("a", "1"), row("b", "2")}))}, {{"", ScriptedReply::Then::hang}}});
    ChildProcess killed(command(kLoad));
    while (requests() < 2)
        ASSERT_TRUE(killed.running()) << killed.err();
    killed.signal(9);
    killed.wait();
    EXPECT_EQ(value("SELECT count(*) FROM wh.fact_charge"), "0");
    EXPECT_EQ(value("SELECT count(*) FROM etl.watermark WHERE complete_through > '2026-03-01'"), "0")
        << "the watermark is never ahead of the rows";

    load_from({page({row("a", "1"), row("b", "2")}), page({row("c", "3")}), page({})});
    EXPECT_EQ(star(), (Lines{"a | 1 | 1 | 1", "b | 1 | 2 | 1", "c | 1 | 3 | 1"}));
    EXPECT_EQ(value("SELECT complete_through FROM etl.watermark"), "2026-03-02");
    EXPECT_EQ(journal(), Lines{}) << "a first load, not a late one";
}

// Our rule: a line that a complete read no longer shows leaves the star and stays in the journal; more than
// load.max_vanish of them wait for a person.
TEST_F(Scenario62, a_restated_day_with_fewer_rows_loses_the_others_and_tells_what_they_were_worth) {
    load_from({page({row("a", "1"), row("b", "2"), row("c", "4")})});
    auto const then = value("SELECT clock_timestamp()::text");
    load_from({page({row("a", "1"), row("c", "4")})});
    EXPECT_EQ(star(), (Lines{"a | 1 | 1 | 1", "c | 1 | 4 | 1"}));
    EXPECT_EQ(journal(), Lines{"vanish | 1 | -2"});
    EXPECT_EQ(
        value("SELECT sum(billed_cost) FROM mart.charge_as_of('" + then + "', '2026-03-01', '2026-03-02')"),
        "7");
}

TEST_F(Scenario62, a_restated_day_with_hardly_any_rows_left_is_held) {
    load_from({page({row("a", "1"), row("b", "2"), row("c", "4")})});
    auto const before = line_versions();
    vendor_says({page({row("a", "1")})});
    auto const run = load();
    EXPECT_EQ(run.exit_code, 65) << run.err;
    EXPECT_THAT(run.err, HasSubstr("2 of 3 lines would vanish"));
    EXPECT_EQ(line_versions(), before);
}

} // namespace
} // namespace billhouse
