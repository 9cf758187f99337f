#include "e2e/sample_vendor_reading.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

namespace billhouse {

namespace {

using testing::HasSubstr;

std::string const kPath = "/ocamba/v2/ocamba/usage";

std::vector<std::string> texts(std::vector<JsonValue> const& documents, std::string const& field) {
    std::vector<std::string> values;
    for (JsonValue const& document : documents)
        values.push_back(document[field].text);
    return values;
}

bool has_line_money(JsonValue const& document) {
    return document["items"].elements.at(0).has("price");
}

TEST(SampleOcamba, refuses_a_request_without_the_right_token) {
    auto const vendor = started_vendor();
    for (HttpHeaders const& headers :
         {HttpHeaders{}, HttpHeaders{{"Authorization", "sample-ocamba-token"}}}) {
        HttpAnswer const answer = vendor.get(kPath + "?page=1,10", headers);
        EXPECT_EQ(answer.status, 401);
        EXPECT_EQ(keys_of(parse_json(answer.body)),
                  (std::vector<std::string>{"code", "message", "title", "trace_id"}));
    }
}

TEST(SampleOcamba, gives_every_document_once_over_its_pages) {
    auto const vendor = started_vendor();
    JsonValue const first = parse_json(vendor.ocamba("page=1").body);
    std::size_t const total = std::stoul(first["total"].text);
    EXPECT_EQ(first["items"].elements.size(), 20U);
    auto const ids = texts(ocamba_documents(vendor), "id");
    EXPECT_GT(total, 600U);
    EXPECT_EQ(ids.size(), total);
    EXPECT_EQ(std::set<std::string>(ids.begin(), ids.end()).size(), total);
}

TEST(SampleOcamba, caps_the_page_size_and_answers_a_page_behind_the_last_with_none) {
    auto const vendor = started_vendor();
    EXPECT_EQ(parse_json(vendor.ocamba("page=1,5000").body)["items"].elements.size(), 100U);
    JsonValue const beyond = parse_json(vendor.ocamba("page=18446744073709551615,100").body);
    EXPECT_TRUE(beyond["items"].elements.empty());
    EXPECT_EQ(beyond["total"].text, parse_json(vendor.ocamba("page=1").body)["total"].text);
}

TEST(SampleOcamba, refuses_what_it_does_not_model) {
    auto const vendor = started_vendor();
    for (char const* query : {"page=0", "page=1,0", "page=1,2,3", "page=x", "page=", "view=half", "sort=logo",
                              "q=x", "fields=id", "update_time=2026-01-01"})
        EXPECT_EQ(vendor.ocamba(query).status, 400) << query;
}

TEST(SampleOcamba, sums_to_its_own_books_in_each_currency) {
    auto const vendor = started_vendor({"--restate-rate", "40"});
    JsonValue const books = vendor.ledger("ocamba", "2024-01-01", "2026-12-31");
    struct Sums {
        std::size_t documents = 0, lines = 0;
        std::int64_t price = 0, discount = 0, amount = 0;
    };
    std::map<std::string, Sums> sums;
    for (JsonValue const& document : ocamba_documents(vendor)) {
        Sums& of = sums[document["currency_code"].text];
        auto const& lines = document["items"].elements;
        auto const& priced = has_line_money(document) ? lines : std::vector<JsonValue>{document};
        ++of.documents;
        of.lines += lines.size();
        of.price += sum(priced, "price");
        of.discount += sum(priced, "discount");
        of.amount += sum(priced, "amount");
    }
    ASSERT_EQ(books["totals"].elements.size(), 2U) << "EUR and USD";
    for (JsonValue const& total : books["totals"].elements) {
        Sums const& of = sums.at(total["currency"].text);
        EXPECT_EQ(total["documents"].text, std::to_string(of.documents));
        EXPECT_EQ(total["rows"].text, std::to_string(of.lines));
        EXPECT_EQ(millionths(total["price"].text), of.price);
        EXPECT_EQ(millionths(total["discount"].text), of.discount);
        EXPECT_EQ(millionths(total["amount"].text), of.amount);
        EXPECT_EQ(millionths(total["price"].text) - of.discount + millionths(total["tax"].text), of.amount);
    }
}

TEST(SampleOcamba, agrees_within_each_document) {
    auto const vendor = started_vendor();
    for (JsonValue const& document : ocamba_documents(vendor)) {
        for (JsonValue const& line : document["items"].elements)
            ASSERT_EQ(amount(line, "amount"),
                      amount(line, "price") - amount(line, "discount") + amount(line, "tax"));
        if (has_line_money(document) && document.has("price")) {
            ASSERT_EQ(amount(document, "price"), sum(document["items"].elements, "price"));
            ASSERT_EQ(amount(document, "amount"), sum(document["items"].elements, "amount"));
        }
    }
}

TEST(SampleOcamba, has_every_kind_of_document_that_the_page_leaves_possible) {
    auto const vendor = started_vendor();
    std::map<std::string, int> seen{{"header only, one line", 0},
                                    {"header only, several lines", 0},
                                    {"no header money", 0},
                                    {"lines and header", 0},
                                    {"at its limit", 0},
                                    {"fraction of a per cent", 0},
                                    {"discount", 0},
                                    {"no usage", 0}};
    for (JsonValue const& document : ocamba_documents(vendor)) {
        std::size_t const lines = document["items"].elements.size();
        if (!has_line_money(document))
            ++seen[lines == 1 ? "header only, one line" : "header only, several lines"];
        else
            ++seen[document.has("price") ? "lines and header" : "no header money"];
        seen["at its limit"] += document["limit_status"].text == "1" ? 1 : 0;
        seen["discount"] += document.has("discount") ? 1 : 0;
        seen["no usage"] += document.has("usage_percent") ? 0 : 1;
        if (document.has("usage_percent"))
            seen["fraction of a per cent"] +=
                document["usage_percent"].text.find('.') != std::string::npos ? 1 : 0;
    }
    for (auto const& [what, times] : seen)
        EXPECT_GT(times, 0) << what;
    EXPECT_EQ(seen.size(), 8U);
}

TEST(SampleOcamba, shapes_each_view_as_the_page_shows_it) {
    auto const vendor = started_vendor();
    auto const full = ocamba_documents(vendor, "view=full"), brief = ocamba_documents(vendor, "view=default");
    EXPECT_EQ(texts(full, "id"), texts(brief, "id"));
    for (std::size_t i = 0; i < full.size(); ++i) {
        ASSERT_EQ(full[i]["app-id"].text, brief[i]["app_id"].text);
        ASSERT_EQ(full[i]["start_date"].text + "T00:00:00Z", brief[i]["start_time"].text);
        ASSERT_EQ(full[i]["end_date"].text + "T00:00:00Z", brief[i]["end_time"].text);
        ASSERT_EQ(full[i]["items"].elements[0]["invoice_item"]["name"].text,
                  brief[i]["items"].elements[0]["name"].text);
        ASSERT_TRUE(full[i].has("app") && full[i].has("update_time"));
        ASSERT_FALSE(brief[i].has("app") || brief[i].has("update_time"));
    }
}

TEST(SampleOcamba, names_no_field_that_the_page_does_not_have) {
    auto const vendor = started_vendor();
    auto const known = keys_of(parse_json(data_file("ocamba_sample_2.json"))["items"].elements[0]);
    std::set<std::string> allowed(known.begin(), known.end());
    allowed.insert("discount"); // in the page's field list only
    for (JsonValue const& document : ocamba_documents(vendor))
        for (std::string const& key : keys_of(document))
            ASSERT_TRUE(allowed.contains(key)) << key;
}

TEST(SampleOcamba, lets_an_open_cycle_grow_and_a_closed_one_rest) {
    auto const vendor = started_vendor();
    std::map<std::string, std::string> before;
    for (JsonValue const& document : ocamba_documents(vendor, "view=full&app_id=1000101"))
        before[document["id"].text] = document["end_date"].text + ' ' + document["amount"].text;
    vendor.set_today("2026-03-22");
    int grown = 0, resting = 0;
    for (JsonValue const& document : ocamba_documents(vendor, "view=full&app_id=1000101")) {
        std::string const now = document["end_date"].text + ' ' + document["amount"].text;
        (now == before.at(document["id"].text) ? resting : grown) += 1;
        EXPECT_EQ(now == before.at(document["id"].text), document["end_date"].text < "2026-03-20") << now;
    }
    EXPECT_EQ(grown, 1);
    EXPECT_GT(resting, 20);
}

TEST(SampleOcamba, filters_and_sorts_as_documented) {
    auto const vendor = started_vendor();
    for (JsonValue const& document : ocamba_documents(vendor, "view=full&app_id=1000102"))
        EXPECT_EQ(document["app-id"].text, "1000102");
    auto const updated = texts(ocamba_documents(vendor, "view=full&sort=-update_time"), "update_time");
    EXPECT_TRUE(std::is_sorted(updated.rbegin(), updated.rend()));
    auto const started = texts(ocamba_documents(vendor, "view=full&sort=start_date,-amount"), "start_date");
    EXPECT_TRUE(std::is_sorted(started.begin(), started.end()));
}

TEST(SampleOcamba, tells_its_limit_and_says_when_to_come_back) {
    auto const vendor = started_vendor({"--ocamba-limit", "2"});
    HttpAnswer const first = vendor.ocamba("page=1,1");
    EXPECT_EQ(first.header("x-ratelimit-limit"), "2");
    EXPECT_EQ(first.header("x-ratelimit-remaining"), "1");
    EXPECT_EQ(vendor.ocamba("page=1,1").header("x-ratelimit-remaining"), "0");
    HttpAnswer const third = vendor.ocamba("page=1,1");
    EXPECT_EQ(third.status, 429);
    EXPECT_THAT(std::stoi(third.header("retry-after")), testing::AllOf(testing::Gt(0), testing::Le(60)));
    EXPECT_EQ(third.header("x-ratelimit-limit"), "");
}

TEST(SampleOcamba, serves_the_documents_own_samples_verbatim) {
    auto const vendor = started_vendor();
    HttpHeaders const token{{"Authorization", std::string("Bearer ") + SampleVendorProcess::kOcambaToken}};
    auto const get = [&](std::string const& target) { return vendor.get(target, token).body; };
    EXPECT_EQ(get("/documented" + kPath + "?page=1,100"), data_file("ocamba_sample_1.json"));
    EXPECT_EQ(get("/documented" + kPath + "?page=1,100&view=full"), data_file("ocamba_sample_2.json"));
    EXPECT_EQ(get("/documented" + kPath + "?page=2,100&view=full"), R"({"total":3,"items":[]})");
    std::string const corrected = get("/documented-total" + kPath + "?page=1,100&view=full");
    EXPECT_EQ(parse_json(corrected)["total"].text, "1");
    EXPECT_EQ(corrected.size(), data_file("ocamba_sample_2.json").size());
}

} // namespace

} // namespace billhouse
