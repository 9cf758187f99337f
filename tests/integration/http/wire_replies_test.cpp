#include "http_fixture.hpp"

#include <openssl/evp.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace billhouse {
namespace {

/// The corpora are not part of the repository: see BILLHOUSE_CORPORA in tests/README.md.
std::filesystem::path corpus_file() {
    char const* const folder = std::getenv("BILLHOUSE_CORPORA");
    return std::filesystem::path(folder == nullptr ? "../shared/corpora" : folder) / "http_wire_replies.json";
}

/// The value of a member in a line that holds one flat JSON object without escapes in the members asked for.
std::string member(std::string const& line, std::string const& name) {
    auto const key = line.find("\"" + name + "\"");
    if (key == std::string::npos) return {};
    auto from = line.find_first_not_of(": \"", key + name.size() + 2);
    return line.substr(from, line.find_first_of(",\"}", from) - from);
}

std::string from_base64(std::string const& text) {
    std::string out(text.size(), '\0');
    int const size =
        EVP_DecodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                        reinterpret_cast<unsigned char const*>(text.data()), static_cast<int>(text.size()));
    out.resize(static_cast<std::size_t>(size) -
               static_cast<std::size_t>(std::count(text.end() - 2, text.end(), '=')));
    return out;
}

} // namespace

/// curl's own test server replies (curl/curl tests/data): what libcurl 7.88.1 refuses is never taken for an
/// answer, but for what its successors take (a header that begins with a space); no reply crashes or hangs
/// us.
TEST(WireReplies, what_libcurl_refuses_is_a_failure_here) {
    std::ifstream corpus(corpus_file());
    if (!corpus)
        GTEST_SKIP() << "http_wire_replies.json: neither in $BILLHOUSE_CORPORA nor in ../shared/corpora";
    bool const is_old = http_library_versions().starts_with("libcurl/7.");
    int replies = 0;
    for (std::string line; std::getline(corpus, line);) {
        auto const bytes = member(line, "reply_base64");
        if (bytes.empty()) continue;
        ++replies;
        auto const name = member(line, "test");
        auto const exit_code = member(line, "curl_7_88_1_exit");
        bool const taken = exit_code == "0" || (!is_old && member(line, "curl_8_22_exit") == "0");
        auto const result = answer_to({{{from_base64(bytes), Then::close}}});
        bool const redirect = exit_code == "47";     // curl was told to follow it, we never do
        bool const two_members = name == "test2305"; // of one gzip body: RFC 1952 2.2; libcurl cannot
        EXPECT_TRUE(taken || redirect || two_members || !result.response) << name;
        EXPECT_TRUE(result.response || !result.failure.reason.empty()) << name;
        RecordProperty(name,
                       result.response ? std::to_string(result.response->status) : result.failure.reason);
    }
    EXPECT_GE(replies, 50);
}

} // namespace billhouse
