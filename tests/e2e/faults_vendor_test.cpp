#include "base/sha256.hpp"

#include "e2e/fault_run.hpp"

/// Rows N of tests/faults.md: the network and the vendor.
namespace billhouse {
namespace {

using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using Then = ScriptedReply::Then;

class FaultN1 : public FaultRun {};
class FaultN2 : public FaultRun {};
class FaultN3 : public FaultRun {};
class FaultN8 : public FaultRun {};
class FaultN15 : public FaultRun {};
class FaultN17 : public FaultRun {};
class FaultN18 : public FaultRun {};
class FaultN20 : public FaultRun {};
class FaultN22 : public FaultRun {};
class FaultN24 : public FaultRun {};
class FaultN32 : public FaultRun {};
class FaultN33 : public FaultRun {};
class AddressPolicyRun : public FaultRun {};

TEST_F(FaultN1, a_name_that_leads_nowhere_is_tried_again_and_then_unavailable) {
    if (!preload("names")) GTEST_SKIP() << kNoPreload;
    environment_["BILLHOUSE_TEST_NAMES"] = "vendor.example=nowhere";
    base_url_ = "https://vendor.example";
    auto const run = load();
    EXPECT_EQ(run.exit_code, 69) << run.err;
    EXPECT_THAT(last_line(run),
                HasSubstr("3 attempts: 3 x the host name of vendor.example:443 cannot be resolved"));
    EXPECT_EQ(loaded(), "0");
    EXPECT_EQ(value("SELECT count(*) FROM etl.slice WHERE first_complete_at IS NOT NULL"), "0");
}

TEST_F(FaultN2, a_resolver_that_never_answers_is_given_up_after_the_connect_timeout) {
    if (!preload("names")) GTEST_SKIP() << kNoPreload;
    environment_["BILLHOUSE_TEST_NAMES"] = "vendor.example=silence";
    base_url_ = "https://vendor.example";
    http_ = "  timeouts: {connect: 100ms}\n";
    write_job();
    auto const run = run_process(command(load_arguments()), std::chrono::seconds(60));
    EXPECT_EQ(run.exit_code, 69) << run.err;
    EXPECT_THAT(last_line(run), HasSubstr("3 x no connection to vendor.example:443 within 100 ms"));
}

TEST_F(FaultN3, a_refused_connection_is_tried_again_and_then_unavailable) {
    base_url_ = "http://127.0.0.1:1";
    auto const run = load();
    EXPECT_EQ(run.exit_code, 69) << run.err;
    EXPECT_THAT(last_line(run), HasSubstr("3 attempts: 3 x connection refused by 127.0.0.1:1"));
}

/// By lines, as a JSON document would notice by itself that its end is missing.
TEST_F(FaultN8, half_a_gzip_stream_of_lines_is_no_page) {
    std::string lines;
    for (int i = 0; i < 200; ++i)
        lines += R"({"day":"2026-01-01","sku":")" + to_hex(sha256(std::to_string(i))) + "\",\"cost\":1}\n";
    std::string const gzip_folder = config_->path().string();
    config_->write("lines", lines);
    ASSERT_EQ(run_process({"/bin/gzip", {"-k", gzip_folder + "/lines"}, {}, {}}).exit_code, 0);
    auto const whole = config_->read("lines.gz");
    auto const cut = [&](std::size_t size) {
        return answer(200, whole.substr(0, size), "Content-Encoding: gzip\r\n", "application/x-ndjson");
    };
    stream_ = "    records: {format: jsonl}\n";
    retry_ = "{attempts: 2, first_delay: 1ms, max_delay: 1ms}";
    vendor_says({cut(whole.size() / 2), cut(whole.size() - 8), cut(whole.size())});
    write_job();
    auto job = config_->read("jobs/acme.yaml");
    job.erase(job.find("    records: {path: rows}\n"), 26);
    config_->write("jobs/acme.yaml", job);

    auto run = billhouse(load_arguments());
    EXPECT_EQ(run.exit_code, 65) << run.err;
    EXPECT_THAT(last_line(run), HasSubstr("the compressed body is damaged"));
    EXPECT_EQ(loaded(), "0");
    run = billhouse(load_arguments());
    EXPECT_EQ(run.exit_code, 0) << run.err;
    EXPECT_EQ(loaded(), "200");
}

TEST_F(FaultN15, a_wait_that_the_vendor_asks_for_is_kept_for_503_too) {
    vendor_says({answer(503, "{}", "Retry-After: 1\r\n"), page({"a"})});
    auto const run = load();
    EXPECT_EQ(run.exit_code, 0) << run.err;
    EXPECT_THAT(run.err, ContainsRegex("wait=\"1(\\.0[0-9]*)? s\"")) << "and up to a tenth more";
}

TEST_F(FaultN17, a_burst_of_errors_is_outlived_with_a_line_for_each) {
    retry_ = "{attempts: 5, first_delay: 1ms, max_delay: 1ms}";
    vendor_says({answer(500, "{}"), answer(502, "{}"), answer(504, "{}"), page({"a"})});
    auto const run = load();
    EXPECT_EQ(run.exit_code, 0) << run.err;
    EXPECT_EQ(loaded(), "1");
    for (auto const* reason : {"HTTP 500", "HTTP 502", "HTTP 504"})
        EXPECT_NE(run.err.find(reason), std::string::npos) << reason;
}

TEST_F(FaultN18, an_outage_ends_with_the_run_s_budget_however_many_attempts_a_page_has) {
    retry_ = "{attempts: 100, first_delay: 1ms, max_delay: 1ms}";
    vendor_says({answer(503, "{}")});
    auto const run = load();
    EXPECT_EQ(run.exit_code, 75) << run.err;
    EXPECT_EQ(requests(), 21U) << "100 buy twenty more";
    EXPECT_THAT(last_line(run), HasSubstr("this run has tried again too often already"));
    EXPECT_THAT(last_line(run), HasSubstr("the next run goes on from here"));
}

TEST_F(FaultN18, a_vendor_that_is_down_is_left_alone_after_five_partitions) {
    query_ = R"({from: "{window.start}", account: "{partition}"})";
    stream_ = "    partitions: [a, b, c, d, e, f, g, h]\n";
    vendor_says({answer(503, "{}")});
    auto run = load();
    EXPECT_EQ(run.exit_code, 69) << run.err << "the most serious failure: it was down";
    EXPECT_EQ(requests(), 15U) << "three attempts for each of five";
    EXPECT_THAT(run.err, HasSubstr("not asked: 5 requests in a row came to nothing"));
    vendor(
        [](std::string const& request) { return page({request.substr(request.find("account=") + 8, 1)}); });
    run = load();
    EXPECT_EQ(run.exit_code, 0) << run.err;
    EXPECT_EQ(requests(), 8U) << "the next run asks again";
}

TEST_F(FaultN20, a_key_that_is_rotated_in_mid_run_is_read_again_once) {
    ask_for_pages();
    int page_number = 0;
    vendor([&](std::string const& request) {
        bool const is_new = request.find("X-Api-Key: rotated-key") != std::string::npos;
        if (page_number == 2 && !is_new) {
            config_->write("credentials/acme_key", "rotated-key");
            return answer(401, R"({"error":"expired"})");
        }
        return page({std::string(1, static_cast<char>('a' + page_number++))}, R"(,"total":5)");
    });
    auto const run = load();
    EXPECT_EQ(run.exit_code, 0) << run.err;
    EXPECT_EQ(products(), "a b c d e");
    EXPECT_EQ(requests(), 6U);
}

TEST_F(FaultN20, a_key_that_stays_refused_ends_the_run_and_leaves_what_is_closed) {
    vendor([](std::string const& request) {
        return request.find("from=2026-01-01") != std::string::npos ? page({"a"})
                                                                    : answer(403, R"({"error":"revoked"})");
    });
    write_job();
    auto const run = billhouse({"backfill", "acme", "--from", "2026-01-01", "--to", "2026-01-05"});
    EXPECT_EQ(run.exit_code, 77) << run.err;
    EXPECT_EQ(requests(), 2U) << "the same key is not tried twice, nor are further days";
    EXPECT_EQ(loaded(), "1");
    EXPECT_THAT(last_line(run), HasSubstr("acme_key"));
}

TEST_F(FaultN22, a_body_without_records_is_never_a_day_without_costs) {
    retry_ = "{attempts: 1}";
    auto const no_content =
        ScriptedReply{"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n", Then::close};
    for (auto const& said : {no_content, answer(200, ""), answer(200, "null"), answer(200, "{}"),
                             answer(200, R"({"rows":""})"), answer(200, R"({"content":[]})")}) {
        vendor_says({said});
        auto const run = load();
        EXPECT_EQ(run.exit_code, 65) << said.bytes << run.err;
        EXPECT_EQ(value("SELECT count(*) FROM etl.slice WHERE first_complete_at IS NOT NULL"), "0")
            << said.bytes;
    }
}

TEST_F(FaultN24, bytes_that_are_not_utf_8_are_no_page_whatever_the_answer_calls_them) {
    retry_ = "{attempts: 1}";
    std::string const gbk = "{\"rows\":[{\"day\":\"2026-01-01\",\"sku\":\"\xB4\xE6\xB4\xA2\",\"cost\":1}]}";
    std::string utf16 = "\xFF\xFE";
    for (char const c : std::string(R"({"rows":[]})"))
        utf16 += {c, '\0'};
    for (auto const& [body, type] : {std::pair{gbk, "application/json; charset=gbk"},
                                     {gbk, "application/json; charset=utf-8"},
                                     {utf16, "application/json; charset=utf-16"},
                                     {utf16, "application/json"}}) {
        vendor_says({answer(200, body, "", type)});
        auto const run = load();
        EXPECT_EQ(run.exit_code, 65) << type << run.err;
        EXPECT_EQ(loaded(), "0") << type;
    }
}

TEST_F(FaultN24, a_byte_order_mark_is_no_fault) {
    vendor_says({answer(200, "\xEF\xBB\xBF{\"rows\":[{\"day\":\"2026-01-01\",\"sku\":\"a\",\"cost\":1}]}")});
    EXPECT_EQ(load().exit_code, 0);
    EXPECT_EQ(loaded(), "1");
}

TEST_F(FaultN32, a_redirect_out_of_http_is_not_followed_either) {
    for (auto const* target : {"file:///etc/hostname", "ftp://127.0.0.1/usage", "gopher://127.0.0.1/"}) {
        vendor_says({answer(302, "", std::string("Location: ") + target + "\r\n")});
        auto const run = load();
        EXPECT_EQ(run.exit_code, 65) << run.err;
        EXPECT_EQ(requests(), 1U);
        EXPECT_THAT(last_line(run), HasSubstr(std::string("a redirect to ") + target));
    }
}

TEST_F(FaultN33, a_proxy_of_the_environment_is_not_asked) {
    for (auto const* name : {"http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"})
        environment_[name] = "http://127.0.0.1:1";
    EXPECT_EQ(load().exit_code, 0);
    EXPECT_EQ(loaded(), "1");
}

TEST_F(AddressPolicyRun, a_name_that_leads_into_this_machine_or_its_network_is_not_connected_to) {
    if (!preload("names")) GTEST_SKIP() << kNoPreload;
    base_url_ = "https://vendor.example:" + std::to_string(server_->port());
    for (auto const* where :
         {"127.0.0.1", "::ffff:127.0.0.1", "10.0.0.1", "169.254.169.254", "fe80::1", "0.0.0.0"}) {
        environment_["BILLHOUSE_TEST_NAMES"] = std::string("vendor.example=") + where;
        auto const run = load();
        EXPECT_EQ(run.exit_code, 78) << where << run.err;
        EXPECT_THAT(last_line(run), HasSubstr("where nothing is sent")) << where;
        EXPECT_THAT(last_line(run), HasSubstr("http.allow_private_addresses")) << where;
    }
    EXPECT_EQ(server_->connections(), 0);
}

TEST_F(AddressPolicyRun, a_job_can_allow_its_own_network) {
    if (!preload("names")) GTEST_SKIP() << kNoPreload;
    environment_["BILLHOUSE_TEST_NAMES"] = "vendor.example=127.0.0.1";
    base_url_ = "https://vendor.example:" + std::to_string(server_->port());
    http_ = "  allow_private_addresses: true\n  timeouts: {connect: 1s}\n";
    retry_ = "{attempts: 1}";
    auto const run = load();
    EXPECT_EQ(run.exit_code, 69) << run.err << "the scripted vendor speaks no TLS";
    EXPECT_EQ(server_->connections(), 1);
}

} // namespace
} // namespace billhouse
