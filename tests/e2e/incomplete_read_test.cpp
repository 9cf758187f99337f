#include "e2e/billhouse_run.hpp"

#include <gmock/gmock.h>

namespace billhouse {
namespace {

using ::testing::HasSubstr;

/// An answer that is not provably complete changes nothing: no line is removed, the exit code and status say
/// so.
class IncompleteRead : public BillhouseRun {
protected:
    void SetUp() override {
        ASSERT_EQ(billhouse({"run", "--until", "2026-02-01"}).exit_code, 0);
        star_ = row_versions();
    }

    void vendor_answers(std::string const& vendor, std::string const& query, VendorFailure failure) {
        failure.path = "/" + vendor;
        failure.query = query;
        failure.times = 100;
        vendor_->fail(failure);
    }
    static VendorFailure answer(int status, std::string body, std::string type = "application/json") {
        VendorFailure failure;
        failure.status = status;
        failure.body = std::move(body);
        failure.content_type = std::move(type);
        return failure;
    }
    /// The same range again, with this answer in the way.
    void expect_nothing_lost(std::vector<std::string> const& command, int exit_code,
                             std::string const& reason) {
        auto const run = billhouse(command);
        EXPECT_EQ(run.exit_code, exit_code) << run.err;
        EXPECT_THAT(run.err, HasSubstr(reason));
        EXPECT_EQ(row_versions(), star_) << "the old data stay as they were";
        EXPECT_EQ(billhouse({"status"}).exit_code, 65) << "status says that something is wrong";
    }

    std::vector<std::string> const again_{"backfill", "guance",     "--from", "2026-01-10",
                                          "--to",     "2026-01-11", "--force"};
    std::vector<std::string> const all_again_{"run", "ocamba", "--until", "2026-02-01"};
    std::string star_;
};

TEST_F(IncompleteRead, an_empty_200_over_a_loaded_day_is_held) {
    vendor_answers(
        "guance", "startDate=20260110",
        answer(200, R"({"code":200,"content":[],"errorCode":"","message":"","success":true,"traceId":"T"})"));
    auto const lines = value(
        "SELECT count(*) FROM mart.charge WHERE source_code = 'guance_cn' AND charge_date = '2026-01-10'");
    expect_nothing_lost(again_, 65, lines + " of " + lines + " lines would vanish");
    EXPECT_EQ(rows("SELECT kind FROM mart.slice_gap WHERE stream_code = 'guance.billing_detail' AND kind <> "
                   "'missing'"),
              (std::vector<std::string>{"held"}));
}

TEST_F(IncompleteRead, a_200_with_an_error_body_is_an_error) {
    vendor_answers(
        "guance", "startDate=20260110",
        answer(
            200,
            R"({"code":500,"content":[],"errorCode":"ft.Broken","message":"oops","success":false,"traceId":"T"})"));
    expect_nothing_lost(again_, 65, "success is false, expected true; the vendor says: oops");
}

TEST_F(IncompleteRead, a_total_larger_than_the_rows_is_an_error) {
    vendor_answers(
        "guance", "startDate=20260110",
        answer(
            200,
            R"({"code":200,"content":[],"errorCode":"","message":"","success":true,"traceId":"T","pageInfo":{"totalCount":7}})"));
    expect_nothing_lost(again_, 65, "7");
}

TEST_F(IncompleteRead, documents_that_stop_before_the_total_are_an_error) {
    vendor_answers("ocamba", "page=1", answer(200, R"({"total":3,"items":[]})"));
    expect_nothing_lost(all_again_, 65, "3");
}

TEST_F(IncompleteRead, an_answer_that_lacks_the_records_path_is_an_error_and_not_an_empty_bill) {
    vendor_answers("ocamba", "page=1", answer(200, R"({"total":0})"));
    expect_nothing_lost(all_again_, 65, "items");
}

} // namespace
} // namespace billhouse
