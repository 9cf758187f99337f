#include "http_fixture.hpp"
#include "support/file_limits.hpp"

#include <chrono>
#include <thread>

namespace billhouse {

using namespace std::chrono_literals;
using testing::AnyOf;
using testing::HasSubstr;
using testing::StartsWith;

TEST(CurlTransportFaults, a_reset_in_the_middle_of_the_body_is_transient) {
    auto const failure = failure_from({reply(std::string(3000, 'x')).substr(0, 1000), Then::reset});
    EXPECT_TRUE(failure.transient);
    EXPECT_EQ(failure.reason, "connection reset by 127.0.0.1:PORT");
}

TEST(CurlTransportFaults, a_body_shorter_than_its_length_is_transient) {
    auto const failure =
        failure_from({"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\ntwelve bytes", Then::close});
    EXPECT_TRUE(failure.transient);
    EXPECT_EQ(failure.reason, "127.0.0.1:PORT closed the connection in the middle of the body");
}

TEST(CurlTransportFaults, a_cut_chunk_and_a_missing_last_chunk_are_transient) {
    std::string const head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    for (auto const* chunks : {"10\r\nabc", "3\r\nabc\r\n", "3\r\nabc", ""}) {
        auto const failure = failure_from({head + chunks, Then::close});
        EXPECT_TRUE(failure.transient) << chunks;
        EXPECT_EQ(failure.reason, "127.0.0.1:PORT closed the connection in the middle of the body") << chunks;
    }
    EXPECT_TRUE(failure_from({head + "zz\r\nabc", Then::close}).transient);
}

TEST(CurlTransportFaults, an_empty_reply_is_transient) {
    auto const failure = failure_from({"", Then::close});
    EXPECT_TRUE(failure.transient);
    EXPECT_EQ(failure.reason, "empty reply from 127.0.0.1:PORT");
}

TEST(CurlTransportFaults, something_else_than_http_is_transient) {
    for (auto const* bytes : {"SSH-2.0-OpenSSH_9.2\r\n", "<html>no head at all</html>",
                              "HTTP/1.1 -12 OK\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n"}) {
        auto const failure = failure_from({bytes, Then::close});
        EXPECT_TRUE(failure.transient) << bytes;
        EXPECT_THAT(failure.reason, StartsWith("127.0.0.1:PORT answered something that is not HTTP"))
            << bytes;
    }
}

TEST(CurlTransportFaults, a_good_body_that_only_ends_with_its_connection_is_not_believed) {
    auto const failure = failure_from({"HTTP/1.1 200 OK\r\n\r\n{\"items\": []}", Then::close});
    EXPECT_TRUE(failure.transient);
    EXPECT_EQ(failure.kind, ErrorKind::data);
    EXPECT_EQ(failure.reason,
              "the answer has neither Content-Length nor chunks: its end cannot be told from a cut");
}

TEST(CurlTransportFaults, an_error_answer_counts_however_its_body_ends) {
    auto const result = answer_to({{{"HTTP/1.0 401 Unauthorized\r\n\r\n{\"code\": 401", Then::close}}});
    ASSERT_TRUE(result.response) << result.failure.reason;
    EXPECT_EQ(result.response->status, 401);
    EXPECT_EQ(result.response->body, "{\"code\": 401");
}

TEST(CurlTransportFaults, no_content_needs_no_length) {
    auto const result = answer_to({{{"HTTP/1.1 204 No Content\r\n\r\n"}}});
    ASSERT_TRUE(result.response) << result.failure.reason;
    EXPECT_EQ(result.response->status, 204);
}

TEST(CurlTransportFaults, damaged_gzip_is_transient) {
    auto bad_sum = gzipped(std::string(1000, 'x'));
    bad_sum[bad_sum.size() - 6] = static_cast<char>(bad_sum[bad_sum.size() - 6] ^ 1);
    auto corrupt = gzipped(std::string(1000, 'x'));
    corrupt[12] = static_cast<char>(corrupt[12] ^ 0x7F);
    auto const trailing = gzipped("a") + "b";
    for (std::string const& body : {bad_sum, corrupt, trailing, std::string("not gzip at all")}) {
        auto const failure = failure_from({reply(body, "Content-Encoding: gzip\r\n")});
        EXPECT_TRUE(failure.transient);
        EXPECT_EQ(failure.kind, ErrorKind::data);
        EXPECT_THAT(failure.reason, StartsWith("the compressed body is damaged"));
    }
}

TEST(CurlTransportFaults, a_coding_that_was_not_asked_for_is_transient_and_named) {
    for (auto const* coding : {"br", "deflate", "gzip, gzip", "gzip\r\nContent-Encoding: br"}) {
        auto const failure = failure_from({reply("{}", "Content-Encoding: " + std::string(coding) + "\r\n")});
        EXPECT_TRUE(failure.transient) << coding;
        EXPECT_THAT(failure.reason, StartsWith("the answer is encoded as '")) << coding;
    }
    for (auto const* none : {"identity", "none"}) {
        auto const plain = answer_to({{{reply("{}", "Content-Encoding: " + std::string(none) + "\r\n")}}});
        EXPECT_EQ(plain.response.value().body, "{}") << none;
    }
}

TEST(CurlTransportFaults, a_compressed_transfer_that_was_not_asked_for_is_no_answer) {
    auto const body = gzipped("{}");
    std::string const size(1, "0123456789abcdef"[body.size() % 16]);
    auto const head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n";
    auto const failure =
        failure_from({head + std::to_string(body.size() / 16) + size + "\r\n" + body + "\r\n0\r\n\r\n"});
    EXPECT_TRUE(failure.transient);
    // libcurl 8.14 refuses it by itself.
    EXPECT_THAT(failure.reason, AnyOf(StartsWith("the answer is encoded as 'transfer gzip, chunked'"),
                                      HasSubstr("Unsolicited Transfer-Encoding (gzip)")));
}

TEST(CurlTransportFaults, a_transfer_coding_that_nobody_knows_is_no_answer) {
    for (std::string const coding : {"another", "chunked, another", "chunked, chunked, another"}) {
        auto const failure = failure_from(
            {"HTTP/1.1 200 OK\r\nTransfer-Encoding: " + coding + "\r\n\r\n2\r\n{}\r\n0\r\n\r\n"});
        // libcurl 7.88 refuses them all by itself, 8.14 the first two.
        EXPECT_THAT(failure.reason, AnyOf(HasSubstr("another"), HasSubstr("Unrecognized content encoding")));
    }
}

TEST(CurlTransportFaults, several_gzip_members_are_one_body) {
    auto const result = answer_to({{{reply(gzipped("a") + gzipped("b"), "Content-Encoding: gzip\r\n")}}});
    EXPECT_EQ(result.response.value().body, "ab");
}

TEST(CurlTransportFaults, an_error_answer_counts_also_where_its_gzip_is_broken) {
    auto const result = answer_to({{{reply("no gzip", "Content-Encoding: gzip\r\n", "503 Down")}}});
    ASSERT_TRUE(result.response) << result.failure.reason;
    EXPECT_EQ(result.response->status, 503);
    EXPECT_EQ(result.response->body, "");
}

/// libcurl 7.88 takes half a gzip stream with a matching Content-Length for a whole body: a page of lines
/// would be short without a sign.
TEST(CurlTransportFaults, a_gzip_body_cut_at_any_byte_is_never_taken_for_a_whole_one) {
    std::string text;
    for (unsigned i = 0; text.size() < 6000; ++i)
        text += std::to_string(i * 2654435761U) + '\n';
    auto const whole = gzipped(text);
    ASSERT_GT(whole.size(), 2000U);
    std::size_t cut = 0;
    ScriptedServer server([&](std::string const&) -> ScriptedReply {
        return {reply(whole.substr(0, cut), "Content-Encoding: gzip\r\n"), Then::read_on};
    });
    CurlTransport transport(settings_for(server.url()));
    for (cut = 1; cut < whole.size(); ++cut) {
        auto const result = transport.send(get(server.url()), {});
        ASSERT_FALSE(result.response) << cut;
        ASSERT_TRUE(result.failure.transient) << cut;
    }
    EXPECT_EQ(transport.send(get(server.url()), {}).response.value().body, text);
}

TEST(CurlTransportFaults, endless_headers_are_cut_off) {
    std::string head = "HTTP/1.1 200 OK\r\n";
    for (int i = 0; i < 200; ++i)
        head += "X-" + std::to_string(i) + ": " + std::string(8000, 'x') + "\r\n";
    auto const failure = failure_from({head, Then::hang});
    EXPECT_THAT(failure.reason, HasSubstr("header"));
}

TEST(CurlTransportFaults, a_refused_connection_is_transient_and_names_the_peer) {
    int port = 0;
    {
        port = ScriptedServer(std::vector<ScriptedServer::Connection>{}).port();
    } // nobody listens there any more
    auto const url = "http://127.0.0.1:" + std::to_string(port);
    CurlTransport transport(settings_for(url));
    auto const result = transport.send(get(url + "/list?token=secret"), {});
    EXPECT_TRUE(result.failure.transient);
    EXPECT_EQ(result.failure.reason, "connection refused by 127.0.0.1:" + std::to_string(port));
}

TEST(CurlTransportFaults, an_unknown_host_is_transient) {
    CurlTransport transport(settings_for("https://billhouse-test.invalid"));
    auto const result = transport.send(get("https://billhouse-test.invalid/list"), {});
    EXPECT_TRUE(result.failure.transient);
    EXPECT_EQ(result.failure.reason, "the host name of billhouse-test.invalid:443 cannot be resolved");
}

/// Larger than what is kept in memory: it goes through a file.
std::string large_text() {
    std::string text;
    for (unsigned i = 0; text.size() < 3 * SpooledText::kInMemory; ++i)
        text += std::to_string(i * 2654435761U) + '\n';
    return text;
}

TEST(CurlTransportLarge, a_body_larger_than_memory_should_hold_arrives_byte_by_byte) {
    auto const text = large_text();
    for (auto const& answer : {reply(text), reply(gzipped(text), "Content-Encoding: gzip\r\n")}) {
        auto const result = answer_to({{{answer}}});
        ASSERT_TRUE(result.response) << result.failure.reason;
        EXPECT_TRUE(result.response->body.is_in_file());
        EXPECT_TRUE(result.response->body == text);
    }
}

TEST(CurlTransportLarge, a_large_body_that_is_cut_is_no_answer) {
    auto const text = large_text();
    auto const plain = reply(text);
    auto const packed = gzipped(text);
    auto const cut = packed.substr(0, packed.size() - 1000); // with a Content-Length that agrees
    ASSERT_GT(cut.size(), SpooledText::kInMemory);
    EXPECT_EQ(failure_from({plain.substr(0, plain.size() - 1000), Then::close}).reason,
              "127.0.0.1:PORT closed the connection in the middle of the body");
    EXPECT_THAT(failure_from({reply(cut, "Content-Encoding: gzip\r\n")}).reason,
                StartsWith("the compressed body is damaged"));
}

TEST(CurlTransportLarge, a_folder_that_takes_no_file_is_not_the_vendors_fault) {
    TemporaryFolder const missing("/nonexistent");
    auto const text = large_text();
    for (auto const& answer : {reply(text), reply(gzipped(text), "Content-Encoding: gzip\r\n")}) {
        try {
            answer_to({{{answer}}});
            FAIL() << "nothing was thrown";
        } catch (Error const& error) {
            EXPECT_EQ(error.kind(), ErrorKind::local_io);
            EXPECT_THAT(error.hint(), HasSubstr("TMPDIR"));
        }
    }
}

TEST(CurlTransportLimits, the_body_cap_is_exact) {
    ScriptedServer server({{{reply(std::string(1000, 'x'))}, {reply(std::string(1001, 'x'))}}});
    auto settings = settings_for(server.url());
    settings.max_body = 1000;
    CurlTransport transport(settings);
    EXPECT_TRUE(transport.send(get(server.url()), {}).response);
    auto const result = transport.send(get(server.url()), {});
    EXPECT_FALSE(result.failure.transient);
    EXPECT_EQ(result.failure.kind, ErrorKind::data);
    EXPECT_EQ(result.failure.reason, "the answer is larger than http.max_body, 1000 bytes");
}

TEST(CurlTransportLimits, a_decompression_bomb_ends_at_the_body_cap) {
    auto const bomb = gzipped(std::string(64U << 20U, '0'));
    ASSERT_LT(bomb.size(), 100'000U);
    ScriptedServer server({{{reply(bomb, "Content-Encoding: gzip\r\n")}}});
    auto settings = settings_for(server.url());
    settings.max_body = 1U << 20U;
    CurlTransport transport(settings);
    auto const result = transport.send(get(server.url()), {});
    EXPECT_FALSE(result.failure.transient);
    EXPECT_THAT(result.failure.reason, StartsWith("the answer is larger than http.max_body"));
}

TEST(CurlTransportLimits, silence_ends_after_the_idle_time) {
    for (std::string const bytes : {"", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{"}) {
        ScriptedServer server({{{bytes, Then::hang}}});
        auto settings = settings_for(server.url());
        settings.idle_timeout = 1s;
        CurlTransport transport(settings);
        auto const result = transport.send(get(server.url()), {});
        EXPECT_TRUE(result.failure.transient);
        EXPECT_EQ(result.failure.reason, "fewer than 100 bytes a second came from 127.0.0.1:" +
                                             std::to_string(server.port()) + " for 1 s");
        EXPECT_TRUE(result.failure.timed_out);
    }
}

TEST(CurlTransportLimits, a_byte_now_and_then_is_as_good_as_silence_in_headers_and_body) {
    std::string const head = "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n";
    for (auto const& bytes : {head, head + std::string(1000, ' ')}) {
        ScriptedServer server({{{bytes, Then::drip}}});
        auto settings = settings_for(server.url());
        settings.idle_timeout = 1s;
        CurlTransport transport(settings);
        auto const result = transport.send(get(server.url()), {});
        EXPECT_FALSE(result.response);
        EXPECT_THAT(result.failure.reason, HasSubstr("for 1 s")) << bytes.size();
    }
}

TEST(CurlTransportLimits, a_request_ends_after_the_total_time) {
    ScriptedServer server({{{"", Then::hang}}});
    auto settings = settings_for(server.url());
    settings.total_timeout = 200ms;
    CurlTransport transport(settings);
    auto const result = transport.send(get(server.url()), {});
    EXPECT_TRUE(result.failure.transient);
    EXPECT_EQ(result.failure.reason,
              "no complete answer from 127.0.0.1:" + std::to_string(server.port()) + " within 200 ms");
    EXPECT_TRUE(result.failure.timed_out);
}

TEST(CurlTransportLimits, a_stop_ends_a_transfer_within_seconds) {
    ScriptedServer server({{{"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{", Then::hang}}});
    CurlTransport transport(settings_for(server.url()));
    std::stop_source stop;
    std::jthread const stopper([&] {
        while (server.requests().empty())
            std::this_thread::yield(); // the transfer is under way
        stop.request_stop();
    });
    auto const start = std::chrono::steady_clock::now();
    EXPECT_THROW(transport.send(get(server.url()), stop.get_token()), Stopped);
    EXPECT_LT(std::chrono::steady_clock::now() - start, 3s);
}

TEST(CurlTransportLimits, nothing_is_sent_after_a_stop) {
    ScriptedServer server(std::vector<ScriptedServer::Connection>{});
    CurlTransport transport(settings_for(server.url()));
    std::stop_source stop;
    stop.request_stop();
    EXPECT_THROW(transport.send(get(server.url()), stop.get_token()), Stopped);
    EXPECT_EQ(server.connections(), 0);
}

TEST(CurlTransportLimits, goes_on_after_every_kind_of_failure) {
    ScriptedServer server({{{"", Then::close}}, {{"rubbish\r\n\r\n", Then::reset}}, {{reply("{}")}}});
    CurlTransport transport(settings_for(server.url()));
    EXPECT_FALSE(transport.send(get(server.url()), {}).response);
    EXPECT_FALSE(transport.send(get(server.url()), {}).response);
    EXPECT_EQ(transport.send(get(server.url()), {}).response.value().body, "{}");
}

} // namespace billhouse
