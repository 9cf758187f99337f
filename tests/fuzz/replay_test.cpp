#include "fuzz/targets.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <ostream>
#include <vector>

/// Every input that was ever worth keeping, under the compiler and flags of the build at hand.
namespace billhouse {

namespace {

struct Target {
    char const* name;
    void (*run)(std::uint8_t const*, std::size_t);
    friend void PrintTo(Target const& target, std::ostream* out) { *out << target.name; }
};

std::vector<std::filesystem::path> corpus_of(std::string const& target) {
    std::vector<std::filesystem::path> files;
    for (auto const& entry : std::filesystem::directory_iterator(std::filesystem::path(FUZZ_CORPUS) / target))
        files.push_back(entry.path());
    std::ranges::sort(files);
    return files;
}

std::vector<std::uint8_t> bytes_of(std::filesystem::path const& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

class FuzzReplay : public testing::TestWithParam<Target> {};

} // namespace

TEST_P(FuzzReplay, every_kept_input_of) {
    auto const files = corpus_of(GetParam().name);
    EXPECT_GE(files.size(), 3U) << "a corpus to start from";
    for (auto const& file : files) {
        auto const input = bytes_of(file);
        // The second time it may end anywhere: a parser must not need what it was promised.
        for (auto const size : {input.size(), input.size() / 2})
            EXPECT_NO_THROW(GetParam().run(input.data(), size)) << file << ", " << size << " bytes";
    }
}

INSTANTIATE_TEST_SUITE_P(Corpus, FuzzReplay,
                         testing::Values(Target{"command_line", fuzz_command_line},
                                         Target{"decimal", fuzz_decimal}, Target{"gzip", fuzz_gzip},
                                         Target{"job", fuzz_job}, Target{"link_header", fuzz_link_header},
                                         Target{"next_url", fuzz_next_url}, Target{"page", fuzz_page},
                                         Target{"retry_after", fuzz_retry_after},
                                         Target{"star_rows", fuzz_star_rows}, Target{"time", fuzz_time}),
                         [](auto const& target) { return std::string(target.param.name); });

} // namespace billhouse
