#include "e2e/billhouse_run.hpp"

#include <gmock/gmock.h>

namespace billhouse {
namespace {

using ::testing::HasSubstr;

/// What an operator sees when something is wrong: the exit code, and a last line that says what to do.
class Failures : public BillhouseRun {
protected:
    Failures() : BillhouseRun(TestDatabase::Content::empty) {}
    static std::string last_line(ProcessResult const& result) {
        auto text = result.err;
        while (!text.empty() && text.back() == '\n')
            text.pop_back();
        auto const at = text.rfind('\n');
        return at == std::string::npos ? text : text.substr(at + 1);
    }
};

TEST_F(Failures, a_warehouse_that_was_never_migrated_is_a_matter_of_configuration) {
    auto const run = billhouse({"run", "guance"});
    EXPECT_EQ(run.exit_code, 78) << run.err;
    EXPECT_THAT(last_line(run), HasSubstr("billhouse migrate"));
    EXPECT_EQ(vendor_->request_count(), 0U) << "no vendor is asked for what could not be stored";
}

TEST_F(Failures, a_warehouse_of_a_newer_version_is_left_alone) {
    ASSERT_EQ(billhouse({"migrate"}).exit_code, 0);
    database_.query("INSERT INTO etl.migration (file_name, version, checksum) VALUES ('9999_future.sql', "
                    "9999, repeat('0', 64))");
    auto const run = billhouse({"run", "guance"});
    EXPECT_EQ(run.exit_code, 78) << run.err;
    EXPECT_THAT(last_line(run), HasSubstr("9999"));
    database_.query("DELETE FROM etl.migration WHERE version = 9999");
}

TEST_F(Failures, an_unreachable_database_is_unavailable_and_no_vendor_is_asked) {
    auto const run = billhouse({"--database", "host=127.0.0.1 port=1 dbname=nowhere", "run", "guance"});
    EXPECT_EQ(run.exit_code, 69) << run.err;
    EXPECT_EQ(vendor_->request_count(), 0U);
}

TEST_F(Failures, a_database_that_does_not_exist_is_a_matter_of_configuration) {
    auto const run = billhouse({"--database", "dbname=no_such_database_here", "run", "guance"});
    EXPECT_EQ(run.exit_code, 78) << run.err;
    EXPECT_THAT(last_line(run), HasSubstr("no_such_database_here"));
}

TEST_F(Failures, a_wrong_key_is_refused_and_never_shown) {
    ASSERT_EQ(billhouse({"migrate"}).exit_code, 0);
    config_->write("credentials/guance_api_key", "canary-7f3a-secret");
    auto const run = billhouse({"--log-level", "debug", "run", "guance", "--until", "2026-01-03"});
    EXPECT_EQ(run.exit_code, 77) << run.err;
    EXPECT_THAT(last_line(run), HasSubstr("guance_api_key"));
    EXPECT_EQ((run.out + run.err).find("canary"), std::string::npos);
}

TEST_F(Failures, every_problem_of_every_file_is_told_with_its_place) {
    config_->write("jobs/acme.yaml", "version: 1\njob: acme\nsorce: {code: x}\n");
    config_->write("billhouse.yaml", "version: 1\nwarehouse: {lock_timeout: 30}\n");
    auto const run = billhouse({"check"});
    EXPECT_EQ(run.exit_code, 78) << run.err;
    EXPECT_THAT(run.err, HasSubstr("jobs/acme.yaml:3:1: sorce: unknown key"));
    EXPECT_THAT(run.err, HasSubstr("did you mean `source`?"));
    EXPECT_THAT(run.err, HasSubstr("billhouse.yaml:2:"));
}

TEST_F(Failures, a_job_that_no_file_defines_is_a_usage_error_with_the_nearest_name) {
    auto const run = billhouse({"run", "guanse"});
    EXPECT_EQ(run.exit_code, 64);
    EXPECT_THAT(last_line(run), HasSubstr("guance"));
}

TEST_F(Failures, a_vendor_that_cannot_be_reached_is_unavailable) {
    ASSERT_EQ(billhouse({"migrate"}).exit_code, 0);
    configure({{"guance", {{"base_url", "http://127.0.0.1:1"}}}});
    auto const check = billhouse({"check", "guance", "--connect"});
    EXPECT_EQ(check.exit_code, 69) << check.out << check.err;
}

TEST_F(Failures, check_connect_tells_what_works_and_changes_nothing) {
    ASSERT_EQ(billhouse({"migrate"}).exit_code, 0);
    auto const check = billhouse({"check", "--connect"});
    EXPECT_EQ(check.exit_code, 0) << check.out << check.err;
    EXPECT_THAT(check.out, HasSubstr("ok       database: PostgreSQL"));
    EXPECT_THAT(check.out, HasSubstr("ok       guance vendor: billing_detail answered 200"));
    EXPECT_THAT(check.out, HasSubstr("ok       ocamba vendor: usage answered 200"));
    EXPECT_EQ(value("SELECT count(*) FROM etl.stream"), "0");
}

TEST_F(Failures, a_second_run_of_a_job_ends_at_once_and_says_who_holds_it) {
    ASSERT_EQ(billhouse({"migrate"}).exit_code, 0);
    VendorFailure slow;
    slow.path = "/guance";
    slow.delay_ms = 60'000;
    vendor_->fail(slow);
    ChildProcess first(command({"run", "guance", "--until", "2026-01-03"}));
    while (value("SELECT count(*) FROM etl.run").substr(0, 1) == "0")
        ASSERT_TRUE(first.running()) << first.err();

    auto const second = billhouse({"run", "guance", "--until", "2026-01-03"});

    EXPECT_EQ(second.exit_code, 75) << second.err;
    EXPECT_THAT(last_line(second), HasSubstr("billhouse run"));
    first.signal(15);
    EXPECT_EQ(first.wait(std::chrono::seconds(20)).exit_code, 143);
    EXPECT_EQ(value("SELECT status FROM etl.run"), "aborted");
    EXPECT_EQ(value("SELECT count(*) FROM wh.fact_charge"), "0");
}

} // namespace
} // namespace billhouse
