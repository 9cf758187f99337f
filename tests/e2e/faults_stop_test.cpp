#include "e2e/fault_run.hpp"

#include <csignal>

/// Row H1 of tests/faults.md: SIGTERM and SIGINT wherever a run may wait. Each wait would last for an hour.
namespace billhouse {
namespace {

using Then = ScriptedReply::Then;

constexpr auto kSoon = std::chrono::seconds(10); ///< the promise itself, not a test's patience

class FaultH1 : public FaultRun {
protected:
    /// Starts a load, waits until it hangs where it shall, and sends the signal: it ends soon, with its code
    /// and without a trace; the next run loads everything.
    void expect_to_stop(std::function<bool(ChildProcess const&)> const& is_waiting) {
        write_job();
        for (auto const& [signal, exit_code] : {std::pair{SIGTERM, 143}, {SIGINT, 130}}) {
            ChildProcess run(command(load_arguments()));
            while (!is_waiting(run)) {
                ASSERT_TRUE(run.running()) << run.err();
                std::this_thread::yield();
            }
            run.signal(signal);
            ProcessResult result;
            ASSERT_NO_THROW(result = run.wait(kSoon)) << "signal " << signal;
            EXPECT_EQ(result.exit_code, exit_code) << result.err;
            EXPECT_THAT(last_line(result), ::testing::HasSubstr("stopped by a signal"));
            EXPECT_EQ(loaded(), "0");
            EXPECT_EQ(value("SELECT count(*) FROM etl.run WHERE status NOT IN ('aborted')"), "0");
        }
    }
    void expect_to_stop_once_asked() {
        expect_to_stop([this, asked = requests()](ChildProcess const&) mutable {
            if (requests() == asked) return false;
            asked = requests();
            return true;
        });
    }
    static bool says(ChildProcess const& run, char const* words) {
        return run.err().find(words) != std::string::npos;
    }
    void expect_a_good_rerun() {
        vendor_says({page({"a"})});
        auto const run = load();
        EXPECT_EQ(run.exit_code, 0) << run.err;
        EXPECT_EQ(products(), "a");
    }
};

TEST_F(FaultH1, ends_the_wait_before_another_attempt) {
    retry_ = "{attempts: 5, first_delay: 1h, max_delay: 1h}";
    vendor_says({answer(429, "{}")}); // without a word of when: from the upper half of the hour
    expect_to_stop([](ChildProcess const& run) { return says(run, "trying again"); });
    retry_ = "{attempts: 1}";
    expect_a_good_rerun();
}

TEST_F(FaultH1, ends_a_wait_that_the_vendor_asked_for) {
    retry_ = "{attempts: 5, max_retry_after: 24h}";
    vendor_says({answer(503, "{}", "Retry-After: 3600\r\n")});
    expect_to_stop([](ChildProcess const& run) { return says(run, "trying again"); });
    expect_a_good_rerun();
}

TEST_F(FaultH1, ends_the_wait_for_the_pace) {
    ask_for_pages();
    http_ = "  pace: {requests: 1, per: 1h}\n";
    vendor_says({page({"a"}, R"(,"total":2)")});
    expect_to_stop_once_asked();
    http_ = "";
    pagination_ = "{kind: none}";
    query_ = R"({from: "{window.start}"})";
    expect_a_good_rerun();
}

TEST_F(FaultH1, ends_a_request_without_an_answer) {
    http_ = "  timeouts: {idle: 1h, total: 24h}\n";
    vendor_says({{"", Then::hang}});
    expect_to_stop_once_asked();
    expect_a_good_rerun();
}

TEST_F(FaultH1, ends_an_answer_that_stops_in_the_middle) {
    http_ = "  timeouts: {idle: 1h, total: 24h}\n";
    vendor_says({{"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{\"rows\":[", Then::hang}});
    expect_to_stop_once_asked();
    expect_a_good_rerun();
}

TEST_F(FaultH1, ends_the_request_for_a_token) {
    http_ = "  timeouts: {idle: 1h, total: 24h}\n";
    vendor_says({{"", Then::hang}});
    auth_ = "[{kind: oauth2, token_url: \"" + server_->url() +
            "/token\", client_id: {credential: acme_key}, secret: {credential: acme_key}}]";
    expect_to_stop_once_asked();
}

TEST_F(FaultH1, ends_the_search_for_a_name) {
    if (!preload("names")) GTEST_SKIP() << kNoPreload;
    environment_["BILLHOUSE_TEST_NAMES"] = "vendor.example=silence";
    base_url_ = "https://vendor.example";
    http_ = "  timeouts: {connect: 10min}\n";
    expect_to_stop([](ChildProcess const& run) { return says(run, "asking"); });
    base_url_ = "";
    expect_a_good_rerun();
}

} // namespace
} // namespace billhouse
