#include "state/watermark.hpp"

#include "state_test.hpp"

namespace billhouse {
namespace {

using testing::HasSubstr;

class WatermarkTest : public StateTest {
protected:
    std::string advance(std::string_view today = "2026-04-20") {
        Watermark watermark(*session_, stream_.stream_id, "");
        session_->begin();
        auto const moved = watermark.advance(watermark.lock(), day(today), run_id_);
        session_->commit();
        return text_of(moved);
    }
    std::string stored() { return text_of(Watermark(*session_, stream_.stream_id, "").read()); }
};

TEST_F(WatermarkTest, is_none_before_the_first_slice) {
    EXPECT_EQ(stored(), "none");
    EXPECT_EQ(advance(), "none");
    EXPECT_EQ(stored(), "none");
}

TEST_F(WatermarkTest, moves_to_the_end_of_the_unbroken_run) {
    close("2026-03-01", "2026-03-02");
    EXPECT_EQ(advance(), "2026-03-02");
    close("2026-03-02", "2026-03-03");
    close("2026-03-03", "2026-03-04");
    EXPECT_EQ(advance(), "2026-03-04");
    EXPECT_EQ(stored(), "2026-03-04");
}

TEST_F(WatermarkTest, stops_at_a_hole_however_much_is_loaded_behind_it) {
    for (auto const* from : {"2026-03-01", "2026-03-03", "2026-03-04", "2026-03-06"}) {
        close(from, to_string(day(from) + std::chrono::days(1)));
        advance();
    }
    EXPECT_EQ(stored(), "2026-03-02");
    close("2026-03-02", "2026-03-03");
    EXPECT_EQ(advance(), "2026-03-05");
    close("2026-03-05", "2026-03-06");
    EXPECT_EQ(advance(), "2026-03-07");
}

TEST_F(WatermarkTest, a_backfill_in_the_middle_does_not_hide_what_lies_before_it) {
    close("2026-03-10", "2026-03-11");
    EXPECT_EQ(advance(), "none");
}

TEST_F(WatermarkTest, a_failed_or_held_slice_that_was_never_complete_is_a_hole) {
    Ledger(*session_, stream_.stream_id, "")
        .mark_failed(day("2026-03-01"), day("2026-03-02"), run_id_, "no answer");
    close("2026-03-02", "2026-03-03");
    EXPECT_EQ(advance(), "none");
}

TEST_F(WatermarkTest, a_failed_second_read_takes_nothing_back) {
    close("2026-03-01", "2026-03-02");
    advance();
    Ledger(*session_, stream_.stream_id, "")
        .mark_failed(day("2026-03-01"), day("2026-03-02"), run_id_, "no answer");
    close("2026-03-02", "2026-03-03");
    EXPECT_EQ(advance(), "2026-03-03");
}

TEST_F(WatermarkTest, an_open_month_is_complete_but_not_passed) {
    close("2026-03-01", "2026-04-01");
    close("2026-04-01", "2026-05-01");
    EXPECT_EQ(advance("2026-04-20"), "2026-04-01");
    EXPECT_EQ(advance("2026-04-30"), "none");
    EXPECT_EQ(advance("2026-05-01"), "2026-05-01");
}

TEST_F(WatermarkTest, never_goes_back) {
    close("2026-03-01", "2026-03-05");
    advance();
    db_.execute("DELETE FROM etl.slice");
    EXPECT_EQ(advance(), "none");
    EXPECT_EQ(stored(), "2026-03-05");
    db_.execute(
        "UPDATE etl.watermark SET complete_through = NULL"); // what the invariants would rightly refuse
}

TEST_F(WatermarkTest, that_moved_since_it_was_seen_is_left_alone) {
    close("2026-03-01", "2026-03-02");
    close("2026-03-02", "2026-03-03");
    advance();
    Watermark watermark(*session_, stream_.stream_id, "");
    auto const error = error_of([&] { watermark.advance(day("2026-03-02"), day("2026-04-20"), run_id_); });
    EXPECT_EQ(error.kind(), ErrorKind::try_later);
    EXPECT_STREQ(error.what(), "the watermark was moved by another load since this one locked it");
    EXPECT_EQ(stored(), "2026-03-03");
}

TEST_F(WatermarkTest, that_is_no_day_is_a_bug) {
    advance();
    db_.execute("UPDATE etl.watermark SET complete_through = 'infinity'");
    auto const no_day = error_of([&] { stored(); });
    EXPECT_EQ(no_day.kind(), ErrorKind::bug);
    EXPECT_STREQ(no_day.what(), "the database returned \"infinity\" where a date was expected");
    db_.execute("UPDATE etl.watermark SET complete_through = NULL");
}

TEST_F(WatermarkTest, scopes_of_a_stream_are_apart) {
    close("2026-03-01", "2026-03-02");
    Watermark other(*session_, stream_.stream_id, "1001");
    session_->begin();
    EXPECT_EQ(text_of(other.advance(other.lock(), day("2026-04-20"), run_id_)), "none");
    session_->commit();
    EXPECT_EQ(advance(), "2026-03-02");
    EXPECT_EQ(text_of(other.read()), "none");
}

TEST_F(WatermarkTest, a_lock_that_is_held_is_told_with_its_holder) {
    advance(); // makes the row
    auto const holder = connect("billhouse backfill guance");
    holder->begin();
    Watermark(*holder, stream_.stream_id, "").lock();
    auto const busy = connect();
    busy->begin();
    auto const error = error_of([&] { Watermark(*busy, stream_.stream_id, "").lock(); });
    EXPECT_EQ(error.kind(), ErrorKind::try_later);
    EXPECT_THAT(
        error.what(),
        HasSubstr("another load of the stream holds its watermark: billhouse backfill guance (backend "));
    EXPECT_THAT(error.hint(), HasSubstr("Nothing was changed"));
}

TEST_F(WatermarkTest, also_while_the_holder_is_only_creating_the_row) {
    auto const holder = connect("billhouse backfill guance");
    holder->begin();
    Watermark(*holder, stream_.stream_id, "").lock();
    auto const busy = connect();
    busy->begin();
    auto const error = error_of([&] { Watermark(*busy, stream_.stream_id, "").lock(); });
    EXPECT_EQ(error.kind(), ErrorKind::try_later);
    EXPECT_THAT(error.what(), HasSubstr("billhouse backfill guance (backend "));
}

} // namespace
} // namespace billhouse
