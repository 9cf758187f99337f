#include "fetch/request_template.hpp"

#include <gmock/gmock.h>

namespace billhouse {
namespace {

using namespace std::chrono;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;
using Name = Placeholder::Name;

Template literal(std::string text) {
    return {{TemplatePart(std::move(text))}};
}

TemplatePart slot(Name name) {
    return Placeholder{name, std::nullopt, {}};
}

TemplatePart window(Name name, std::string_view format = "date") {
    return Placeholder{name, TimeFormat::compile(format), {}};
}

RequestValues march_first() {
    RequestValues values;
    values.zone = Zone::find("Asia/Shanghai").value();
    values.window_from = values.zone.start_of(sys_days(2026y / March / 1));
    values.window_to = values.zone.start_of(sys_days(2026y / March / 2));
    values.partition = "1001";
    values.page_number = 3;
    values.page_size = 100;
    values.page_offset = 200;
    return values;
}

HttpSettings at(std::string base_url) {
    HttpSettings http;
    http.base_url = std::move(base_url);
    return http;
}

std::string url_for(std::string base_url, Template path) {
    RequestTemplate request;
    request.path = std::move(path);
    return build_request(at(std::move(base_url)), request, march_first()).url;
}

} // namespace

TEST(RequestTemplate, shows_the_window_in_the_billing_zone) {
    Template const text{{window(Name::window_start), "/", window(Name::window_end), "/",
                         window(Name::window_last, "%Y%m%d"), " ", window(Name::window_start, "unix")}};
    EXPECT_EQ(expand(text, march_first()), "2026-03-01/2026-03-02/20260301 1772294400");
}

TEST(RequestTemplate, the_last_day_of_a_month_window_is_its_last_calendar_day) {
    auto values = march_first();
    values.window_from = values.zone.start_of(sys_days(2024y / February / 1));
    values.window_to = values.zone.start_of(sys_days(2024y / March / 1));
    EXPECT_EQ(expand({{window(Name::window_last)}}, values), "2024-02-29");
}

TEST(RequestTemplate, fills_pages_and_partition) {
    Template const text{{slot(Name::page_number), ",", slot(Name::page_size), "+", slot(Name::page_offset),
                         " of ", slot(Name::partition)}};
    EXPECT_EQ(expand(text, march_first()), "3,100+200 of 1001");
}

TEST(RequestTemplate, the_last_second_is_one_before_the_exclusive_end) {
    EXPECT_EQ(expand({{window(Name::window_last_second, "%Y-%m-%dT%H:%M:%S")}}, march_first()),
              "2026-03-01T23:59:59");
}

TEST(RequestTemplate, in_a_window_of_an_hour_the_last_day_is_the_day_of_that_hour) {
    auto values = march_first();
    values.window_from = values.window_to - hours(1);
    EXPECT_EQ(expand({{window(Name::window_start, "%Y-%m-%dT%H"), " ", window(Name::window_last)}}, values),
              "2026-03-01T23 2026-03-01");
}

TEST(RequestTemplate, follows_a_vendors_link_as_it_is_but_for_keys_that_are_added_anew) {
    auto http = at("https://api.example");
    http.headers = {{"X-Site", literal("cn")}};
    http.auth = {{.kind = AuthRule::Kind::query, .name = "key", .secret = {}, .user = {}}};
    RequestTemplate request;
    request.path = literal("/usage");
    request.query = {{"view", literal("full")}};
    auto values = march_first();
    values.url = "https://api.example/usage?page=2&key=canary&view=full";
    auto const built = build_request(http, request, values);
    EXPECT_EQ(built.url, "https://api.example/usage?page=2&view=full");
    EXPECT_THAT(built.headers, ElementsAre(Pair("X-Site", "cn")));
}

TEST(RequestTemplate, percent_encodes_query_names_and_values) {
    RequestTemplate request;
    request.path = literal("/usage");
    request.query = {{"page", {{slot(Name::page_number), ",", slot(Name::page_size)}}},
                     {"filter[name]", literal("a b&c=d/é~")}};
    EXPECT_EQ(build_request(at("https://api.example"), request, march_first()).url,
              "https://api.example/usage?page=3%2C100&filter%5Bname%5D=a%20b%26c%3Dd%2F%C3%A9~");
}

TEST(RequestTemplate, leaves_out_query_parameters_and_headers_without_a_value) {
    RequestTemplate request;
    request.path = literal("/usage");
    request.query = {{"app_id", {{slot(Name::partition)}}}, {"view", literal("full")}};
    request.headers = {{"X-App", {{slot(Name::partition)}}}};
    auto values = march_first();
    values.partition.clear();
    auto const built = build_request(at("https://api.example"), request, values);
    EXPECT_EQ(built.url, "https://api.example/usage?view=full");
    EXPECT_THAT(built.headers, IsEmpty());
}

TEST(RequestTemplate, joins_base_url_and_path_with_one_slash) {
    EXPECT_EQ(url_for("https://api.example", literal("/v1/list")), "https://api.example/v1/list");
    EXPECT_EQ(url_for("https://api.example/", literal("/v1/list")), "https://api.example/v1/list");
    EXPECT_EQ(url_for("https://api.example/root", literal("v1/list/")), "https://api.example/root/v1/list/");
    EXPECT_EQ(url_for("https://api.example/root/", {}), "https://api.example/root");
}

TEST(RequestTemplate, encodes_in_the_path_only_what_placeholders_put_in) {
    auto values = march_first();
    values.partition = "a/b?c";
    RequestTemplate request;
    request.path = {{"/accounts(1)/", slot(Name::partition), "/usage"}};
    EXPECT_EQ(build_request(at("https://api.example"), request, values).url,
              "https://api.example/accounts(1)/a%2Fb%3Fc/usage");
}

TEST(RequestTemplate, appends_to_a_query_that_stands_in_the_path) {
    RequestTemplate request;
    request.path = literal("/usage?view=full");
    request.query = {{"page", literal("1")}};
    EXPECT_EQ(build_request(at("https://api.example"), request, march_first()).url,
              "https://api.example/usage?view=full&page=1");
}

TEST(RequestTemplate, a_stream_header_replaces_the_jobs_header_of_that_name) {
    auto http = at("https://api.example");
    http.headers = {{"Accept", literal("application/json")}, {"X-Site", literal("cn")}};
    RequestTemplate request;
    request.headers = {{"ACCEPT", literal("text/csv")}};
    EXPECT_THAT(build_request(http, request, march_first()).headers,
                ElementsAre(Pair("X-Site", "cn"), Pair("ACCEPT", "text/csv")));
}

TEST(RequestTemplate, sends_a_body_as_json_and_escapes_what_placeholders_put_in) {
    auto values = march_first();
    values.partition = "the \"big\" one";
    RequestTemplate request;
    request.method = "POST";
    request.body =
        Template{{R"({"account": ")", slot(Name::partition), R"(", "size": )", slot(Name::page_size), "}"}};
    auto const built = build_request(at("https://api.example"), request, values);
    EXPECT_EQ(built.method, "POST");
    EXPECT_EQ(built.body, R"({"account": "the \"big\" one", "size": 100})");
    EXPECT_THAT(built.headers, ElementsAre(Pair("Content-Type", "application/json")));
}

TEST(RequestTemplate, keeps_a_content_type_of_the_jobs_own) {
    RequestTemplate request;
    request.body = literal("{}");
    request.headers = {{"content-type", literal("application/vnd.api+json")}};
    EXPECT_THAT(build_request(at("https://api.example"), request, march_first()).headers,
                ElementsAre(Pair("content-type", "application/vnd.api+json")));
}

} // namespace billhouse
