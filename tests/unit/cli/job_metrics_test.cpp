#include "cli/job_metrics.hpp"
#include "report/metrics_file.hpp"

#include "support/data_files.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

namespace billhouse {

namespace {

namespace fs = std::filesystem;

class Metrics : public testing::Test {
protected:
    Metrics() {
        std::string name = (fs::temp_directory_path() / "billhouse-metrics-XXXXXX").string();
        folder_ = mkdtemp(name.data());
        for (auto const* partition : {"1001", "1002"}) {
            StreamReport stream;
            stream.stream = std::string("acme.usage[") + partition + ']';
            stream.totals.slices = 3;
            stream.totals.change.inserted = 20;
            stream.totals.quarantined = 1;
            stream.reading = std::chrono::seconds(40);
            stream.loading = std::chrono::seconds(2);
            report_.streams.push_back(stream);
        }
        report_.fetched = {.requests = 9,
                           .retries = 2,
                           .bytes = 4096,
                           .waited = std::chrono::seconds(30),
                           .transferring = std::chrono::seconds(45)};
    }
    ~Metrics() override { fs::remove_all(folder_); }

    std::string text(std::optional<std::vector<StreamStatus>> standing = std::nullopt) const {
        return metrics_text({report_, std::move(standing), Instant(std::chrono::seconds(1'772'000'000)),
                             std::chrono::milliseconds(86'500), "1771900000"});
    }
    static StreamStatus standing(std::string partition, std::optional<std::string> until,
                                 std::string missing) {
        StreamStatus status;
        status.stream = "acme.usage";
        status.partition = std::move(partition);
        status.complete_until = std::move(until);
        status.due_until = "2026-03-09";
        status.failed = 1;
        status.open_rejects = 4;
        status.money_missing = std::move(missing);
        return status;
    }
    static void has(std::string const& text, std::string const& sample) {
        EXPECT_NE(text.find('\n' + sample + '\n'), std::string::npos) << "lacks " << sample << " in:\n"
                                                                      << text;
    }

    fs::path folder_;
    JobReport report_{"acme", {}, std::nullopt, {}};
};

} // namespace

TEST_F(Metrics, tell_the_run_its_windows_rows_requests_and_stages) {
    auto const text = this->text();
    has(text, "billhouse_exit_code{billhouse_job=\"acme\"} 0");
    has(text, "billhouse_last_run_timestamp_seconds{billhouse_job=\"acme\"} 1772000000");
    has(text, "billhouse_last_success_timestamp_seconds{billhouse_job=\"acme\"} 1771900000");
    has(text, "billhouse_run_duration_seconds{billhouse_job=\"acme\"} 86.500");
    has(text, "billhouse_windows{stream=\"acme.usage\",outcome=\"complete\"} 6");
    has(text, "billhouse_rows{stream=\"acme.usage\",kind=\"new\"} 40");
    has(text, "billhouse_rows{stream=\"acme.usage\",kind=\"rejected\"} 2");
    has(text, "billhouse_requests{billhouse_job=\"acme\"} 9");
    has(text, "billhouse_request_retries{billhouse_job=\"acme\"} 2");
    has(text, "billhouse_received_bytes{billhouse_job=\"acme\"} 4096");
    has(text, "billhouse_stage_duration_seconds{billhouse_job=\"acme\",stage=\"wait\"} 30.000");
    has(text, "billhouse_stage_duration_seconds{billhouse_job=\"acme\",stage=\"transfer\"} 45.000");
    has(text, "billhouse_stage_duration_seconds{billhouse_job=\"acme\",stage=\"transform\"} 5.000");
    has(text, "billhouse_stage_duration_seconds{billhouse_job=\"acme\",stage=\"load\"} 4.000");
}

TEST_F(Metrics, add_partitions_up_and_lag_as_the_one_furthest_behind) {
    auto const text = this->text(std::vector{standing("1001", "2026-03-08", "12.5 CNY, 3 USD"),
                                             standing("1002", "2026-03-01", "0.000001 CNY")});
    has(text, "billhouse_complete_until_timestamp_seconds{stream=\"acme.usage\"} 1772323200");
    has(text, "billhouse_lag_seconds{stream=\"acme.usage\"} 691200");
    has(text, "billhouse_windows_waiting{stream=\"acme.usage\",state=\"failed\"} 2");
    has(text, "billhouse_rejects_open{stream=\"acme.usage\"} 8");
    has(text, "billhouse_money_missing{stream=\"acme.usage\",currency=\"CNY\"} 12.500001");
    has(text, "billhouse_money_missing{stream=\"acme.usage\",currency=\"USD\"} 3");
    EXPECT_EQ(text.find("1001"), std::string::npos) << "a partition is no label: a vendor may have thousands";
}

TEST_F(Metrics, tell_at_most_twenty_currencies) {
    std::string missing;
    for (int i = 10; i < 60; ++i)
        missing += (missing.empty() ? "" : ", ") + std::string("1 X") + std::to_string(i);
    auto const text = this->text(std::vector{standing("", std::nullopt, missing)});
    std::size_t count = 0;
    for (auto at = text.find("currency="); at != std::string::npos; at = text.find("currency=", at + 1))
        ++count;
    EXPECT_EQ(count, 20U);
    EXPECT_EQ(text.find("billhouse_lag_seconds{"), std::string::npos)
        << "nothing is known of a stream never loaded";
}

TEST_F(Metrics, a_failed_run_tells_its_exit_code) {
    report_.failure = Error(ErrorKind::data, "totals differ");
    has(text(), "billhouse_exit_code{billhouse_job=\"acme\"} 65");
}

TEST_F(Metrics, labels_are_escaped) {
    MetricsText text;
    text.family("m", "help");
    text.sample({{"name", "a\"b\\c\nd"}}, "1");
    EXPECT_EQ(text.text(), "# HELP m help\n# TYPE m gauge\nm{name=\"a\\\"b\\\\c\\nd\"} 1\n");
}

TEST_F(Metrics, a_file_is_replaced_whole_and_readable_by_everybody) {
    auto const file = metrics_path(folder_, "acme");
    replace_metrics(
        file, "# HELP billhouse_exit_code Exit code.\nbillhouse_exit_code{billhouse_job=\"acme\"} 65\n");
    EXPECT_EQ(sample_in(file, "billhouse_exit_code"), "65");
    EXPECT_EQ(sample_in(file, "billhouse_exit"), std::nullopt);
    replace_metrics(file, "x{} 1\n");
    EXPECT_EQ(file_text(file), "x{} 1\n");
    struct stat facts {};
    ASSERT_EQ(::stat(file.c_str(), &facts), 0);
    EXPECT_EQ(facts.st_mode & 0777U, 0644U);
    EXPECT_EQ(std::distance(fs::directory_iterator(folder_), fs::directory_iterator()), 1)
        << "nothing unfinished is left";
}

TEST_F(Metrics, a_folder_that_is_not_there_is_told_with_what_to_do) {
    try {
        replace_metrics(folder_ / "absent" / "billhouse_acme.prom", "");
        FAIL() << "written into a folder that does not exist";
    } catch (Error const& error) {
        EXPECT_EQ(error.kind(), ErrorKind::local_io);
        EXPECT_NE(std::string(error.what()).find("No such file or directory"), std::string::npos);
        EXPECT_NE(error.hint().find("metrics.folder"), std::string::npos);
    }
    EXPECT_EQ(sample_in(folder_ / "absent.prom", "billhouse_exit_code"), std::nullopt);
}

TEST_F(Metrics, a_file_that_cannot_be_replaced_is_named) {
    auto const file = metrics_path(folder_, "acme");
    fs::create_directories(file);
    try {
        replace_metrics(file, "");
        FAIL() << "a folder was replaced";
    } catch (Error const& error) {
        EXPECT_EQ(error.kind(), ErrorKind::local_io);
        EXPECT_EQ(error.what(), "cannot write " + file.string() + ": Is a directory");
    }
}

} // namespace billhouse
