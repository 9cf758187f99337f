#include "base/byte_store.hpp"
#include "base/error.hpp"

#include "support/file_limits.hpp"

#include <gmock/gmock.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <vector>

namespace billhouse {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

std::string item(std::size_t number) {
    return std::to_string(number) + std::string(number % 3000, static_cast<char>('a' + number % 26));
}

} // namespace

TEST(ByteStore, gives_back_what_it_took_from_memory_and_from_the_file_in_any_order) {
    ByteStore store(100'000);
    std::vector<std::uint64_t> places;
    for (std::size_t i = 0; i < 2000; ++i)
        places.push_back(store.append(item(i)));
    EXPECT_TRUE(store.has_file());
    for (std::size_t step = 0; step < 2000; ++step) {
        auto const i = step * 7 % 2000;
        ASSERT_EQ(store.read(places[i], item(i).size()), item(i)) << i;
    }
}

TEST(ByteStore, makes_no_file_for_what_fits_into_memory) {
    ByteStore store(10);
    store.append("0123456789");
    EXPECT_FALSE(store.has_file());
    EXPECT_EQ(store.size(), 10U);
}

TEST(ByteStore, a_cut_forgets_what_came_later_wherever_it_is) {
    for (std::size_t const kept : {1U, 50U, 700U, 1500U}) {
        ByteStore store(100'000);
        std::vector<std::uint64_t> places;
        for (std::size_t i = 0; i < 1600; ++i)
            places.push_back(store.append(item(i)));
        store.cut(places[kept]);
        EXPECT_EQ(store.size(), places[kept]);
        auto const place = store.append("anew");
        EXPECT_EQ(place, places[kept]);
        EXPECT_EQ(store.read(place, 4), "anew");
        EXPECT_EQ(store.read(places[kept - 1], item(kept - 1).size()), item(kept - 1));
        for (std::size_t i = kept; i < 1600; ++i)
            places[i] = store.append(item(i));
        for (std::size_t i = 0; i < 1600; ++i)
            ASSERT_EQ(store.read(places[i], item(i).size()), item(i)) << kept << ' ' << i;
    }
}

TEST(ByteStore, one_that_is_larger_than_a_block_is_read_whole) {
    ByteStore store(0);
    store.append("before");
    std::string const large(3'000'000, 'x');
    auto const place = store.append(large);
    auto const next = store.append("behind");
    EXPECT_EQ(store.read(place, large.size()), large);
    EXPECT_EQ(store.read(next, 6), "behind");
    EXPECT_EQ(store.read(0, 6), "before");
}

TEST(ByteStore, a_folder_that_is_not_there_is_an_error_that_names_it) {
    TemporaryFolder const missing("/nonexistent");
    ByteStore store(0);
    try {
        for (int i = 0; i < 1000; ++i)
            store.append(std::string(1000, 'x'));
        FAIL() << "nothing was thrown";
    } catch (Error const& error) {
        EXPECT_EQ(error.kind(), ErrorKind::local_io);
        EXPECT_THAT(error.what(), AllOf(HasSubstr("/nonexistent"), HasSubstr("No such file")));
        EXPECT_THAT(error.hint(), HasSubstr("TMPDIR"));
    }
}

TEST(ByteStore, a_file_that_cannot_grow_is_an_error) {
    FileSizeLimit const limit(1'000'000);
    ByteStore store(0);
    try {
        for (int i = 0; i < 3000; ++i)
            store.append(std::string(1000, 'x'));
        FAIL() << "nothing was thrown";
    } catch (Error const& error) {
        EXPECT_EQ(error.kind(), ErrorKind::local_io);
        EXPECT_THAT(error.what(), HasSubstr("could not be written"));
    }
}

TEST(ByteStore, a_file_that_was_cut_by_somebody_else_is_an_error) {
    auto const folder =
        std::filesystem::temp_directory_path() / ("billhouse-cut-" + std::to_string(::getpid()));
    std::filesystem::create_directory(folder);
    TemporaryFolder const here(folder.c_str());
    ByteStore store(0);
    for (int i = 0; i < 3000; ++i)
        store.append(std::string(1000, 'x'));
    for (auto const& file : std::filesystem::directory_iterator("/proc/self/fd")) {
        std::error_code none;
        bool const is_ours = std::filesystem::read_symlink(file, none).string().starts_with(folder.string());
        EXPECT_TRUE(!is_ours || ::truncate(file.path().c_str(), 0) == 0);
    }
    try {
        store.read(0, 1000);
        FAIL() << "nothing was thrown";
    } catch (Error const& error) {
        EXPECT_EQ(error.kind(), ErrorKind::local_io);
        EXPECT_THAT(error.what(), HasSubstr("could not be read: Input/output error"));
    }
    std::filesystem::remove(folder);
}

} // namespace billhouse
