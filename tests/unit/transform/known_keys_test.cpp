#include "run/slice_fingerprint.hpp"

#include "support/data_files.hpp"
#include "unit/transform/sample_jobs.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

/// Facts that an earlier release loaded must count as unchanged: keys, hashes and fingerprints written down
/// here were made by the release before reading was made fast, and are never to be renewed.
namespace billhouse {

namespace {

using testing::ElementsAre;

std::vector<std::string> keys_and_hashes(StarRows const& rows) {
    std::vector<std::string> texts;
    for (auto const& line : rows.lines)
        texts.push_back(fmt::format("{} {}", to_string(line.key), line.content_hash));
    return texts;
}

/// What records are seldom like, in one page.
StarRows odd_rows() {
    auto stream = samples::plain_stream();
    for (auto const* column : {"quantity", "unit_price"})
        stream.mapping.columns.push_back(samples::line_rule(column, column));
    stream.mapping.identity = samples::line_columns({"charge_date", "sku_code", "unit_price"});
    return samples::mapped_plain(
        stream,
        {R"({"date": "2026-03-01", "sku": "a", "cost": 1.50, "unit_price": "1.50"})",
         R"({"date": "2026-03-01", "sku": "a", "cost": 2, "unit_price": 15e-1})", // a twin of the first
         R"({"date": "2026-03-01", "sku": "\u6d4b\"\\\n", "cost": -0.00, "more": {"b": [1, null], "a": "\u00e9"}})",
         R"({"date": "2028-02-29", "sku": " None ", "cost": "12345678901234567890.12345678901234567", "x": null})",
         R"({"cost": 1E+2, "sku": "b", "date": " 2026-03-02", "quantity": 0.000000000000000000000001})",
         R"({"date": "2026-03-02", "sku": "c", "cost": "+07.10", "quantity": "", "y": 1e-3, "x": "\ud83d\udcb0"})",
         R"({"date": "2026-02-30", "sku": "rejected", "cost": 1})"});
}

} // namespace

TEST(KnownKeys, of_a_flat_vendors_lines_are_those_of_earlier_releases) {
    auto const rows = samples::mapped(samples::guance_source(), samples::guance_stream(),
                                      {data_file("guance_sample.json")});
    EXPECT_THAT(keys_and_hashes(rows),
                ElementsAre("23ce5b07-5b19-8fc2-a275-e2b30de0f2f8 7830778605664858242"));
    EXPECT_EQ(fingerprint(rows), "da89cff03a99eaedc1d5b44e1794ea5d7fafba43106d13a24f2f6217b52125eb");
}

TEST(KnownKeys, of_documents_and_their_lines_are_those_of_earlier_releases) {
    auto const rows = samples::mapped(samples::ocamba_source(), samples::ocamba_stream(),
                                      {data_file("ocamba_sample_1.json")});
    EXPECT_THAT(keys_and_hashes(rows),
                ElementsAre("c76b81ad-5196-8784-bc64-7d13970bce19 -7578621267865516547",
                            "68673867-427c-84c3-bbb1-0d6a14df2345 -6107745257251284443",
                            "3089e95b-b6bb-8676-9af5-fe86911973b2 -6080143012676788967"));
    EXPECT_EQ(fingerprint(rows), "b51aec64a989b7f1944e2fb0bcbfd00ee880a8092ccdd717cd01055b45534f1c");
}

TEST(KnownKeys, of_odd_records_are_those_of_earlier_releases) {
    auto const rows = odd_rows();
    EXPECT_EQ(rows.rejects.size(), 1U);
    EXPECT_THAT(keys_and_hashes(rows),
                ElementsAre("3a5c05ae-1790-8a43-843f-0ed224e1bd9d -3910574111102314345",
                            "3fbc1199-850a-814f-8ff7-097602612fc7 2279702327359863585",
                            "a05993a0-ce33-85b5-af9a-f625f22812a0 -521935981658944781",
                            "a5f521be-5d4f-8df3-8a11-fe1c147df5f5 2777022753970760230",
                            "52dd9d30-c49c-88d8-ba20-13575f03f514 -3876757532588495579",
                            "58e673f8-edc8-8ba0-9d61-51046b989cc8 5982845023401962748"));
    EXPECT_EQ(fingerprint(rows), "1dce963654e83549efdbc867b209f06ab833df21418e6dd1953207a999aa16c9");
}

} // namespace billhouse
