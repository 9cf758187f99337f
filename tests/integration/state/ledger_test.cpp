#include "state/ledger.hpp"

#include "state_test.hpp"

namespace billhouse {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

class LedgerTest : public StateTest {
protected:
    Ledger ledger() { return Ledger(*session_, stream_.stream_id, ""); }
    std::string slice(std::string const& columns, std::string const& from = "2026-03-01") {
        return db_.value("SELECT (" + columns + ")::text FROM etl.slice WHERE slice_start = '" + from + "'");
    }
};

TEST_F(LedgerTest, a_closed_slice_tells_what_the_star_holds) {
    add_line("2026-03-01", 1, "10.10");
    add_line("2026-03-01", 2, "0.000001");
    auto read = closing("2026-03-01", "2026-03-02", 2);
    read.read = 5, read.duplicates = 3;
    ledger().close(read);
    EXPECT_EQ(slice("status, generation, read_rows, loaded_rows, duplicate_rows, quarantined_rows"),
              "(complete,1,5,2,3,0)");
    EXPECT_EQ(slice("billed_total"), "{\"CNY\": 10.100001}");
    EXPECT_EQ(slice("end_proof, attempt, verify_count, restate_count"),
              "(\"one page\",00000000-0000-4000-8000-000000000001,1,0)");
    auto const entry = ledger().entry(day("2026-03-01"));
    ASSERT_TRUE(entry);
    EXPECT_EQ(entry->status, "complete");
    EXPECT_EQ(entry->content_hash, std::string(64, 'a'));
    EXPECT_TRUE(entry->was_complete);
    EXPECT_FALSE(entry->held);
}

TEST_F(LedgerTest, a_slice_without_rows_is_empty_and_not_missing) {
    close("2026-03-01", "2026-03-02");
    EXPECT_EQ(slice("status, billed_total"), "(empty,{})");
    EXPECT_FALSE(ledger().entry(day("2026-03-02")));
}

TEST_F(LedgerTest, a_read_of_rejects_only_is_not_empty) {
    db_.execute("INSERT INTO etl.quarantine (stream_id, slice_start, slice_end, run_id, page_id, "
                "record_path, record_sha256, reason_code, reason, raw_record) "
                "VALUES (1, '2026-03-01', '2026-03-02', 1, 1, '', '', 'defect', '', '')");
    auto read = closing("2026-03-01", "2026-03-02");
    read.read = read.quarantined = 1;
    ledger().close(read);
    EXPECT_EQ(slice("status"), "complete");
}

TEST_F(LedgerTest, an_unchanged_read_touches_one_row_and_keeps_the_totals) {
    add_line("2026-03-01", 1, "10");
    close("2026-03-01", "2026-03-02", 1);
    auto const changed_at = slice("last_changed_at");
    auto read = closing("2026-03-01", "2026-03-02", 1);
    read.change = {}, read.change.unchanged = 1;
    read.attempt = "00000000-0000-4000-8000-000000000002";
    db_.execute("ALTER TABLE wh.fact_charge RENAME TO out_of_sight"); // the star is not even looked at
    ledger().close(read);
    db_.execute("ALTER TABLE wh.out_of_sight RENAME TO fact_charge");
    EXPECT_EQ(slice("generation, verify_count, restate_count, billed_total"),
              "(2,2,0,\"{\"\"CNY\"\": 10}\")");
    EXPECT_EQ(slice("last_changed_at"), changed_at);
    EXPECT_EQ(slice("attempt"), "00000000-0000-4000-8000-000000000002");
}

TEST_F(LedgerTest, a_changed_read_sums_anew_and_counts_as_restatement) {
    add_line("2026-03-01", 1, "10");
    close("2026-03-01", "2026-03-02", 1);
    add_line("2026-03-01", 2, "5");
    close("2026-03-01", "2026-03-02", 2);
    EXPECT_EQ(slice("generation, loaded_rows, restate_count, billed_total"), "(2,2,1,\"{\"\"CNY\"\": 15}\")");
}

TEST_F(LedgerTest, a_read_at_an_older_generation_may_not_close) {
    auto const first = closing("2026-03-01", "2026-03-02"), second = closing("2026-03-01", "2026-03-02");
    ledger().close(first);
    auto const error = error_of([&] { ledger().close(second); });
    EXPECT_EQ(error.kind(), ErrorKind::try_later);
    EXPECT_STREQ(error.what(),
                 "slice 2026-03-01..2026-03-02 was closed by another run since this one began to read it");
    auto third = closing("2026-03-01", "2026-03-02"), fourth = third;
    ledger().close(third);
    EXPECT_EQ(error_of([&] { ledger().close(fourth); }).kind(), ErrorKind::try_later);
    EXPECT_EQ(slice("generation"), "2");
}

TEST_F(LedgerTest, a_mark_makes_a_read_stale_too) {
    close("2026-03-01", "2026-03-02");
    auto const read = closing("2026-03-01", "2026-03-02");
    ledger().mark_failed(day("2026-03-01"), day("2026-03-02"), run_id_, "no answer");
    EXPECT_EQ(error_of([&] { ledger().close(read); }).kind(), ErrorKind::try_later);
}

TEST_F(LedgerTest, a_count_that_the_star_does_not_hold_is_a_bug) {
    add_line("2026-03-01", 1, "10");
    session_->begin();
    auto const error = error_of([&] { ledger().close(closing("2026-03-01", "2026-03-02", 2)); });
    session_->rollback();
    EXPECT_EQ(error.kind(), ErrorKind::bug);
    EXPECT_STREQ(error.what(), "slice 2026-03-01..2026-03-02: 2 lines were loaded, but the star holds 1");
    db_.execute("DELETE FROM wh.fact_charge");
}

TEST_F(LedgerTest, a_read_that_does_not_add_up_is_a_bug) {
    auto read = closing("2026-03-01", "2026-03-02");
    read.read = 3, read.duplicates = 1, read.quarantined = 1;
    auto const error = error_of([&] { ledger().close(read); });
    EXPECT_EQ(error.kind(), ErrorKind::bug);
    EXPECT_THAT(error.what(), HasSubstr("read 3 is not loaded 0 + duplicate 1 + quarantined 1"));
}

TEST_F(LedgerTest, a_held_mark_of_a_read_at_an_older_generation_is_refused) {
    auto read = closing("2026-03-01", "2026-03-02");
    close("2026-03-01", "2026-03-02");
    auto const error = error_of([&] { ledger().mark_held(read); });
    EXPECT_EQ(error.kind(), ErrorKind::try_later);
    EXPECT_THAT(error.what(), HasSubstr("was closed by another run since this one began to read it"));
    EXPECT_EQ(slice("held_run_id IS NULL"), "true");
}

TEST_F(LedgerTest, failing_and_holding_leave_the_description_of_the_data) {
    add_line("2026-03-01", 1, "10");
    close("2026-03-01", "2026-03-02", 1);
    ledger().mark_failed(day("2026-03-01"), day("2026-03-02"), run_id_, "no answer");
    EXPECT_EQ(slice("status, loaded_rows, failed_run_id IS NOT NULL, problem"),
              "(complete,1,t,\"no answer\")");
    auto read = closing("2026-03-01", "2026-03-02");
    read.change.vanished = 1, read.change.before = 1;
    ledger().mark_held(read);
    EXPECT_EQ(slice("status, loaded_rows, held_run_id IS NOT NULL, failed_run_id, problem"),
              "(complete,1,t,,\"1 of 1 lines would vanish\")");
    EXPECT_TRUE(ledger().entry(day("2026-03-01"))->held);
    ledger().mark_failed(day("2026-03-01"), day("2026-03-02"), run_id_, "no answer");
    EXPECT_EQ(slice("problem"), "1 of 1 lines would vanish") << "a person still has to look at it";
    close("2026-03-01", "2026-03-02", 1);
    EXPECT_EQ(slice("held_run_id, failed_run_id, problem"), "(,,)");
}

TEST_F(LedgerTest, a_slice_that_never_was_complete_is_failed_or_held) {
    ledger().mark_failed(day("2026-03-01"), day("2026-03-02"), run_id_, "no answer");
    EXPECT_EQ(ledger().entry(day("2026-03-01"))->status, "failed");
    EXPECT_FALSE(ledger().entry(day("2026-03-01"))->was_complete);
    ledger().mark_held(closing("2026-03-01", "2026-03-02"));
    EXPECT_EQ(ledger().entry(day("2026-03-01"))->status, "held");
}

TEST_F(LedgerTest, an_attempt_is_found_only_where_it_closed) {
    auto attempt = closing("2026-03-01", "2026-03-02");
    EXPECT_FALSE(ledger().has_attempt(attempt));
    session_->begin();
    close("2026-03-01", "2026-03-02");
    session_->rollback();
    EXPECT_FALSE(ledger().has_attempt(attempt));
    close("2026-03-01", "2026-03-02");
    EXPECT_TRUE(ledger().has_attempt(attempt));
    attempt.attempt = "00000000-0000-4000-8000-000000000009";
    EXPECT_FALSE(ledger().has_attempt(attempt));
}

TEST_F(LedgerTest, an_attempt_that_was_held_is_found_by_its_run_and_generation) {
    add_line("2026-03-01", 1, "10");
    close("2026-03-01", "2026-03-02", 1);
    auto attempt = closing("2026-03-01", "2026-03-02");
    attempt.attempt = "00000000-0000-4000-8000-000000000009";
    attempt.change.vanished = 1, attempt.change.before = 1;
    EXPECT_FALSE(ledger().has_attempt(attempt));
    ledger().mark_held(attempt);
    EXPECT_TRUE(ledger().has_attempt(attempt));
    auto other_run = attempt;
    ++other_run.run_id;
    EXPECT_FALSE(ledger().has_attempt(other_run));
    auto earlier = attempt;
    --earlier.read_generation;
    EXPECT_FALSE(ledger().has_attempt(earlier));
}

TEST_F(LedgerTest, entries_are_those_that_touch_the_range) {
    close("2026-03-01", "2026-03-03");
    close("2026-03-03", "2026-03-04");
    close("2026-03-05", "2026-03-06");
    EXPECT_THAT(ledger().entries(day("2026-03-02"), day("2026-03-05")), SizeIs(2));
    EXPECT_THAT(ledger().entries(day("2026-03-04"), day("2026-03-05")), SizeIs(0));
}

TEST_F(LedgerTest, the_rejects_of_a_covered_slice_are_closed_with_it) {
    close("2026-03-01", "2026-03-02");
    auto read = closing("2026-03-02", "2026-03-03");
    read.read = read.quarantined = 1;
    ledger().close(read);
    db_.execute(
        "INSERT INTO etl.quarantine (stream_id, slice_start, slice_end, run_id, page_id, record_path, "
        "record_sha256, reason_code, reason, raw_record) "
        "VALUES (1, '2026-03-02', '2026-03-03', 1, 1, '', '', 'defect', '', '')");
    close("2026-03-01", "2026-04-01");
    EXPECT_EQ(db_.value("SELECT (status, resolved_by)::text FROM etl.quarantine"), "(replayed,\"run 1\")");
}

TEST_F(LedgerTest, a_longer_slice_takes_the_place_of_those_it_covers) {
    add_line("2026-03-01", 1, "10");
    add_line("2026-03-02", 2, "5");
    close("2026-03-01", "2026-03-02", 1);
    close("2026-03-02", "2026-03-03", 1);
    close("2026-03-01", "2026-04-01", 2);
    EXPECT_THAT(ledger().entries(day("2026-03-01"), day("2026-04-01")), SizeIs(1));
    EXPECT_EQ(slice("loaded_rows, billed_total"), "(2,\"{\"\"CNY\"\": 15}\")");
}

TEST_F(LedgerTest, a_slice_that_overlaps_another_in_part_is_refused) {
    close("2026-03-01", "2026-03-08");
    auto const error = error_of([&] { close("2026-03-05", "2026-03-12"); });
    EXPECT_EQ(error.kind(), ErrorKind::config);
    EXPECT_THAT(
        error.what(),
        HasSubstr("slice 2026-03-05..2026-03-12 overlaps slice 2026-03-01..2026-03-08 of the ledger"));
    EXPECT_EQ(error_of([&] { close("2026-03-02", "2026-03-03"); }).kind(), ErrorKind::config);
}

} // namespace
} // namespace billhouse
