#include "base/error.hpp"
#include "base/spooled_text.hpp"

#include "support/file_limits.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <string>

namespace billhouse {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr std::size_t kMiB = 1024 * 1024;

/// No two stretches of it are alike.
std::string numbers(std::size_t bytes) {
    std::string text;
    for (unsigned i = 0; text.size() < bytes; ++i)
        text += std::to_string(i) + ',';
    text.resize(bytes);
    return text;
}

SpooledText spooled(std::string_view text, std::size_t part) {
    TextSpool spool;
    for (; !text.empty(); text.remove_prefix(std::min(part, text.size())))
        spool.append(text.substr(0, part));
    return spool.finish();
}

std::size_t mapped_bytes() {
    return memory_of("self", "RssFile") + memory_of("self", "RssShmem");
}

Error error_of(std::size_t bytes) {
    try {
        spooled(std::string(bytes, 'x'), 1000);
    } catch (Error const& error) {
        return error;
    }
    return {ErrorKind::bug, "nothing was thrown"};
}

} // namespace

TEST(SpooledText, is_what_was_put_together_whatever_the_size_and_the_parts) {
    auto const text = numbers(6 * kMiB + 17);
    for (auto const size : {std::size_t{0}, std::size_t{1}, SpooledText::kInMemory - 1,
                            SpooledText::kInMemory, SpooledText::kInMemory + 1, text.size()})
        for (auto const part : {std::size_t{16'000}, kMiB, text.size()}) {
            auto const wanted = std::string_view(text).substr(0, size);
            auto const copy = [&] { return spooled(wanted, part); }();
            EXPECT_EQ(copy.is_in_file(), size > SpooledText::kInMemory);
            ASSERT_TRUE(copy == wanted) << size << ' ' << part;
        }
}

TEST(SpooledText, comes_in_pieces_that_make_the_whole) {
    auto const text = numbers(5 * kMiB);
    for (auto const& whole : {spooled(text, kMiB), SpooledText(text)}) {
        std::string joined;
        std::size_t pieces = 0;
        for_each_piece(whole, 3 * kMiB, [&](std::string_view piece) {
            joined += piece;
            ++pieces;
        });
        EXPECT_EQ(pieces, 2U);
        EXPECT_TRUE(joined == text);
    }
}

TEST(SpooledText, what_is_blanked_stays_so_after_its_memory_was_given_back) {
    for (auto const size : {kMiB, 8 * kMiB}) {
        auto text = numbers(size);
        auto spooled_text = spooled(text, kMiB);
        text.replace(size / 2, 5, 5, '*');
        spooled_text.blank(size / 2, 5);
        for_each_piece(spooled_text, kMiB, [](std::string_view) {});
        EXPECT_TRUE(spooled_text == text);
    }
}

TEST(SpooledText, is_gone_over_with_some_megabytes_of_it_in_memory) {
    TextSpool spool;
    std::string const part = numbers(kMiB);
    for (int i = 0; i < 64; ++i)
        spool.append(part);
    auto const text = spool.finish();
    auto const before = mapped_bytes();
    std::size_t most = 0, seen = 0;
    for_each_piece(text, kMiB, [&](std::string_view piece) {
        seen += static_cast<std::size_t>(std::ranges::count(piece, ','));
        most = std::max(most, mapped_bytes());
    });
    EXPECT_EQ(seen, 64U * static_cast<std::size_t>(std::ranges::count(part, ',')));
    EXPECT_GT(most, before) << "it is read through its mapping";
    EXPECT_LT(most, before + 12 * kMiB);
    EXPECT_LT(mapped_bytes(), before + kMiB) << "nothing is left of it when it has been gone over";
}

TEST(SpooledText, a_folder_that_is_not_there_is_an_error_that_names_it) {
    TemporaryFolder const missing("/nonexistent");
    EXPECT_EQ(error_of(SpooledText::kInMemory).kind(), ErrorKind::bug) << "small ones need none";
    auto const error = error_of(SpooledText::kInMemory + 1);
    EXPECT_EQ(error.kind(), ErrorKind::local_io);
    EXPECT_THAT(error.what(), AllOf(HasSubstr("/nonexistent"), HasSubstr("No such file")));
    EXPECT_THAT(error.hint(), HasSubstr("TMPDIR"));
}

TEST(SpooledText, a_file_that_cannot_grow_is_an_error) {
    FileSizeLimit const limit(4 * kMiB);
    auto const error = error_of(5 * kMiB);
    EXPECT_EQ(error.kind(), ErrorKind::local_io);
    EXPECT_THAT(error.what(), HasSubstr("could not be written"));
}

} // namespace billhouse
