#include "base/base64.hpp"
#include "base/sha256.hpp"
#include "report/report_page.hpp"

#include <gmock/gmock.h>

namespace billhouse {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::size_t count_of(std::string const& text, std::string const& part) {
    std::size_t count = 0;
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
        ++count;
    return count;
}
/// What stands between the first `begin` behind `after` and the next `end`.
std::string between(std::string const& page, std::string const& begin, std::string const& end) {
    auto const from = page.find(begin);
    EXPECT_NE(from, std::string::npos) << begin;
    return page.substr(from + begin.size(), page.find(end, from + begin.size()) - from - begin.size());
}
std::string hash_of(std::string const& text) {
    auto const digest = sha256(text);
    return "'sha256-" + base64(std::string(digest.begin(), digest.end())) + "'";
}

TEST(ReportPage, no_text_of_the_data_can_end_its_script_element_or_begin_another) {
    std::string const evil = R"({"name":"</script><script>alert(1)</script><!--<img onerror=x>"})";
    EXPECT_EQ(script_safe(R"({"a":"1<2"})"), R"({"a":"1\u003c2"})");
    auto const page = report_page(evil);
    EXPECT_EQ(count_of(page, "<script"), 2U);
    EXPECT_EQ(count_of(page, "</script>"), 2U);
    EXPECT_THAT(page, Not(HasSubstr("<img")));
    EXPECT_THAT(page, Not(HasSubstr("<!--")));
}

TEST(ReportPage, names_its_script_and_style_by_hash_and_allows_nothing_else) {
    auto const page = report_page("{}");
    auto const policy = between(page, "Content-Security-Policy\" content=\"", "\"");
    auto const script = between(page, "<script>", "</script>");
    EXPECT_EQ(policy, "default-src 'none'; style-src " + hash_of(between(page, "<style>", "</style>")) +
                          "; script-src " + hash_of(script) + "; base-uri 'none'; form-action 'none'");
}

TEST(ReportPage, data_that_looks_like_a_marker_stays_data) {
    auto const page = report_page(R"({"name":"{{script}} {{data}}"})");
    EXPECT_EQ(count_of(page, "{{"), 2U);
    EXPECT_THAT(
        page,
        HasSubstr(R"(<script type="application/json" id="data">{"name":"{{script}} {{data}}"}</script>)"));
}

TEST(ReportPage, asks_for_nothing_beside_itself) {
    auto const page = report_page("{}");
    for (auto const* address : {"src=", "href=\"http", "@import", "url(", "fetch(", "XMLHttpRequest"})
        EXPECT_THAT(page, Not(HasSubstr(address)));
}

} // namespace
} // namespace billhouse
