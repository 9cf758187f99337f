#include "base/date_time.hpp"
#include "base/log.hpp"

#include "support/json_value.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <map>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

namespace billhouse {
namespace {

class FixedClock final : public Clock {
public:
    Instant now() const override {
        return Instant(parse_date("2026-03-01").value()) + std::chrono::microseconds(9'000'250'000);
    }
    std::chrono::steady_clock::time_point steady_now() const override { return {}; }
    void wait(std::chrono::milliseconds, std::stop_token const&) override {}
};

/// A log whose lines can be read back: they stay in a pipe, no file is touched.
class LogTest : public testing::Test {
protected:
    LogTest() {
        if (::pipe(ends_.data()) != 0) throw std::runtime_error("no pipe");
    }
    ~LogTest() override {
        for (int const end : ends_)
            ::close(end);
    }

    Log log(LogFormat format = LogFormat::text, LogLevel least = LogLevel::info,
            ServiceManager service_manager = {}) {
        return {clock_, ends_[1], format, least, std::move(service_manager)};
    }

    std::string lines() {
        EXPECT_EQ(::write(ends_[1], "", 1), 1); // so that reading does not wait where nothing was logged
        std::array<char, 65'536> buffer;
        auto const count = ::read(ends_[0], buffer.data(), buffer.size());
        return {buffer.data(), static_cast<std::size_t>(count) - 1};
    }

private:
    FixedClock clock_;
    std::array<int, 2> ends_{};
};

} // namespace

TEST_F(LogTest, a_text_line_shows_time_level_message_and_fields) {
    auto log = this->log();
    log.info("window loaded", {{"job", "guance"}, {"rows", "1204"}});
    log.warning("3 records rejected");
    EXPECT_EQ(lines(), "2026-03-01T02:30:00Z info  window loaded  job=guance rows=1204\n"
                       "2026-03-01T02:30:00Z warning 3 records rejected\n");
}

TEST_F(LogTest, a_value_that_would_run_into_the_next_one_is_quoted) {
    log().info("m", {{"a", "two words"}, {"b", ""}, {"c", "x=y"}, {"d", "say \"hi\""}});
    EXPECT_EQ(lines(),
              "2026-03-01T02:30:00Z info  m  a=\"two words\" b=\"\" c=\"x=y\" d=\"say \\\"hi\\\"\"\n");
}

TEST_F(LogTest, a_json_line_is_one_object) {
    auto log = this->log(LogFormat::json);
    log.set_context("run", "17");
    log.error("vendor said \"no\"", {{"status", "401"}});
    EXPECT_EQ(lines(),
              R"({"time":"2026-03-01T02:30:00.250000Z","level":"error","message":"vendor said \"no\"",)"
              R"("run":"17","status":"401"})"
              "\n");
}

TEST_F(LogTest, what_is_below_the_level_is_left_out) {
    auto log = this->log(LogFormat::text, LogLevel::warning);
    log.debug("d");
    log.info("i");
    EXPECT_EQ(lines(), "");
    log.warning("w");
    log.error("e");
    EXPECT_EQ(lines(), "2026-03-01T02:30:00Z warning w\n2026-03-01T02:30:00Z error e\n");
}

TEST_F(LogTest, context_stays_until_it_is_emptied) {
    auto log = this->log();
    log.set_context("run", "17");
    log.set_context("job", "guance");
    log.set_context("run", "18");
    log.info("a", {{"rows", "1"}});
    log.set_context("run", "");
    log.set_context("never", "");
    log.info("b");
    EXPECT_EQ(lines(), "2026-03-01T02:30:00Z info  a  run=18 job=guance rows=1\n"
                       "2026-03-01T02:30:00Z info  b  job=guance\n");
}

TEST_F(LogTest, a_vendors_text_cannot_forge_a_line_or_move_the_cursor) {
    log().info("evil\n2026-03-01T02:30:00Z error \x1B[2J", {{"body", "a\r\nb"}});
    EXPECT_EQ(lines(),
              "2026-03-01T02:30:00Z info  evil\\x0A2026-03-01T02:30:00Z error \\x1B[2J  body=a\\x0D\\x0Ab\n");
}

TEST_F(LogTest, no_control_byte_and_no_quote_breaks_out_of_a_json_line) {
    std::string all;
    for (int byte = 0; byte < 256; ++byte)
        all += static_cast<char>(byte);
    for (auto const format : {LogFormat::text, LogFormat::json}) {
        auto log = this->log(format);
        log.error(all, {{"field", all}});
        auto const text = lines();
        EXPECT_EQ(std::ranges::count_if(
                      text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }),
                  1)
            << "but the line end: " << text;
        if (format == LogFormat::json) {
            EXPECT_NO_THROW(parse_json(text)) << text;
        }
    }
}

TEST_F(LogTest, the_journal_gets_priorities_instead_of_a_time) {
    auto log = this->log(LogFormat::text, LogLevel::debug, {.reads_log = true, .status_socket = {}});
    log.debug("d");
    log.info("i", {{"rows", "1"}});
    log.warning("two\nlines");
    log.error("e");
    log.problem("jobs/acme.yaml:3:5: unknown key");
    EXPECT_EQ(lines(), "<7>debug d\n<6>info  i  rows=1\n<4>warning two\\x0Alines\n<3>error e\n"
                       "<3>jobs/acme.yaml:3:5: unknown key\n");
    auto json = this->log(LogFormat::json, LogLevel::info, {.reads_log = true, .status_socket = {}});
    json.info("i");
    EXPECT_EQ(lines(),
              "<6>{\"time\":\"2026-03-01T02:30:00.250000Z\",\"level\":\"info\",\"message\":\"i\"}\n");
}

TEST_F(LogTest, a_problem_stands_alone_for_people_and_is_an_object_for_collectors) {
    log().problem("jobs/acme.yaml:3:5: unknown key");
    EXPECT_EQ(lines(), "jobs/acme.yaml:3:5: unknown key\n");
    log(LogFormat::json).problem("jobs/acme.yaml:3:5: unknown key");
    EXPECT_EQ(parse_json(lines())["message"].text, "jobs/acme.yaml:3:5: unknown key");
}

TEST_F(LogTest, a_piece_of_work_names_itself_on_each_of_its_lines) {
    auto log = this->log();
    {
        LogContext const run(log, "run", "17");
        LogContext const slice(log, "slice", "2026-03-01");
        log.info("a");
    }
    log.info("b");
    EXPECT_EQ(lines(),
              "2026-03-01T02:30:00Z info  a  run=17 slice=2026-03-01\n2026-03-01T02:30:00Z info  b\n");
}

TEST_F(LogTest, a_status_is_not_drawn_where_no_terminal_is) {
    auto log = this->log();
    log.show_status("3 of 7 windows");
    log.show_wait("waiting");
    log.info("a");
    EXPECT_EQ(lines(), "2026-03-01T02:30:00Z info  a\n");
}

TEST_F(LogTest, a_very_long_text_is_cut) {
    log().info(std::string(100'000, 'x'));
    EXPECT_EQ(lines().size(), std::string("2026-03-01T02:30:00Z info  \n").size() + 4096);
}

TEST_F(LogTest, a_hidden_value_never_appears_in_any_form) {
    for (auto const format : {LogFormat::text, LogFormat::json}) {
        auto log = this->log(format);
        log.hide("s3cr/t k\"y");
        log.set_context("context", "s3cr/t k\"y");
        log.info("raw s3cr/t k\"y, url s3cr%2Ft%20k%22y s3cr%2ft+k%22y, json s3cr/t k\\\"y",
                 {{"basic", "dXNlcjpzM2NyL3QgayJ5"}, {"again", "xs3cr/t k\"ys3cr/t k\"yx"}});
        auto const text = lines();
        for (auto const leak : {"s3cr", "t k", "M2NyL3Q"})
            EXPECT_EQ(text.find(leak), std::string::npos) << leak << '\n' << text;
        EXPECT_NE(text.find("raw ***, url *** ***, json ***"), std::string::npos) << text;
        EXPECT_NE(text.find("x******x"), std::string::npos) << text;
    }
}

TEST_F(LogTest, a_secret_within_a_longer_secret_leaves_no_ends_behind) {
    auto log = this->log();
    log.hide("token");
    log.hide("my-token-2026");
    EXPECT_EQ(log.masked("key my-token-2026, token"), "key ***, ***");
}

TEST_F(LogTest, a_value_too_short_to_be_a_secret_is_not_masked) {
    auto log = this->log();
    log.hide("");
    log.hide("abc");
    EXPECT_EQ(log.masked("abcabc"), "abcabc");
}

TEST_F(LogTest, a_copy_has_a_context_of_its_own_and_hides_the_same_secrets) {
    auto log = this->log();
    log.set_context("job", "guance");
    auto other = log;
    other.set_context("slice", "2026-03-01");
    log.hide("first-secret");
    other.hide("other-secret");
    log.info("first-secret other-secret");
    other.info("first-secret other-secret");
    EXPECT_EQ(lines(), "2026-03-01T02:30:00Z info  *** ***  job=guance\n"
                       "2026-03-01T02:30:00Z info  *** ***  job=guance slice=2026-03-01\n");
}

TEST_F(LogTest, lines_of_several_threads_stay_whole) {
    auto const log = this->log();
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < 8; ++thread)
        threads.emplace_back([&log, thread] {
            auto own = log;
            own.set_context("thread", std::to_string(thread));
            for (int line = 0; line < 50; ++line) {
                own.hide("secret-" + std::to_string(thread) + std::to_string(line));
                own.info("read", {{"line", std::to_string(line)}});
            }
        });
    threads.clear();
    std::istringstream text(lines());
    std::map<char, int> lines_of;
    for (std::string line; std::getline(text, line);) {
        constexpr std::string_view kStart = "2026-03-01T02:30:00Z info  read  thread=";
        ASSERT_EQ(line.substr(0, kStart.size()), kStart);
        auto const thread = line.at(kStart.size());
        ASSERT_EQ(line.substr(kStart.size() + 1), " line=" + std::to_string(lines_of[thread]++));
    }
    EXPECT_EQ(lines_of.size(), 8U);
    for (auto const& [thread, count] : lines_of)
        EXPECT_EQ(count, 50) << thread;
}

TEST_F(LogTest, a_log_that_nobody_can_read_ends_nothing) {
    FixedClock const clock;
    Log closed(clock, -1, LogFormat::text, LogLevel::info);
    EXPECT_NO_THROW(closed.error("lost"));
}

} // namespace billhouse
