#include "e2e/sample_vendor_reading.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>

namespace billhouse {

namespace {

using testing::HasSubstr;
using testing::Not;

std::size_t different(std::vector<JsonValue> const& a, std::vector<JsonValue> const& b,
                      std::string const& field) {
    EXPECT_EQ(a.size(), b.size());
    std::size_t count = 0;
    for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i)
        count += a[i][field].text == b[i][field].text ? 0 : 1;
    return count;
}

TEST(SampleVendorControls, restates_as_many_rows_as_asked_and_keeps_books_of_it) {
    auto const vendor = started_vendor();
    auto const before = guance_rows(vendor, "20260310", "20260312");
    EXPECT_EQ(vendor.restate("guance", "2026-03-10", "2026-03-12", 7), 7U);
    auto const after = guance_rows(vendor, "20260310", "20260312");
    EXPECT_EQ(different(before, after, "count"), 7U);
    JsonValue const books = vendor.ledger("guance", "2026-03-10", "2026-03-12");
    EXPECT_EQ(millionths(books["totals"].elements[0]["billed"].text), sum(after, "billingResult"));
    EXPECT_NE(sum(before, "billingResult"), sum(after, "billingResult"));
}

TEST(SampleVendorControls, restates_the_same_rows_again_or_others_by_the_seed) {
    auto const vendor = started_vendor();
    auto const before = guance_rows(vendor, "20260310", "20260310");
    vendor.restate("guance", "2026-03-10", "2026-03-10", 5, 1);
    vendor.restate("guance", "2026-03-10", "2026-03-10", 5, 1);
    EXPECT_EQ(different(before, guance_rows(vendor, "20260310", "20260310"), "count"), 5U);
    vendor.restate("guance", "2026-03-10", "2026-03-10", 5, 2);
    EXPECT_GT(different(before, guance_rows(vendor, "20260310", "20260310"), "count"), 5U);
}

TEST(SampleVendorControls, removes_rows_and_adds_late_ones) {
    auto const vendor = started_vendor();
    std::size_t const rows = guance_rows(vendor, "20260310", "20260310").size();
    EXPECT_EQ(vendor.remove("guance", "2026-03-10", "2026-03-10", 4), 4U);
    EXPECT_EQ(guance_rows(vendor, "20260310", "20260310").size(), rows - 4);
    EXPECT_EQ(vendor.add_late("guance", "2026-03-10", "2026-03-11", 6), 6U);
    EXPECT_EQ(guance_rows(vendor, "20260310", "20260310").size(), rows - 4 + 3);
    EXPECT_EQ(vendor.remove("guance", "2026-03-10", "2026-03-10", 100'000), rows - 1)
        << "no more than there are";
    EXPECT_TRUE(guance_rows(vendor, "20260310", "20260310").empty());
}

TEST(SampleVendorControls, amends_usage_documents_too) {
    auto const vendor = started_vendor();
    auto const before = ocamba_documents(vendor);
    EXPECT_EQ(vendor.restate("ocamba", "2026-01-01", "2026-01-31", 3), 3U);
    auto const restated = ocamba_documents(vendor);
    std::size_t changed = 0;
    for (std::size_t i = 0; i < before.size(); ++i) {
        auto const &line = before[i]["items"].elements[0], &now = restated[i]["items"].elements[0];
        changed += amount(line, "quantity") != amount(now, "quantity") ||
                   amount(before[i], "amount") != amount(restated[i], "amount");
    }
    EXPECT_EQ(changed, 3U);
    vendor.remove("ocamba", "2026-01-01", "2026-01-31", 2);
    vendor.add_late("ocamba", "2026-02-05", "2026-02-05", 5);
    EXPECT_EQ(ocamba_documents(vendor).size(), before.size() + 3);
}

TEST(SampleVendorControls, renames_an_account_from_a_day_on) {
    auto const vendor = started_vendor();
    JsonValue const account = vendor.accounts("guance").elements.at(0);
    vendor.rename("guance", account["id"].text, "结算 \"new\" & co", "2026-03-11");
    auto const name_on = [&](std::string const& day) {
        for (JsonValue const& row : guance_rows(vendor, day, day))
            if (row["workspaceUuid"].text == account["id"].text) return row["workspaceName"].text;
        return std::string("no such workspace");
    };
    EXPECT_EQ(name_on("20260310"), account["name"].text);
    EXPECT_EQ(name_on("20260311"), "结算 \"new\" & co");
    vendor.rename("ocamba", "1000101", "Second Title");
    for (JsonValue const& document : ocamba_documents(vendor, "view=full&app_id=1000101"))
        EXPECT_EQ(document["app"]["title"].text, "Second Title");
}

TEST(SampleVendorControls, corrects_rows_by_itself_as_vendor_days_go_by) {
    auto const vendor = started_vendor({"--restate-rate", "100"}), untouched = started_vendor();
    vendor.set_today("2026-03-11");
    auto const first = guance_rows(vendor, "20260310", "20260310");
    EXPECT_EQ(sum(first, "count"), sum(guance_rows(untouched, "20260310", "20260310"), "count"));
    vendor.set_today("2026-03-12");
    auto const next = guance_rows(vendor, "20260310", "20260310");
    EXPECT_NE(sum(next, "count"), sum(first, "count"));
    vendor.set_today("2026-03-16");
    auto const last = guance_rows(vendor, "20260310", "20260310");
    EXPECT_LT(last.size(), first.size());
    vendor.set_today("2026-06-01");
    EXPECT_EQ(sum(guance_rows(vendor, "20260310", "20260310"), "count"), sum(last, "count"))
        << "at rest after five days";
}

TEST(SampleVendorControls, fails_as_scripted_and_as_often) {
    auto const vendor = started_vendor();
    VendorFailure failure;
    failure.path = "/guance";
    failure.query = "startDate=20260302";
    failure.skip = 1;
    failure.times = 2;
    failure.status = 429;
    failure.body = "<html>busy</html>";
    failure.content_type = "text/html";
    failure.headers = {"Retry-After:-1", "X-Other:a b"};
    vendor.fail(failure);
    auto const status = [&](std::string const& day) { return vendor.guance(day, day).status; };
    EXPECT_EQ(status("20260301"), 200) << "another query";
    EXPECT_EQ(vendor.ocamba("page=1,1").status, 200) << "another path";
    EXPECT_EQ(status("20260302"), 200) << "the one that is let pass";
    HttpAnswer const struck = vendor.guance("20260302", "20260302");
    EXPECT_EQ(struck.status, 429);
    EXPECT_EQ(struck.body, "<html>busy</html>");
    EXPECT_EQ(struck.header("content-type"), "text/html");
    EXPECT_EQ(struck.header("retry-after"), "-1");
    EXPECT_EQ(struck.header("x-other"), "a b");
    EXPECT_EQ(status("20260302"), 429);
    EXPECT_EQ(status("20260302"), 200) << "used up";
}

TEST(SampleVendorControls, answers_200_with_any_body) {
    auto const vendor = started_vendor();
    VendorFailure failure;
    failure.body = R"({"code":200,"content":null,"errorCode":"ft.Oops","success":false})";
    vendor.fail(failure);
    HttpAnswer const answer = vendor.guance("20260301", "20260301");
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, failure.body);
}

TEST(SampleVendorControls, breaks_connections_and_delays) {
    auto const vendor = started_vendor();
    VendorFailure reset, cut, delay;
    reset.reset = true;
    cut.cut_after = 1000;
    delay.delay_ms = 60;
    for (VendorFailure const& failure : {reset, cut, delay})
        vendor.fail(failure);
    EXPECT_EQ(vendor.guance("20260301", "20260301").status, 0) << "reset";
    EXPECT_EQ(vendor.guance("20260301", "20260301").status, 0) << "cut off";
    auto const start = std::chrono::steady_clock::now();
    EXPECT_EQ(vendor.guance("20260301", "20260301").status, 200);
    EXPECT_GE(std::chrono::steady_clock::now() - start, std::chrono::milliseconds(60));
}

TEST(SampleVendorControls, drops_failures_on_demand) {
    auto const vendor = started_vendor();
    VendorFailure failure;
    failure.status = 500;
    failure.times = 1000;
    vendor.fail(failure);
    EXPECT_EQ(vendor.guance("20260301", "20260301").status, 500);
    vendor.heal();
    EXPECT_EQ(vendor.guance("20260301", "20260301").status, 200);
}

TEST(SampleVendorControls, lists_the_requests_it_got_but_never_a_key) {
    auto const vendor = started_vendor();
    vendor.guance("20260301", "20260302");
    vendor.get("/guance/elsewhere");
    EXPECT_EQ(vendor.request_count(), 2U);
    JsonValue const requests = vendor.requests();
    EXPECT_EQ(requests["requests"].elements[0]["path"].text, "/guance/api/v1/billing/detail/list");
    EXPECT_EQ(requests["requests"].elements[0]["query"].text, "startDate=20260301&endDate=20260302");
    EXPECT_EQ(requests["requests"].elements[1]["status"].text, "404");
    EXPECT_THAT(vendor.get("/_control/requests").body, Not(HasSubstr(SampleVendorProcess::kGuanceKey)));
    vendor.forget_requests();
    EXPECT_EQ(vendor.request_count(), 0U);
}

TEST(SampleVendorControls, says_what_is_wrong_with_a_control) {
    auto const vendor = started_vendor();
    EXPECT_EQ(vendor.get("/_control/ledger?vendor=acme&day=2026-03-01").body,
              "vendor must be guance or ocamba\n");
    EXPECT_EQ(vendor.get("/_control/ledger?vendor=guance&day=2026-02-30").body,
              "day must be a date such as 2026-03-01\n");
    EXPECT_EQ(vendor.get("/_control/ledger?day=2026-02-28").body, "parameter vendor is missing\n");
    EXPECT_EQ(vendor.get("/_control/nothing").status, 404);
    EXPECT_THROW(vendor.set_today("tomorrow"), std::runtime_error);
}

} // namespace

} // namespace billhouse
