#include "e2e/billhouse_run.hpp"
#include "e2e/scenario_run.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <csignal>
#include <memory>
#include <mutex>
#include <thread>

/// Windows that are read at the same time (http.pace.max_in_flight, backfill --workers): nothing but the time
/// that it takes may differ from reading them one by one.
namespace billhouse {
namespace {

using ::testing::HasSubstr;

/// Lets nobody pass before so many are there.
class Gate {
public:
    explicit Gate(int size) : size_(size) {}
    void pass() {
        std::unique_lock lock(mutex_);
        ++arrived_;
        changed_.notify_all();
        changed_.wait_for(lock, std::chrono::seconds(60), [this] { return arrived_ >= size_; });
    }

private:
    int size_, arrived_ = 0;
    std::mutex mutex_;
    std::condition_variable changed_;
};

/// A vendor with one line a day, all of whose connections are served at once.
class DailyVendor : public ScenarioRun {
protected:
    /// @param at_once  requests that must be there together before one of them is answered, after the first
    /// day's
    void serve(int at_once) {
        gate_ = std::make_unique<Gate>(at_once);
        most_ = 0;
        server_ = std::make_unique<ScriptedServer>(
            [this](std::string const& request) -> ScriptedReply {
                return {answer(request), Then::close};
            },
            ScriptedServer::Serving::at_once);
    }
    /// Every further request takes the vendor a moment, in which one too many would show.
    std::string answer(std::string const& request) {
        auto const now = ++answering_;
        for (auto most = most_.load(); now > most && !most_.compare_exchange_weak(most, now);) {
        }
        if (request.find("day=2026-01-01") == std::string::npos) gate_->pass(); // that one comes alone
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
        auto const reply = request.starts_with("POST /token") ? token() : page_for(request);
        --answering_;
        return reply;
    }
    virtual std::string page_for(std::string const& request) { return line_of(day_in(request)); }
    static std::string day_in(std::string const& request) {
        return request.substr(request.find("day=") + 4, 10);
    }
    static std::string line_of(std::string const& day) { return json(page({row("a", 1, day)})); }
    std::string token() { return json(R"({"access_token": "t)" + std::to_string(++tokens_) + R"("})"); }
    void daily_job(std::string const& http) {
        ScenarioJob daily;
        daily.query = R"({day: "{window.start}"})";
        daily.window = "{earliest: 2026-01-01}";
        daily.http = http;
        job(daily);
    }

    using Then = ScriptedReply::Then;
    std::unique_ptr<Gate> gate_;
    std::atomic<int> answering_ = 0, most_ = 0, tokens_ = 0;
};

/// The days of the log's "slice loaded" lines, as they come.
std::vector<std::string> loaded_days(std::string const& log) {
    std::vector<std::string> days;
    for (auto at = log.find("slice loaded"); at != std::string::npos; at = log.find("slice loaded", at + 1))
        days.push_back(log.substr(log.find("slice=", at) + 6, 10));
    return days;
}

TEST_F(DailyVendor, a_run_has_as_many_requests_in_flight_as_the_job_says_and_never_more) {
    serve(8);
    daily_job(", pace: {max_in_flight: 8}");
    auto const run = billhouse({"run", "acme", "--until", "2026-02-10"});
    EXPECT_EQ(run.exit_code, 0) << run.err;
    EXPECT_EQ(most_, 8);
    EXPECT_EQ(star(), "40 lines, 40");
    auto const days = loaded_days(run.err);
    EXPECT_EQ(days.size(), 40U) << run.err;
    EXPECT_TRUE(std::is_sorted(days.begin(), days.end())) << run.err;
}

TEST_F(DailyVendor, a_backfill_has_its_own_number_of_workers) {
    serve(5);
    daily_job(", pace: {max_in_flight: 2}");
    auto const backfill = [&](std::string const& workers) {
        return billhouse({"backfill", "acme", "--from", "2026-01-01", "--to", "2026-01-21", "--force",
                          "--workers", workers});
    };
    auto const five = backfill("5");
    EXPECT_EQ(five.exit_code, 0) << five.err;
    EXPECT_EQ(most_, 5);
    most_ = 0;
    auto const one = backfill("1");
    EXPECT_EQ(one.exit_code, 0) << one.err;
    EXPECT_EQ(most_, 1);
}

TEST_F(DailyVendor, a_plan_reads_ahead_as_a_run_does) {
    serve(4);
    daily_job(", pace: {max_in_flight: 4}");
    auto const plan = billhouse({"plan", "acme", "--from", "2026-01-01", "--to", "2026-01-13"});
    EXPECT_EQ(plan.exit_code, 0) << plan.err;
    EXPECT_EQ(most_, 4);
    EXPECT_EQ(star(), "0 lines, 0");
}

/// Its first token runs out while eight requests carry it.
class SpentToken : public DailyVendor {
protected:
    std::string page_for(std::string const& request) override {
        bool const is_spent = request.find("Authorization: Bearer t1\r\n") != std::string::npos;
        if (!is_spent || day_in(request) == "2026-01-01") return DailyVendor::page_for(request);
        all_eight_.pass();
        return json("{}", {}, 401);
    }
    Gate all_eight_{8};
};

TEST_F(SpentToken, eight_readers_that_are_refused_get_one_new_token_for_all) {
    serve(1);
    daily_job(", pace: {max_in_flight: 8}, auth: [{kind: oauth2, token_url: \"" + url() +
              "/token\", client_id: {credential: acme_key}, secret: {credential: acme_key}}]");
    auto const run = billhouse({"run", "acme", "--until", "2026-01-31"});
    EXPECT_EQ(run.exit_code, 0) << run.err;
    EXPECT_EQ(tokens_, 2);
    EXPECT_EQ(star(), "30 lines, 30");
    EXPECT_EQ(server_->requests().size(), 2U + 8U + 30U);
}

/// The same days of the sample vendor into two databases: one window at a time, and eight.
class ParallelLoad : public BillhouseRun {
protected:
    using Failures = std::vector<VendorFailure>;

    ParallelLoad() {
        auto job = config_->read("jobs/guance.yaml");
        auto const from = job.find("  retry:"), end = job.find('\n', from);
        job.replace(from, end - from, "  retry: {attempts: 3, first_delay: 1ms, max_delay: 2ms}");
        config_->write("jobs/guance.yaml", job);
    }
    static VendorFailure failing(std::string const& day, int status, int times = 1000) {
        VendorFailure failure;
        failure.path = "/guance";
        failure.query = "startDate=" + day;
        failure.status = status;
        failure.body = "{}";
        failure.times = times;
        return failure;
    }
    ProcessResult january(TestDatabase const& database, int workers, Failures const& failures) {
        vendor_->heal();
        for (auto const& failure : failures)
            vendor_->fail(failure);
        return billhouse({"--database", database.connection(), "backfill", "guance", "--from", "2026-01-01",
                          "--to", "2026-02-01", "--workers", std::to_string(workers)});
    }
    /// What a load leaves behind, without ids and times.
    static std::string state_of(TestDatabase& database) {
        return database.value(
            "SELECT concat_ws(E'\\n\\n',"
            " (SELECT md5(string_agg(concat_ws('|', charge_key, charge_date, line_no, version,"
            "   sub_account_name_reported, sku_code, currency_code, quantity, list_cost, billed_cost,"
            "   total_amount, attributes), ';' ORDER BY charge_key)) FROM mart.charge),"
            " (SELECT string_agg(concat_ws('|', slice_start, slice_end, status, generation, end_proof,"
            "   encode(content_sha256, 'hex'), read_rows, loaded_rows, duplicate_rows, quarantined_rows,"
            "   verify_count, last_run_id, failed_run_id, problem),"
            "   E'\\n' ORDER BY slice_start) FROM etl.slice),"
            " (SELECT string_agg(concat_ws('|', complete_through), E'\\n') FROM etl.watermark),"
            " (SELECT string_agg(concat_ws('|', slice_start, page_no, encode(content_sha256, 'hex')),"
            "   E'\\n' ORDER BY slice_start, page_no) FROM etl.page),"
            " (SELECT string_agg(concat_ws('|', status, trigger), E'\\n' ORDER BY run_id) FROM etl.run))");
    }
    /// @returns the exit code of both
    int loads_the_same(Failures const& failures) {
        auto const one = january(database_, 1, failures);
        auto const eight = january(eight_at_once_, 8, failures);
        EXPECT_EQ(one.exit_code, eight.exit_code) << one.err << eight.err;
        EXPECT_EQ(state_of(database_), state_of(eight_at_once_));
        for (auto const& broken : broken_invariants(eight_at_once_))
            ADD_FAILURE() << "broken invariant: " << broken;
        return eight.exit_code;
    }
    std::string slices(std::string const& status) {
        return eight_at_once_.value("SELECT coalesce(string_agg(extract(day FROM slice_start)::text, ' ' "
                                    "ORDER BY slice_start), '') FROM etl.slice WHERE status = '" +
                                    status + "'");
    }

    TestDatabase eight_at_once_;
};

TEST_F(ParallelLoad, leaves_the_same_star_and_ledger_as_one_by_one_with_bad_days_in_the_middle) {
    EXPECT_EQ(loads_the_same({failing("20260105", 400), failing("20260106", 400), failing("20260112", 400),
                              failing("20260120", 503, 1)}),
              65);
    EXPECT_EQ(slices("failed"), "5 6 12");
    EXPECT_EQ(loads_the_same({}), 0) << "the next one mends it";
    EXPECT_EQ(slices("failed"), "");
}

TEST_F(ParallelLoad, three_bad_days_in_a_row_end_it_at_the_same_day) {
    EXPECT_EQ(loads_the_same({failing("20260110", 400), failing("20260111", 400), failing("20260112", 400)}),
              65);
    EXPECT_EQ(slices("complete"), "1 2 3 4 5 6 7 8 9");
    EXPECT_EQ(slices("failed"), "10 11 12");
}

TEST_F(ParallelLoad, a_vendor_that_fails_one_day_for_good_ends_it_there_although_later_days_were_read) {
    EXPECT_EQ(loads_the_same({failing("20260115", 500)}), 69);
    EXPECT_EQ(slices("complete"), "1 2 3 4 5 6 7 8 9 10 11 12 13 14");
    EXPECT_EQ(slices("failed"), "15");
}

TEST_F(ParallelLoad, a_line_of_a_reader_names_its_window) {
    auto const run = january(eight_at_once_, 8, {failing("20260120", 503, 1)});
    EXPECT_EQ(run.exit_code, 0) << run.err;
    EXPECT_THAT(run.err, HasSubstr("stream=guance.billing_detail "
                                   "slice=2026-01-20 attempt=\"1 of 3\""));
}

TEST_F(ParallelLoad, a_signal_ends_all_readers_and_closed_days_stay) {
    auto slow = failing("20260115", 200, 1);
    slow.status.reset();
    slow.delay_ms = 60'000;
    vendor_->fail(slow);
    ChildProcess backfill(
        command({"backfill", "guance", "--from", "2026-01-01", "--to", "2026-02-01", "--workers", "8"}));
    while (value("SELECT count(*) FROM etl.slice WHERE status = 'complete'") != "14")
        ASSERT_TRUE(backfill.running()) << backfill.err();
    backfill.signal(SIGTERM);

    auto const stopped = backfill.wait(std::chrono::seconds(20));

    EXPECT_EQ(stopped.exit_code, 143) << stopped.err;
    EXPECT_EQ(value("SELECT status FROM etl.run"), "aborted");
    EXPECT_EQ(value("SELECT count(*) FROM etl.slice"), "14") << "what was read ahead is no news";
    auto const resumed = january(database_, 8, {});
    EXPECT_EQ(resumed.exit_code, 0) << resumed.err;
    EXPECT_EQ(value("SELECT count(DISTINCT charge_date) FROM wh.fact_charge"), "31");
    EXPECT_EQ(value("SELECT complete_through::text FROM etl.watermark"), "2026-02-01");
}

} // namespace
} // namespace billhouse
