#include "base/error.hpp"
#include "decode/json_records.hpp"
#include "fetch/link_header.hpp"

#include "support/data_files.hpp"

#include <gtest/gtest.h>

namespace billhouse {

TEST(LinkHeader, finds_the_next_link_among_others) {
    EXPECT_EQ(next_link("</p1>; rel=\"prev\", </p3>; rel=\"next\", </p9>; rel=\"last\""), "/p3");
    EXPECT_EQ(next_link("</p1>; rel=\"prev\""), std::nullopt);
    EXPECT_EQ(next_link(""), std::nullopt);
    EXPECT_EQ(next_link(" , ,</p3> ;REL = next,"), "/p3");
}

TEST(LinkHeader, a_comma_or_semicolon_in_a_target_or_in_quotes_ends_nothing) {
    EXPECT_EQ(next_link("</a;v=1/p?ids=1,2>; title=\"x; rel=next, \\\"<y>\"; rel=prev, </b>; rel=next"),
              "/b");
}

TEST(LinkHeader, of_two_relations_in_one_link_the_first_counts_and_an_anchored_link_is_another_pages) {
    EXPECT_EQ(next_link("</a>; rel=prev; rel=next"), std::nullopt);
    EXPECT_EQ(next_link("</a>; rel=next; anchor=\"/other\", </b>; rel=next"), "/b");
    EXPECT_EQ(next_link("</a>; rel=\"nextish\", </b>; rel=\"last NEXT\""), "/b");
}

TEST(LinkHeader, what_is_no_list_of_links_is_an_error_and_not_the_end) {
    for (auto const* header : {"https://a/p2; rel=next", "</p2", "</p2>; rel=\"next", "</p1>; rel=prev </p2>",
                               "</p1> x, </p2>; rel=next"})
        EXPECT_THROW(next_link(header), Error) << header;
}

TEST(LinkHeader, link_headers_json_holds) {
    auto const path = corpus_path("link_headers.json");
    if (!std::filesystem::exists(path)) GTEST_SKIP() << "link_headers.json is absent";
    std::size_t cases = 0;
    decode_json_page(file_text(path), {}, {}, [&](RecordView const& each) {
        auto const member = [&](char const* key) {
            return each.tree.find(each.tree.root(), std::string_view(key));
        };
        auto const header = std::string(member("header")->text);
        auto const found = next_link(header);
        EXPECT_EQ(found.has_value(), member("next")->kind == JsonKind::string) << header;
        if (found) {
            EXPECT_EQ(*found, member("next")->text) << header;
        }
        ++cases;
    });
    EXPECT_EQ(cases, 21U);
}

} // namespace billhouse
