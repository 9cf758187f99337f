#include "state/stored_series.hpp"

#include "state_test.hpp"

namespace billhouse {
namespace {

class StoredSeriesTest : public StateTest {};

TEST_F(StoredSeriesTest, a_page_whose_bytes_went_after_it_was_listed_is_named) {
    KeptPage const page{
        .id = 42, .records = 1, .fetched_on = day("2026-03-31"), .body_hash = "", .parent = std::nullopt};
    auto const error = error_of([&] { read_body(*session_, stream_.stream_id, page); });
    EXPECT_EQ(error.kind(), ErrorKind::data);
    EXPECT_STREQ(error.what(), "the bytes of page 42 are no longer kept");
    EXPECT_EQ(error.hint(),
              "Read the range again from the vendor: billhouse backfill JOB --from --to --force");
}

} // namespace
} // namespace billhouse
