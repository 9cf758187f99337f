#include "support/data_files.hpp"
#include "unit/transform/sample_jobs.hpp"

#include <gmock/gmock.h>

namespace billhouse {

using testing::SizeIs;

// The answers on the vendors' own API pages, and the star rows that they must become, written by hand.

TEST(DocumentedAnswers, guance_becomes_exactly_this_line) {
    auto const rows = samples::mapped(samples::guance_source(), samples::guance_stream(),
                                      {data_file("guance_sample.json")});
    ASSERT_THAT(rows.lines, SizeIs(1));
    auto const& line = rows.lines[0];
    // Key: the vector of the warehouse guide, for ('guance_cn','1','2023-07-31',NULL,'Session
    // Replay','session_replay',NULL,'CNY','1').
    EXPECT_EQ(samples::described(rows, line),
              "2023-07-31 23ce5b07-5b19-8fc2-a275-e2b30de0f2f8 line 1 of '' " +
                  std::to_string(line.content_hash) +
                  "\n"
                  "account guance (Guance billing account)\n"
                  "service guance (Guance), Management and Governance, Observability\n"
                  "sku session_replay (Session Replay), meter NULL, Units/Units\n"
                  "type Usage||Usage-Based|Standard||||item|false\n"
                  "charged 2023-07-30T16:00:00Z to 2023-07-31T16:00:00Z, billed 2023-07-01 to 2023-08-01\n"
                  "quantity=0 list_cost=0 discount_amount=0 billed_cost=0 tax_amount=0 total_amount=0 CNY\n"
                  "attributes \n");
    EXPECT_EQ(line.sub_account, kUnknown) << "there is a workspace, but 'None' does not name it";
    EXPECT_EQ(line.record_path, "/content/0");
    EXPECT_EQ(line.page, 0);
    EXPECT_EQ(line.identity,
              IdentityKey::uuid_of(
                  "9:guance_cn,1:1,10:2023-07-31,-,14:Session Replay,14:session_replay,-,3:CNY,1:1"));
    EXPECT_THAT(rows.rejects, SizeIs(0));
    EXPECT_THAT(rows.documents, SizeIs(0));
    EXPECT_EQ(rows.read, 1);
}

TEST(DocumentedAnswers, ocambas_default_view_becomes_these_lines_and_documents) {
    auto const rows = samples::mapped(samples::ocamba_source(), samples::ocamba_stream(),
                                      {data_file("ocamba_sample_1.json")});
    ASSERT_THAT(rows.lines, SizeIs(3));
    auto const described = [&](std::size_t i) {
        auto const& line = rows.lines[i];
        auto const all = samples::described(rows, line);
        EXPECT_EQ(line.record_path, "/items/" + std::to_string(i) + "/items/0");
        return all.substr(all.find('\n') + 1);
    };
    EXPECT_EQ(described(0),
              "account 6197120 (NULL)\n"
              "sub-account App 1001 (NULL)\n"
              "service ocamba (Ocamba), Other, Other (Other)\n"
              "sku adex requests (Adex Requests), meter NULL, Units/Units\n"
              "type Usage||Usage-Based|Standard||||item|false\n"
              "charged 2021-11-01T00:00:00Z to 2021-12-01T00:00:00Z, billed 2021-11-01 to 2021-12-01\n"
              "quantity=5938 pricing_block=1 unit_price=0 list_cost=0 discount_amount=0 billed_cost=0 "
              "tax_rate=20 tax_amount=0 "
              "total_amount=0 USD\n"
              "attributes {\"discount_rate\":0}\n");
    EXPECT_EQ(described(1),
              "account 6197120 (NULL)\n"
              "sub-account App 1007 (NULL)\n"
              "service ocamba (Ocamba), Other, Other (Other)\n"
              "sku enterprise (Ocamba MST Enterprise Plan (Annually)), meter NULL, Units/Units\n"
              "type Purchase||Recurring|Standard||||item|false\n"
              "charged 2021-10-30T00:00:00Z to 2021-11-30T00:00:00Z, billed 2021-10-30 to 2021-11-30\n"
              "quantity=1 pricing_block=1 unit_price=1 list_cost=1 discount_amount=0 billed_cost=1 "
              "tax_rate=20 tax_amount=0.2 "
              "total_amount=1.2 USD\n"
              "attributes {\"discount_rate\":0}\n");
    EXPECT_EQ(described(2),
              "account 6197120 (NULL)\n"
              "sub-account App 1003 (NULL)\n"
              "service ocamba (Ocamba), Other, Other (Other)\n"
              "sku subscribers (Subscribers included in plan), meter NULL, Units/Units\n"
              "type Usage||Usage-Based|Standard||||item|false\n"
              "charged 2021-11-10T00:00:00Z to 2021-12-10T00:00:00Z, billed 2021-11-10 to 2021-12-10\n"
              "quantity=98985 pricing_block=1 unit_price=0 list_cost=0 discount_amount=0 billed_cost=0 "
              "tax_rate=20 tax_amount=0 "
              "total_amount=0 USD\n"
              "attributes {\"discount_rate\":0}\n");

    ASSERT_THAT(rows.documents, SizeIs(3));
    auto const& priced = rows.documents[1];
    EXPECT_EQ(priced.id, "1969");
    EXPECT_EQ(to_string(priced.period_start) + " " + to_string(priced.period_end), "2021-10-30 2021-11-30");
    EXPECT_EQ(priced.price, Decimal(1));
    EXPECT_EQ(priced.amount, Decimal::parse("1.2"));
    EXPECT_EQ(priced.discount, std::nullopt);
    EXPECT_EQ(priced.usage_percent, std::nullopt);
    EXPECT_EQ(priced.limit_status, "0");
    EXPECT_EQ(priced.vendor_created_at, std::nullopt);
    EXPECT_EQ(priced.line_count, 1);
    EXPECT_EQ(priced.attributes, "");
    auto const& free = rows.documents[0];
    EXPECT_EQ(free.price, std::nullopt);
    EXPECT_EQ(free.usage_percent, Decimal::parse("0.59"));
    EXPECT_EQ(rows.lines[1].document_id, "1969");
    EXPECT_EQ(rows.read, 3);
}

TEST(DocumentedAnswers, ocambas_full_view_takes_the_headers_money_to_its_only_line) {
    auto const rows = samples::mapped(samples::ocamba_source(), samples::ocamba_stream(),
                                      {data_file("ocamba_sample_2.json")});
    ASSERT_THAT(rows.lines, SizeIs(1));
    auto const all = samples::described(rows, rows.lines[0]);
    EXPECT_EQ(
        all.substr(all.find('\n') + 1),
        "account 10013213 (NULL)\n"
        "sub-account App 1000163 (AdExchange)\n"
        "service adex (AdExchange), Other, Other (Other)\n"
        "sku Ocamba Push Startup Plan (Monthly) (Subscribers included in plan), meter NULL, Units/Units\n"
        "type Usage||Usage-Based|Standard||||header_total|false\n"
        "charged 2021-07-20T00:00:00Z to 2021-07-31T00:00:00Z, billed 2021-07-20 to 2021-07-31\n"
        "pricing_block=1 list_cost=10.99 discount_amount=0 billed_cost=10.99 tax_amount=0 total_amount=1.2 "
        "USD\n"
        "attributes \n");
    ASSERT_THAT(rows.documents, SizeIs(1));
    auto const& document = rows.documents[0];
    EXPECT_EQ(document.id, "1998");
    EXPECT_EQ(document.usage_percent, Decimal(100));
    EXPECT_EQ(to_string(document.vendor_created_at.value()), "2021-07-30T12:50:13Z");
    EXPECT_EQ(to_string(document.vendor_updated_at.value()), "2021-07-30T12:50:13Z");
    EXPECT_EQ(
        document.attributes,
        R"({"app":{"create_time":"2021-11-25 13:45:03","description":"here goes description","id":"123456789",)"
        R"("logo":"https://logo-uri-example.com","plan":"'{ \n   \"features\" : [\"billing\"]\n }'","type":"application",)"
        R"("update_time":"2021-11-26 11:37:25"}})");
}

} // namespace billhouse
