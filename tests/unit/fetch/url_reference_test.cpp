#include "base/error.hpp"
#include "decode/json_records.hpp"
#include "fetch/url_reference.hpp"

#include "support/data_files.hpp"

#include <gtest/gtest.h>

namespace billhouse {
namespace {

std::string refusal(std::string const& page, std::string const& link) {
    try {
        return "taken as " + next_page_url(page, link);
    } catch (Error const& error) {
        EXPECT_EQ(error.kind(), ErrorKind::data);
        return error.what();
    }
}

/// Equal by RFC 3986 section 6.2: an empty path is "/", a default port is none, hosts have no case.
std::string normalised(std::string url) {
    auto const origin = origin_of(url);
    if (!origin) return url;
    auto const path = url.find_first_of("/?#", url.find("://") + 3);
    auto const rest = path == std::string::npos ? "" : url.substr(path);
    return *origin + (rest.starts_with('/') ? "" : "/") + rest;
}

} // namespace

TEST(UrlReference, resolves_as_rfc_3986_does) {
    std::string const base = "http://a/b/c/d;p?q";
    EXPECT_EQ(resolve_reference(base, "g"), "http://a/b/c/g");
    EXPECT_EQ(resolve_reference(base, "?y"), "http://a/b/c/d;p?y");
    EXPECT_EQ(resolve_reference(base, "#s"), "http://a/b/c/d;p?q#s") << "libcurl 7.88 drops the last segment";
    EXPECT_EQ(resolve_reference(base, ""), base) << "libcurl 7.88 gives the parent folder without the query";
    EXPECT_EQ(resolve_reference(base, "../../../g"), "http://a/g");
    EXPECT_EQ(resolve_reference(base, "/./g/.."), "http://a/");
    EXPECT_EQ(resolve_reference(base, "//h"), "http://h");
    EXPECT_EQ(resolve_reference(base, "g:h"), "g:h");
    EXPECT_EQ(resolve_reference("http://a", "g"), "http://a/g");
    EXPECT_EQ(resolve_reference(base, "g:../h"), "g:h") << "of a path without a folder";
    EXPECT_EQ(resolve_reference(base, "g:./h/../i"), "g:/i");
    EXPECT_EQ(resolve_reference(base, "g:.."), "g:");
}

TEST(UrlReference, an_origin_is_scheme_host_and_port_without_case) {
    EXPECT_EQ(origin_of("HTTPS://Api.Example/x?y"), "https://api.example:443");
    EXPECT_EQ(origin_of("http://127.0.0.1:8080"), "http://127.0.0.1:8080");
    EXPECT_EQ(origin_of("http://[::1]:080/"), "http://[::1]:80");
    for (auto const* url :
         {"ftp://a/", "http:///x", "http://user@a/", "http://a:99999/", "http://a b/", "//a/x", "http://%61/",
          "http:a", "http://a\\@b/", "http://a..b/", "http://.a/", "http://a./", "http://[::1/", "http://[]/",
          "http://[::1]x/", "http://a:1:2/", "http://a:-1/", "http://[a]b:1/"})
        EXPECT_EQ(origin_of(url), std::nullopt) << url;
}

TEST(UrlReference, a_link_as_long_as_an_answer_may_be_is_read_or_refused_like_any_other) {
    std::string const page = "https://api.example/v1", many(1'000'000, 'a');
    EXPECT_NE(refusal(page, "https://" + many + "/").find("is refused"), std::string::npos);
    EXPECT_NE(refusal(page, "https://" + many + ":443:").find("is refused"), std::string::npos);
    EXPECT_EQ(refusal(page, "?after=" + many), "taken as " + page + "?after=" + many);
}

TEST(UrlReference, a_next_page_stays_at_its_origin) {
    std::string const page = "https://api.example/v1/costs?page=1";
    EXPECT_EQ(next_page_url(page, "https://API.example:443/v1/costs?page=2"),
              "https://API.example:443/v1/costs?page=2");
    EXPECT_EQ(next_page_url(page, "?page=2&x=a|b#top"), "https://api.example/v1/costs?page=2&x=a%7Cb");
    EXPECT_EQ(next_page_url(page, "/v1?c=a+b%2Fc==&f[x]=1"), "https://api.example/v1?c=a+b%2Fc==&f[x]=1");
    for (auto const* link :
         {"http://api.example/v1", "https://api.example:8443/", "https://api.example.evil/", "https://evil/",
          "//evil/v1", "https://api.example@evil/", "https:\\\\evil/", "ftp://api.example/",
          "javascript:alert(1)", "https://u:p@api.example/", "/a\nb"})
        EXPECT_NE(refusal(page, link).find("is refused"), std::string::npos)
            << link << ": " << refusal(page, link);
}

TEST(UrlReference, a_refused_link_is_shown_without_its_query) {
    EXPECT_EQ(refusal("https://api.example/", "https://evil/x?key=canary").find("canary"), std::string::npos);
}

TEST(UrlReference, takes_out_every_parameter_of_a_name) {
    EXPECT_EQ(without_query_parameter("https://a/x?k=1&b=2&k=3", "k"), "https://a/x?b=2");
    EXPECT_EQ(without_query_parameter("https://a/x?k=1", "k"), "https://a/x");
    EXPECT_EQ(without_query_parameter("https://a/x?ok=1&a%5Bb%5D=2", "a[b]"), "https://a/x?ok=1");
    EXPECT_EQ(without_query_parameter("https://a/x", "k"), "https://a/x");
}

/// RFC 3986 and the next-link cases must be met to the letter. The web platform's cases repair what is no URL
/// (backslashes, tabs, hosts as numbers); here such a link is refused, or the two agree.
TEST(UrlReference, url_resolution_json_holds) {
    auto const path = corpus_path("url_resolution.json");
    if (!std::filesystem::exists(path)) GTEST_SKIP() << "url_resolution.json is absent";
    int agreed = 0, refused = 0;
    decode_json_page(file_text(path), {}, {}, [&](RecordView const& each) {
        auto const text = [&](char const* key) {
            return std::string(each.tree.find(each.tree.root(), std::string_view(key))->text);
        };
        auto const base = text("base"), reference = text("ref"), expected = text("expect");
        if (!text("source").starts_with("WPT")) {
            EXPECT_EQ(resolve_reference(base, reference), expected) << base << " + " << reference;
            ++agreed;
            return;
        }
        auto const home = origin_of(base);
        auto const verdict = home ? refusal(base, reference) : "is refused";
        bool const is_refused = verdict.find("is refused") != std::string::npos;
        auto const expected_origin = origin_of(expected);
        refused += is_refused ? 1 : 0;
        agreed += is_refused ? 0 : 1;
        if (!is_refused) {
            EXPECT_TRUE(expected_origin && expected_origin == home)
                << "a browser goes elsewhere: " << base << " + " << reference << " -> " << expected;
            EXPECT_EQ(normalised(verdict.substr(9)), normalised(expected.substr(0, expected.find('#'))))
                << base << " + " << reference;
        }
    });
    EXPECT_EQ(agreed + refused, 217);
    EXPECT_EQ(agreed, 86) << "51 of RFC 3986 and of next links, 35 of the web platform";
}

} // namespace billhouse
