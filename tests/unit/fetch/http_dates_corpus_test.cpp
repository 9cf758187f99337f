#include "base/date_time.hpp"
#include "fetch/http_date.hpp"

#include "support/data_files.hpp"

#include <gtest/gtest.h>

#include <sstream>

namespace billhouse {
namespace {

/// The text between quotes after "input", which this file never escapes.
std::string input_of(std::string const& line) {
    auto const from = line.find("\"input\": \"") + 10;
    return line.substr(from, line.find("\", \"epoch\"", from) - from);
}

std::string epoch_of(std::string const& line) {
    auto const from = line.find("\"epoch\": ") + 9;
    return line.substr(from, line.find('}', from) - from);
}

/// curl's file holds the answer of a machine whose times end in 2038; it is 2362034977 elsewhere.
constexpr auto kBeyond32Bits = "Sun, 06 Nov 2044 08:49:37 GMT";

} // namespace

/// curl's own 182 dates (tests/libtest/lib517.c). curl takes far more forms than the three of RFC 9110 5.6.7;
/// what we take must be the same moment, and what curl refuses we refuse.
TEST(HttpDatesCorpus, no_date_is_read_otherwise_than_by_curl) {
    auto const path = corpus_path("http_dates_curl.json");
    if (!std::filesystem::exists(path)) GTEST_SKIP() << "http_dates_curl.json is not here";
    Instant const now = std::chrono::sys_days(std::chrono::year(2026) / 3 / 1);
    std::istringstream lines(file_text(path));
    int dates = 0, taken = 0;
    for (std::string line; std::getline(lines, line);) {
        if (line.find("\"input\"") == std::string::npos) continue;
        ++dates;
        auto const instant = parse_http_date(input_of(line), now);
        if (!instant) continue;
        ++taken;
        if (input_of(line) == kBeyond32Bits) continue;
        auto const seconds = std::chrono::floor<std::chrono::seconds>(instant->time_since_epoch()).count();
        EXPECT_EQ(std::to_string(seconds), epoch_of(line)) << input_of(line);
    }
    EXPECT_EQ(dates, 182);
    EXPECT_GE(taken, 10) << "the forms of RFC 9110 are among them";
}

} // namespace billhouse
