#include "e2e/sample_vendor_reading.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

namespace billhouse {

namespace {

using testing::HasSubstr;

std::string const kPath = "/guance/api/v1/billing/detail/list";

/// The columns that make a row's identity.
std::string identity(JsonValue const& row) {
    std::string text;
    for (char const* field :
         {"consumeTimeOfDay", "workspaceUuid", "productDetail", "tag6", "commodityCategory"})
        text += row[field].text + '|';
    return text;
}

std::string without_trace(std::string const& body) {
    return body.substr(0, body.find("\"traceId\""));
}

TEST(SampleGuance, refuses_a_request_without_the_right_key) {
    auto const vendor = started_vendor();
    std::string const target = kPath + "?startDate=20260301&endDate=20260301";
    for (HttpHeaders const& headers : {HttpHeaders{}, HttpHeaders{{"DF-API-KEY", "guessed"}}}) {
        HttpAnswer const answer = vendor.get(target, headers);
        EXPECT_EQ(answer.status, 403);
        JsonValue const body = parse_json(answer.body);
        EXPECT_EQ(body["errorCode"].text, "ft.InvalidAPIKey");
        EXPECT_EQ(body["success"].text, "false");
        EXPECT_EQ(body["content"].kind, JsonValue::Kind::null);
    }
}

TEST(SampleGuance, wants_both_dates_as_eight_digits) {
    auto const vendor = started_vendor();
    for (auto const& [first, last] : std::map<std::string, std::string>{{"", "20260301"},
                                                                        {"20260302", ""},
                                                                        {"2026-03-01", "20260301"},
                                                                        {"20260230", "20260301"},
                                                                        {"20260305", "20260301"}}) {
        HttpAnswer const answer = vendor.guance(first, last);
        EXPECT_EQ(answer.status, 400) << first << " to " << last;
        EXPECT_EQ(parse_json(answer.body)["success"].text, "false");
    }
}

TEST(SampleGuance, answers_in_the_documented_envelope_with_a_new_trace_id_each_time) {
    auto const vendor = started_vendor();
    JsonValue const documented = parse_json(data_file("guance_sample.json"));
    JsonValue const first = parse_json(vendor.guance("20260301", "20260301").body);
    JsonValue const second = parse_json(vendor.guance("20260301", "20260301").body);
    EXPECT_EQ(keys_of(first), keys_of(documented));
    EXPECT_EQ(first["code"].text, "200");
    EXPECT_EQ(first["errorCode"].text, "");
    EXPECT_EQ(first["success"].kind, JsonValue::Kind::boolean);
    EXPECT_EQ(first["traceId"].text.size(), documented["traceId"].text.size());
    EXPECT_NE(first["traceId"].text, second["traceId"].text);
}

TEST(SampleGuance, gives_every_row_the_documented_fields_in_their_order) {
    auto const vendor = started_vendor();
    auto const expected = keys_of(parse_json(data_file("guance_sample.json"))["content"].elements.at(0));
    ASSERT_EQ(expected.size(), 24U);
    for (JsonValue const& row : guance_rows(vendor, "20260301", "20260303"))
        ASSERT_EQ(keys_of(row), expected);
}

TEST(SampleGuance, calls_the_item_code_billing_key_where_told) {
    auto const vendor = started_vendor({"--guance-item-key", "billingKey"});
    for (JsonValue const& row : guance_rows(vendor, "20260301", "20260301")) {
        EXPECT_FALSE(row.has("tag6"));
        EXPECT_FALSE(row["billingKey"].text.empty());
    }
}

TEST(SampleGuance, shows_a_day_from_the_next_morning_on) {
    auto const vendor = started_vendor();
    EXPECT_FALSE(guance_rows(vendor, "20260319", "20260319").empty());
    EXPECT_TRUE(guance_rows(vendor, "20260320", "20260320").empty());
    vendor.set_today("2026-03-21");
    EXPECT_FALSE(guance_rows(vendor, "20260320", "20260320").empty());
}

TEST(SampleGuance, has_two_years_of_days_and_nothing_before) {
    auto const vendor = started_vendor();
    EXPECT_TRUE(guance_rows(vendor, "20240319", "20240319").empty());
    EXPECT_GT(guance_rows(vendor, "20240320", "20240320").size(), 100U);
}

TEST(SampleGuance, sums_to_its_own_books_in_every_column_and_day) {
    auto const vendor = started_vendor({"--restate-rate", "40"});
    auto const rows = guance_rows(vendor, "20260101", "20260301");
    JsonValue const books = vendor.ledger("guance", "2026-01-01", "2026-03-01");
    ASSERT_EQ(books["totals"].elements.size(), 1U);
    JsonValue const& total = books["totals"].elements[0];
    EXPECT_EQ(total["currency"].text, "CNY");
    EXPECT_EQ(total["rows"].text, std::to_string(rows.size()));
    for (auto const& [column, field] : std::map<std::string, std::string>{{"list", "originAmount"},
                                                                          {"billed", "billingResult"},
                                                                          {"deduction", "deductionAmount"},
                                                                          {"coupon", "couponAmount"},
                                                                          {"stored", "storedCardAmount"},
                                                                          {"cash", "cashAmount"},
                                                                          {"marketplace", "cashCouldAmount"},
                                                                          {"unpaid", "oweAmount"}})
        EXPECT_EQ(millionths(total[column].text), sum(rows, field)) << column;
    std::map<std::string, std::int64_t> billed;
    for (JsonValue const& row : rows)
        billed[row["consumeTimeOfDay"].text] += amount(row, "billingResult");
    ASSERT_EQ(books["days"].elements.size(), 60U);
    for (JsonValue const& day : books["days"].elements)
        EXPECT_EQ(millionths(day["billed"].text), billed.at(day["day"].text)) << day["day"].text;
}

TEST(SampleGuance, settles_exactly_what_it_bills_where_it_says_how) {
    auto const vendor = started_vendor();
    int settled = 0;
    for (JsonValue const& row : guance_rows(vendor, "20260201", "20260228")) {
        std::int64_t paid = 0;
        bool told = false;
        for (char const* field : {"deductionAmount", "couponAmount", "storedCardAmount", "cashAmount",
                                  "cashCouldAmount", "oweAmount"}) {
            paid += amount(row, field);
            told = told || row[field].text != "None";
        }
        settled += told ? 1 : 0;
        if (told) {
            ASSERT_EQ(paid, amount(row, "billingResult"));
        }
    }
    EXPECT_GT(settled, 1000);
}

TEST(SampleGuance, gives_the_same_rows_for_the_same_seed_and_others_for_another) {
    auto const first = started_vendor({"--seed", "5"}), same = started_vendor({"--seed", "5"}),
               other = started_vendor({"--seed", "6"});
    std::string const rows = without_trace(first.guance("20251201", "20251231").body);
    EXPECT_EQ(without_trace(same.guance("20251201", "20251231").body), rows);
    EXPECT_NE(without_trace(other.guance("20251201", "20251231").body), rows);
}

TEST(SampleGuance, gives_a_range_the_rows_of_its_days_whatever_the_history_asked_for) {
    auto const vendor = started_vendor(), shorter = started_vendor({"--from", "2026-02-27"});
    EXPECT_EQ(without_trace(vendor.guance("20260227", "20260301").body),
              without_trace(shorter.guance("20260227", "20260301").body));
    std::size_t rows = 0;
    for (char const* day : {"20260227", "20260228", "20260301"})
        rows += guance_rows(vendor, day, day).size();
    EXPECT_EQ(guance_rows(vendor, "20260227", "20260301").size(), rows);
}

TEST(SampleGuance, has_in_a_month_everything_that_a_loader_must_cope_with) {
    auto const vendor = started_vendor();
    std::map<std::string, std::size_t> seen;
    std::map<std::string, int> twins;
    std::set<std::string> workspaces, items;
    for (JsonValue const& row : guance_rows(vendor, "20260201", "20260228")) {
        workspaces.insert(row["workspaceUuid"].text);
        items.insert(row["tag6"].text);
        seen["twins"] += ++twins[identity(row)] > 1 ? 1 : 0;
        seen["no workspace"] += row["workspaceUuid"].text == "None" ? 1 : 0;
        seen["amount as text"] += row["billingResult"].kind == JsonValue::Kind::string ? 1 : 0;
        seen["amount as number"] += row["billingResult"].kind == JsonValue::Kind::number ? 1 : 0;
        seen["nothing used"] += row["count"].text == "0" ? 1 : 0;
        seen["six decimals"] +=
            row["billingResult"].text.find('.') + 7 == row["billingResult"].text.size() ? 1 : 0;
        seen["discount"] += amount(row, "billingResult") < amount(row, "originAmount") ? 1 : 0;
        seen["subscription"] += row["commodityCategory"].text == "Annual/Monthly subscription" ? 1 : 0;
        seen["marketplace"] += row["customerIdentifier"].text == "None" ? 0 : 1;
        seen["outside ASCII"] += std::any_of(row["workspaceName"].text.begin(),
                                             row["workspaceName"].text.end(), [](char c) { return c < 0; })
                                     ? 1
                                     : 0;
        seen["quotes"] += row["workspaceName"].text.find('"') != std::string::npos ? 1 : 0;
        seen["time of consumption"] += row["consumeTime"].kind == JsonValue::Kind::number ? 1 : 0;
    }
    for (auto const& [what, times] : seen)
        EXPECT_GT(times, 0U) << what;
    EXPECT_EQ(items.size(), 12U);
    EXPECT_GT(workspaces.size(), 20U);
}

TEST(SampleGuance, throttles_as_the_real_one_with_401_and_an_error_code) {
    auto const vendor = started_vendor({"--guance-limit", "2"});
    EXPECT_EQ(vendor.guance("20260301", "20260301").status, 200);
    EXPECT_EQ(vendor.guance("20260301", "20260301").status, 200);
    HttpAnswer const third = vendor.guance("20260301", "20260301");
    EXPECT_EQ(third.status, 401);
    EXPECT_THAT(third.body, HasSubstr(R"("errorCode":"ft.TriggerApiAkCurrentLimiting")"));
}

TEST(SampleGuance, serves_the_documents_own_sample_verbatim_on_its_day) {
    auto const vendor = started_vendor();
    HttpHeaders const key{{"DF-API-KEY", SampleVendorProcess::kGuanceKey}};
    std::string const target = "/documented" + kPath;
    EXPECT_EQ(vendor.get(target + "?startDate=20230731&endDate=20230731", key).body,
              data_file("guance_sample.json"));
    EXPECT_THAT(vendor.get(target + "?startDate=20230730&endDate=20230730", key).body,
                HasSubstr(R"("content":[])"));
    EXPECT_EQ(vendor.get(target + "?startDate=20230731&endDate=20230731").status, 403);
}

} // namespace

} // namespace billhouse
