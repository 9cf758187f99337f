#include "e2e/billhouse_run.hpp"
#include "support/data_files.hpp"
#include "support/json_value.hpp"

#include <gmock/gmock.h>

#include <filesystem>
#include <sstream>

namespace billhouse {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

/// A night that no person watches: what it leaves for monitoring and for collectors of logs.
class Unattended : public BillhouseRun {
protected:
    Unattended() { config_->write("billhouse.yaml", config_->read("billhouse.yaml") + metrics_key()); }

    std::string metrics_key() const { return "metrics: {folder: " + config_->path().string() + "}\n"; }
    std::string metrics(std::string const& job) const {
        return file_text(config_->path() / ("billhouse_" + job + ".prom"));
    }
    ProcessResult night(std::vector<std::string> jobs = {}) {
        std::vector<std::string> arguments{"run", "--until", "2026-03-10"};
        arguments.insert(arguments.end(), jobs.begin(), jobs.end());
        return billhouse(arguments);
    }
    static std::string sample(std::string const& text, std::string const& name) {
        auto const at = text.find('\n' + name + ' ');
        if (at == std::string::npos) return "absent";
        auto const value = at + name.size() + 2;
        return text.substr(value, text.find('\n', value) - value);
    }
    static std::vector<JsonValue> json_lines(std::string const& text) {
        std::vector<JsonValue> lines;
        std::istringstream stream(text);
        for (std::string line; std::getline(stream, line);)
            lines.push_back(parse_json(line));
        return lines;
    }
};

TEST_F(Unattended, each_job_leaves_its_metrics) {
    ASSERT_EQ(night().exit_code, 0);
    auto const guance = metrics("guance");
    EXPECT_EQ(sample(guance, R"(billhouse_exit_code{billhouse_job="guance"})"), "0");
    EXPECT_EQ(sample(guance, R"(billhouse_rows{stream="guance.billing_detail",kind="new"})"),
              value("SELECT count(*) FROM mart.charge WHERE source_code = 'guance_cn'"));
    EXPECT_EQ(sample(guance, R"(billhouse_windows{stream="guance.billing_detail",outcome="complete"})"),
              value("SELECT count(*) FROM etl.slice JOIN etl.stream USING (stream_id) WHERE stream_code = "
                    "'guance.billing_detail'"));
    EXPECT_NE(sample(guance, R"(billhouse_requests{billhouse_job="guance"})"), "0");
    EXPECT_NE(sample(guance, R"(billhouse_received_bytes{billhouse_job="guance"})"), "0");
    EXPECT_EQ(sample(guance, R"(billhouse_rejects_open{stream="guance.billing_detail"})"), "0");
    EXPECT_THAT(guance, Not(HasSubstr("ocamba")));
    EXPECT_EQ(sample(metrics("ocamba"), R"(billhouse_exit_code{billhouse_job="ocamba"})"), "0");
}

TEST_F(Unattended, a_failed_night_keeps_the_time_of_the_last_success) {
    ASSERT_EQ(night({"ocamba"}).exit_code, 0);
    auto const success =
        sample(metrics("ocamba"), R"(billhouse_last_success_timestamp_seconds{billhouse_job="ocamba"})");
    ASSERT_NE(success, "absent");
    VendorFailure refusal;
    refusal.path = "/ocamba";
    refusal.times = 100;
    refusal.status = 401;
    vendor_->fail(refusal);

    EXPECT_EQ(night({"ocamba"}).exit_code, 77);
    EXPECT_EQ(sample(metrics("ocamba"), R"(billhouse_exit_code{billhouse_job="ocamba"})"), "77");
    EXPECT_EQ(
        sample(metrics("ocamba"), R"(billhouse_last_success_timestamp_seconds{billhouse_job="ocamba"})"),
        success);
}

TEST_F(Unattended, metrics_that_cannot_be_written_are_no_failure_of_the_load) {
    config_->write("billhouse.yaml", [&] {
        auto text = config_->read("billhouse.yaml");
        auto const at = text.find(metrics_key());
        return text.replace(at, metrics_key().size(), "metrics: {folder: /nonexistent/folder}\n");
    }());
    auto const run = night({"ocamba"});
    EXPECT_EQ(run.exit_code, 0) << run.err;
    EXPECT_THAT(run.err, HasSubstr("the metrics could not be written"));
    EXPECT_THAT(run.err, HasSubstr("metrics.folder must exist"));
}

TEST_F(Unattended, every_json_line_of_a_window_names_its_run_stream_and_slice) {
    auto const run = billhouse({"--log-format", "json", "run", "guance", "--until", "2026-03-10"});
    ASSERT_EQ(run.exit_code, 0) << run.err;
    int windows = 0;
    for (auto const& line : json_lines(run.err)) {
        if (line["message"].text != "slice loaded") continue;
        ++windows;
        EXPECT_EQ(line["stream"].text, "guance.billing_detail");
        EXPECT_EQ(line["slice"].text.size(), std::string("2026-03-01").size());
        EXPECT_EQ(line["run"].text, value("SELECT max(run_id) FROM etl.run"));
    }
    EXPECT_GT(windows, 60);
}

TEST_F(Unattended, a_failed_windows_lines_name_it_too) {
    VendorFailure odd;
    odd.path = "/guance";
    odd.query = "startDate=20260103";
    odd.status = 418;
    vendor_->fail(odd);
    auto const run = billhouse({"--log-format", "json", "run", "guance", "--until", "2026-03-10"});
    EXPECT_EQ(run.exit_code, 65) << run.err;
    for (auto const& line : json_lines(run.err))
        if (line["level"].text == "error" && line.has("kind")) {
            EXPECT_EQ(line["slice"].text, "2026-01-03") << run.err;
            EXPECT_TRUE(line.has("run")) << run.err;
        }
}

TEST_F(Unattended, a_request_that_is_tried_again_names_run_stream_and_slice_on_whatever_thread) {
    for (std::string const workers : {"1", "4"}) {
        VendorFailure passing;
        passing.path = "/guance";
        passing.times = 2;
        passing.status = 503;
        vendor_->fail(passing);
        auto const run = billhouse({"--log-format", "json", "backfill", "guance", "--from", "2026-01-01",
                                    "--to", "2026-01-05", "--force", "--workers", workers});
        ASSERT_EQ(run.exit_code, 0) << run.err;
        int retries = 0;
        for (auto const& line : json_lines(run.err)) {
            if (line["message"].text != "request failed, trying again") continue;
            ++retries;
            EXPECT_EQ(line["run"].text, value("SELECT max(run_id) FROM etl.run"));
            EXPECT_EQ(line["stream"].text, "guance.billing_detail");
            EXPECT_THAT(line["slice"].text, testing::StartsWith("2026-01-0"));
        }
        EXPECT_EQ(retries, 2) << run.err;
    }
}

TEST_F(Unattended, a_quiet_night_is_one_line_a_job) {
    ASSERT_EQ(night().exit_code, 0);
    auto const night = billhouse({"--log-format", "json", "run", "--until", "2026-03-10"});
    ASSERT_EQ(night.exit_code, 0);
    int lines = 0;
    for (auto const& line :
         json_lines(night.err)) // the tests' server is run without fsync, which is warned of
        lines += line["message"].text.find("may lose what it has committed") == std::string::npos;
    EXPECT_EQ(lines, 2) << night.err;
}

TEST_F(Unattended, problems_of_the_configuration_are_json_too) {
    config_->write("billhouse.yaml", "version: 1\nwarehous: {}\nlog: {}\n");
    auto const check = billhouse({"--log-format", "json", "check"});
    EXPECT_EQ(check.exit_code, 78);
    auto const lines = json_lines(check.err);
    ASSERT_GE(lines.size(), 3U) << check.err;
    EXPECT_THAT(lines.front()["message"].text, HasSubstr("billhouse.yaml:2:1: warehous: unknown key"));
    EXPECT_THAT(lines.back()["message"].text,
                HasSubstr("exit 78 (config): the configuration has 2 problems"));
}

} // namespace
} // namespace billhouse
