#include "state/ledger.hpp"

#include "state_test.hpp"

namespace billhouse {
namespace {

using testing::HasSubstr;

class StreamRegistrationTest : public StateTest {
protected:
    RegisteredStream again() { return register_stream(*session_, job_, job_.streams[0]); }
    std::string rows() {
        return db_.value("SELECT (s.xmin, s.ctid, st.xmin, st.ctid)::text FROM etl.stream st JOIN "
                         "wh.dim_source s USING (source_key)");
    }
};

TEST_F(StreamRegistrationTest, writes_what_the_job_says) {
    EXPECT_EQ(db_.value("SELECT (source_code, vendor_code, default_currency, billing_timezone, "
                        "host_provider_name)::text FROM wh.dim_source WHERE source_key = " +
                        std::to_string(stream_.source_key)),
              "(guance_cn,guance,CNY,Asia/Shanghai,)");
    EXPECT_EQ(db_.value("SELECT (stream_code, identity_version, earliest, lag_days, lookback_days, "
                        "max_vanish_ratio = 0.5)::text FROM etl.stream"),
              "(guance.billing_detail,1,2026-03-01,1,7,t)");
}

TEST_F(StreamRegistrationTest, an_unchanged_job_writes_nothing) {
    auto const before = rows();
    auto const keys = again();
    EXPECT_EQ(keys.stream_id, stream_.stream_id);
    EXPECT_EQ(keys.source_key, stream_.source_key);
    EXPECT_EQ(rows(), before);
}

TEST_F(StreamRegistrationTest, a_changed_job_keeps_its_keys) {
    job_.source.provider_name = "Guance Cloud";
    job_.streams[0].window.lookback_days = 35;
    auto const keys = again();
    EXPECT_EQ(keys.stream_id, stream_.stream_id);
    EXPECT_EQ(keys.source_key, stream_.source_key);
    EXPECT_EQ(db_.value("SELECT service_provider_name FROM wh.dim_source WHERE source_code = 'guance_cn'"),
              "Guance Cloud");
    EXPECT_EQ(db_.value("SELECT lookback_days FROM etl.stream"), "35");
}

TEST_F(StreamRegistrationTest, a_currency_that_is_new_is_added) {
    job_.source.default_currency = "SGD";
    again();
    EXPECT_EQ(db_.value("SELECT is_virtual FROM wh.dim_currency WHERE currency_code = 'SGD'"), "f");
    job_.source.default_currency = "Credits";
    again();
    EXPECT_EQ(db_.value("SELECT is_virtual FROM wh.dim_currency WHERE currency_code = 'Credits'"), "t");
}

TEST_F(StreamRegistrationTest, another_identity_is_refused_while_lines_of_the_old_one_are_loaded) {
    job_.streams[0].mapping.identity_version = 2;
    EXPECT_NO_THROW(again()) << "nothing is loaded yet";
    add_line("2026-03-01", 1, "10");
    close("2026-03-01", "2026-03-02", 1);
    job_.streams[0].mapping.identity_version = 3;
    auto const error = error_of([&] { again(); });
    EXPECT_EQ(error.kind(), ErrorKind::config);
    EXPECT_STREQ(error.what(),
                 "stream guance.billing_detail has lines of identity version 2, but the job now says 3");
}

TEST_F(StreamRegistrationTest, another_source_is_refused_while_lines_of_the_old_one_are_loaded) {
    add_line("2026-03-01", 1, "10");
    close("2026-03-01", "2026-03-02", 1);
    job_.source.code = "guance_eu";
    auto const error = error_of([&] { again(); });
    EXPECT_EQ(error.kind(), ErrorKind::config);
    EXPECT_STREQ(
        error.what(),
        "stream guance.billing_detail has lines of source 'guance_cn', but the job now names 'guance_eu'");
    EXPECT_EQ(db_.value("SELECT count(*) FROM wh.dim_source WHERE source_code = 'guance_eu'"), "0");
}

} // namespace
} // namespace billhouse
