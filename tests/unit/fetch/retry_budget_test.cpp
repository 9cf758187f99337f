#include "fetch/retry_budget.hpp"
#include "fetch/vendor_client.hpp"

#include "support/fake_clock.hpp"
#include "support/scripted_transport.hpp"

#include <gmock/gmock.h>

#include <atomic>
#include <thread>

namespace billhouse {
namespace {

using namespace std::chrono_literals;
using testing::EndsWith;
using testing::SizeIs;

BodyVerdict by_status(HttpResponse const& response) {
    BodyVerdict verdict;
    if (response.status == 200) return verdict;
    verdict.action = response.status == 429 ? ResponseAction::rate_limited : ResponseAction::retry;
    return verdict;
}

/// Clients of one run that share its budget; each with two attempts a page, and waits of no length.
class RetryBudgetRun : public testing::Test {
protected:
    RetryBudgetRun() {
        settings.base_url = "https://api.example";
        settings.retry.attempts = 2;
    }
    VendorClient client() {
        return {settings, {}, transport, clock, [] { return 0.0; }, log, {}, budget};
    }
    /// What a page comes to: "" where it came.
    std::string fetch(VendorClient& vendor) {
        try {
            vendor.fetch({"GET", "https://api.example/v1", {}, std::nullopt}, by_status, {});
            return "";
        } catch (Error const& error) {
            kind = error.kind();
            return error.what();
        }
    }

    HttpSettings settings;
    FakeClock clock;
    ScriptedTransport transport;
    Log log{clock, -1, LogFormat::text, LogLevel::error};
    std::shared_ptr<RetryBudget> budget = std::make_shared<RetryBudget>();
    ErrorKind kind = ErrorKind::bug;
};

} // namespace

TEST(RetryBudget, holds_twenty_retries_or_ten_timeouts) {
    for (auto const price : {RetryBudget::kRetry, RetryBudget::kTimeout}) {
        RetryBudget budget;
        for (int i = 0; i < 100 / price; ++i)
            EXPECT_TRUE(budget.pay(price)) << i;
        EXPECT_FALSE(budget.pay(price));
    }
}

TEST(RetryBudget, a_page_that_came_at_once_refunds_one_and_never_beyond_the_full_budget) {
    RetryBudget budget;
    budget.page_came(true);
    for (int i = 0; i < 20; ++i)
        EXPECT_TRUE(budget.pay(RetryBudget::kRetry)) << i;
    for (int i = 0; i < 4; ++i)
        budget.page_came(true);
    budget.page_came(false);
    EXPECT_FALSE(budget.pay(RetryBudget::kRetry)) << "four are not enough, and one that took retries is none";
    budget.page_came(true);
    EXPECT_TRUE(budget.pay(RetryBudget::kRetry));
}

TEST(RetryBudget, breaks_after_five_pages_given_up_in_a_row) {
    RetryBudget budget;
    for (int i = 0; i < 4; ++i)
        budget.page_given_up();
    budget.page_came(false);
    for (int i = 0; i < 4; ++i)
        budget.page_given_up();
    EXPECT_FALSE(budget.is_broken());
    budget.page_given_up();
    EXPECT_TRUE(budget.is_broken());
}

TEST(RetryBudget, threads_that_share_it_cannot_overspend) {
    RetryBudget budget;
    std::atomic<int> paid = 0;
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < 4; ++i)
            threads.emplace_back([&] {
                for (int j = 0; j < 20; ++j)
                    paid += budget.pay(RetryBudget::kRetry) ? 1 : 0;
            });
    }
    EXPECT_EQ(paid, 20);
}

TEST_F(RetryBudgetRun, retries_of_all_pages_and_clients_come_out_of_one_budget) {
    auto first = client(), second = client();
    for (int i = 0; i < 20; ++i) {
        transport.answers(500).answers(200);
        EXPECT_EQ(fetch(i % 2 == 0 ? first : second), "") << i;
    }
    transport.answers(500);
    EXPECT_THAT(fetch(first), EndsWith("HTTP 500; this run has tried again too often already"));
    EXPECT_EQ(kind, ErrorKind::try_later);
    EXPECT_THAT(transport.requests, SizeIs(41)) << "not one request more";
}

TEST_F(RetryBudgetRun, a_timeout_costs_twice_as_much) {
    auto vendor = client();
    TransportFailure silence{true, "no complete answer"};
    silence.timed_out = true;
    for (int i = 0; i < 10; ++i) {
        transport.fails(silence).answers(200);
        EXPECT_EQ(fetch(vendor), "") << i;
    }
    transport.fails(silence);
    EXPECT_THAT(fetch(vendor), EndsWith("tried again too often already"));
}

TEST_F(RetryBudgetRun, coming_back_when_the_vendor_says_so_is_free) {
    auto vendor = client();
    for (int i = 0; i < 50; ++i) {
        transport.answers(429, {}, {{"retry-after", "1"}}).answers(200);
        EXPECT_EQ(fetch(vendor), "") << i;
    }
    EXPECT_THAT(clock.waits, SizeIs(50));
}

TEST_F(RetryBudgetRun, being_throttled_without_a_word_of_when_is_not) {
    auto vendor = client();
    for (int i = 0; i < 20; ++i) {
        transport.answers(429).answers(200);
        EXPECT_EQ(fetch(vendor), "") << i;
    }
    transport.answers(429);
    EXPECT_THAT(fetch(vendor), EndsWith("tried again too often already"));
}

TEST_F(RetryBudgetRun, a_vendor_that_is_down_is_left_alone_after_five_pages) {
    auto vendor = client();
    for (int i = 0; i < 5; ++i) {
        transport.answers(503).answers(503);
        fetch(vendor);
        EXPECT_EQ(kind, ErrorKind::unavailable);
    }
    EXPECT_EQ(fetch(vendor), "GET https://api.example/v1: not asked: 5 requests in a row came to nothing");
    EXPECT_EQ(kind, ErrorKind::try_later);
    EXPECT_THAT(transport.requests, SizeIs(10));
}

} // namespace billhouse
