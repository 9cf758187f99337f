#include "http_fixture.hpp"

#include <curl/curl.h>
#include <signal.h>

#include <cstdlib>

namespace billhouse {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

namespace {

/// The error of a transport that refuses its base URL.
Error refused(std::string const& base_url) {
    try {
        CurlTransport transport(settings_for(base_url));
    } catch (Error const& error) {
        return error;
    }
    ADD_FAILURE() << base_url << " was accepted";
    return {ErrorKind::bug, "no error"};
}

} // namespace

TEST(CurlTransport, sends_the_request_as_it_is_and_hands_over_the_answer) {
    ScriptedServer server({{{reply("{\"a\":1}", "Content-Type: application/json\r\nX-Trace:  T1 \r\n")}}});
    CurlTransport transport(settings_for(server.url()));
    auto const result = transport.send(
        get(server.url() + "/v1/list?page=1%2C100", {{"DF-API-KEY", "k3y"}, {"X-Empty", ""}}), {});
    ASSERT_TRUE(result.response) << result.failure.reason;
    EXPECT_EQ(result.response->status, 200);
    EXPECT_EQ(result.response->body, "{\"a\":1}");
    EXPECT_EQ(result.response->header("content-type"), "application/json");
    EXPECT_EQ(result.response->header("x-trace"), "T1");
    auto const request = server.requests().at(0);
    EXPECT_THAT(request, StartsWith("GET /v1/list?page=1%2C100 HTTP/1.1\r\n"));
    EXPECT_THAT(request, HasSubstr("\r\nDF-API-KEY: k3y\r\n"));
    EXPECT_THAT(request, HasSubstr("\r\nX-Empty:\r\n"));
    EXPECT_THAT(request, HasSubstr("\r\nAccept-Encoding: gzip\r\n"));
    EXPECT_THAT(request, HasSubstr("\r\nUser-Agent: billhouse/"));
}

TEST(CurlTransport, sends_a_body_with_its_content_type) {
    ScriptedServer server({{{reply("{}")}, {reply("{}")}}});
    CurlTransport transport(settings_for(server.url()));
    ASSERT_TRUE(
        transport
            .send({"POST", server.url() + "/query", {{"Content-Type", "application/json"}}, R"({"from":1})"},
                  {})
            .response);
    ASSERT_TRUE(transport.send(get(server.url() + "/list"), {}).response);
    EXPECT_THAT(server.requests().at(0), StartsWith("POST /query HTTP/1.1\r\n"));
    EXPECT_THAT(server.requests().at(0), HasSubstr("\r\nContent-Type: application/json\r\n"));
    EXPECT_THAT(server.requests().at(0), testing::EndsWith("\r\n\r\n{\"from\":1}"));
    EXPECT_THAT(server.requests().at(1), StartsWith("GET /list ")) << "nothing stays from the request before";
    EXPECT_THAT(server.requests().at(1), Not(HasSubstr("Content-")));
}

TEST(CurlTransport, keeps_its_connection_from_request_to_request) {
    ScriptedServer server({{{reply("1")}, {reply("2", {}, "404 Not Found")}, {reply("3")}}});
    CurlTransport transport(settings_for(server.url()));
    for (std::string const expected : {"1", "2", "3"}) {
        auto const result = transport.send(get(server.url()), {});
        ASSERT_TRUE(result.response) << result.failure.reason;
        EXPECT_EQ(result.response->body, expected);
    }
    EXPECT_EQ(server.connections(), 1);
}

TEST(CurlTransport, comes_back_on_a_new_connection_where_the_server_closed_the_old_one) {
    ScriptedServer server({{{reply("1"), Then::close}}, {{reply("2")}}});
    CurlTransport transport(settings_for(server.url()));
    EXPECT_EQ(transport.send(get(server.url()), {}).response.value().body, "1");
    EXPECT_EQ(transport.send(get(server.url()), {}).response.value().body, "2");
    EXPECT_EQ(server.connections(), 2);
}

TEST(CurlTransport, unpacks_gzip) {
    std::string const text(100'000, '7');
    auto const result = answer_to({{{reply(gzipped(text), "Content-Encoding: gzip\r\n")}}});
    ASSERT_TRUE(result.response) << result.failure.reason;
    EXPECT_EQ(result.response->body, text);
}

TEST(CurlTransport, joins_chunks) {
    auto const result = answer_to(
        {{{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"}}});
    ASSERT_TRUE(result.response) << result.failure.reason;
    EXPECT_EQ(result.response->body, "abcde");
}

TEST(CurlTransport, keeps_trailers_and_interim_answers_out_of_the_headers) {
    auto const result = answer_to(
        {{{"HTTP/1.1 103 Early Hints\r\nX-Early: 1\r\n\r\n"
           "HTTP/1.1 200 OK\r\nX-Final: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX-Late: 1\r\n\r\n"}}});
    ASSERT_TRUE(result.response) << result.failure.reason;
    EXPECT_EQ(result.response->status, 200);
    EXPECT_EQ(result.response->header("x-final"), "1");
    EXPECT_EQ(result.response->header("x-early"), std::nullopt);
    EXPECT_EQ(result.response->header("x-late"), std::nullopt);
}

TEST(CurlTransport, does_not_follow_a_redirect_nor_carry_the_key_to_the_other_host) {
    ScriptedServer other({{{reply("{}")}}});
    for (auto const* status : {"301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"}) {
        ScriptedServer server({{{reply("", "Location: " + other.url() + "/in\r\n", status)}}});
        CurlTransport transport(settings_for(server.url()));
        auto const result = transport.send(get(server.url(), {{"DF-API-KEY", "k3y"}}), {});
        ASSERT_TRUE(result.response) << result.failure.reason;
        EXPECT_EQ(result.response->status, std::atoi(status));
        EXPECT_EQ(result.response->header("location"), other.url() + "/in");
    }
    EXPECT_EQ(other.connections(), 0);
}

TEST(CurlTransport, sends_to_the_configured_origin_only) {
    ScriptedServer configured({{{reply("{}")}}});
    ScriptedServer other({{{reply("{}")}}});
    CurlTransport transport(settings_for(configured.url() + "/api"));
    auto const port = std::to_string(configured.port());
    for (auto const& url : {
             other.url() + "/list",
             "https://127.0.0.1:" + port,
             "http://127.0.0.2:" + port,
             "http://localhost:" + port,
             "http://127.0.0.1:" + port + "@" + other.url().substr(7),
             "http://user:pass@127.0.0.1:" + port,
             std::string("file:///etc/hostname"),
             std::string("ftp://127.0.0.1/"),
             std::string("//127.0.0.1:") + port,
             std::string("/list"),
             std::string(),
             std::string("http://"),
             // spellings by which a parser of URLs has been led astray before
             "http://127.0.0.1:" + port + "\\@" + other.url().substr(7),
             "http://0x7f.1:" + std::to_string(other.port()),
             "http://2130706433:" + std::to_string(other.port()),
             "http://127.1:" + std::to_string(other.port()),
             "http://[::ffff:127.0.0.1]:" + std::to_string(other.port()),
             "//" + other.url().substr(7),
             "http:///" + other.url().substr(7),
             "http://127.0.0.1:" + port + ":" + std::to_string(other.port()),
             "http://127.0.0.1%00@" + other.url().substr(7),
             "http://127.0.0.1:0" + port + "0",
             "http:\\\\" + other.url().substr(7),
         }) {
        auto const result = transport.send(get(url, {{"DF-API-KEY", "k3y"}}), {});
        EXPECT_FALSE(result.response) << url;
        EXPECT_FALSE(result.failure.transient) << url;
        EXPECT_THAT(result.failure.reason, Not(HasSubstr("pass"))) << url;
    }
    EXPECT_EQ(configured.connections() + other.connections(), 0);
}

TEST(CurlTransport, other_spellings_of_the_configured_origin_are_the_same) {
    ScriptedServer server({{{reply("1")}, {reply("2")}}});
    CurlTransport transport(settings_for(server.url()));
    auto const port = std::to_string(server.port());
    EXPECT_TRUE(transport.send(get("HTTP://127.0.0.1:" + port + "/other/path"), {}).response);
    EXPECT_TRUE(transport.send(get("http://0x7f.1:" + port), {}).response)
        << "libcurl's own parser decides, not ours";
}

TEST(CurlTransport, plain_http_is_for_loopback_only) {
    for (auto const* url : {"http://api.example", "http://10.0.0.1", "http://127.0.0.1.example",
                            "http://128.0.0.1", "http://localhost.example", "http://[::2]"}) {
        auto const error = refused(url);
        EXPECT_EQ(error.kind(), ErrorKind::config);
        EXPECT_EQ(error.what(), std::string("http.base_url '") + url + "' is not encrypted");
        EXPECT_THAT(error.hint(), HasSubstr("https"));
    }
    for (auto const* url : {"http://127.0.0.1:1", "http://127.255.0.9", "http://localhost:8080/api",
                            "http://[::1]", "https://api.example"}) {
        EXPECT_NO_THROW(CurlTransport{settings_for(url)}) << url;
    }
}

TEST(CurlTransport, knows_no_other_scheme_than_http) {
    for (auto const* url : {"file:///etc/hostname", "api.example", "", "https://"})
        EXPECT_EQ(refused(url).kind(), ErrorKind::config) << url;
    auto const* const* scheme = curl_version_info(CURLVERSION_NOW)->protocols;
    int others = 0;
    for (; *scheme != nullptr; ++scheme) {
        if (*scheme == std::string("http") || *scheme == std::string("https")) continue;
        EXPECT_EQ(refused(std::string(*scheme) + "://127.0.0.1/").kind(), ErrorKind::config) << *scheme;
        ++others;
    }
    EXPECT_GT(others, 5) << "all that this libcurl was built with";
}

TEST(CurlTransport, refuses_a_header_with_a_line_end) {
    ScriptedServer server(std::vector<ScriptedServer::Connection>{});
    CurlTransport transport(settings_for(server.url()));
    auto const result = transport.send(get(server.url(), {{"DF-API-KEY", "k3y\r\nX-Other: 1"}}), {});
    EXPECT_FALSE(result.failure.transient);
    EXPECT_EQ(result.failure.kind, ErrorKind::config);
    EXPECT_EQ(result.failure.reason, "header DF-API-KEY has a control character in it");
    EXPECT_EQ(server.connections(), 0);
}

TEST(CurlTransport, a_peer_that_goes_away_cannot_end_the_process) {
    CurlTransport const transport(settings_for("https://api.example"));
    struct sigaction action {};
    ASSERT_EQ(::sigaction(SIGPIPE, nullptr, &action), 0);
    EXPECT_EQ(action.sa_handler, SIG_IGN);
}

TEST(CurlTransport, ignores_the_proxy_of_the_environment) {
    ScriptedServer server({{{reply("{}")}}});
    for (auto const* name : {"http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"})
        ::setenv(name, "http://127.0.0.1:1", 1);
    CurlTransport transport(settings_for(server.url()));
    auto const result = transport.send(get(server.url()), {});
    for (auto const* name : {"http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"})
        ::unsetenv(name);
    EXPECT_TRUE(result.response) << result.failure.reason;
}

} // namespace billhouse
