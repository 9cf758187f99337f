#include "base/error.hpp"
#include "base/nameless_file.hpp"

#include <gmock/gmock.h>

#include <memory>
#include <string>

namespace billhouse {

using ::testing::HasSubstr;

TEST(NamelessFile, gives_back_what_was_written_at_any_place) {
    NamelessFile file;
    EXPECT_FALSE(file.exists());
    file.write(0, "first");
    file.write(100'000, "later");
    std::string text(5, ' ');
    file.read(100'000, text.data(), text.size());
    EXPECT_EQ(text, "later");
    file.read(0, text.data(), text.size());
    EXPECT_EQ(text, "first");
}

TEST(NamelessFile, stays_mapped_when_the_file_itself_is_closed) {
    auto file = std::make_unique<NamelessFile>();
    file->write(0, "kept");
    auto const mapped = file->map(4);
    file.reset();
    EXPECT_EQ(std::string(mapped.get(), 4), "kept");
}

TEST(NamelessFile, that_cannot_be_mapped_is_an_error) {
    NamelessFile file;
    file.write(0, "text");
    try {
        file.map(0); // which no system can do
        FAIL() << "nothing was thrown";
    } catch (Error const& error) {
        EXPECT_EQ(error.kind(), ErrorKind::local_io);
        EXPECT_THAT(error.what(), HasSubstr("could not be mapped into memory: Invalid argument"));
        EXPECT_THAT(error.hint(), HasSubstr("TMPDIR"));
    }
}

} // namespace billhouse
