#include "base/error.hpp"
#include "base/nameless_file.hpp"

#include <gmock/gmock.h>

#include <memory>
#include <string>

namespace billhouse {

using ::testing::HasSubstr;

TEST(NamelessFile, gives_back_any_part_of_what_was_appended) {
    NamelessFile file;
    file.append("first");
    EXPECT_FALSE(file.exists()) << "the first block is not full";
    file.append(std::string(300'000, 'x'));
    file.append("later");
    EXPECT_TRUE(file.exists());
    EXPECT_EQ(file.size(), 300'010U);
    EXPECT_EQ(file.read(300'005, 5), "later");
    EXPECT_EQ(file.read(0, 6), "firstx");
    EXPECT_EQ(file.read(300'004, 1), "x");
}

TEST(NamelessFile, stays_mapped_when_the_file_itself_is_closed) {
    auto file = std::make_unique<NamelessFile>();
    file->append("kept");
    auto const mapped = file->map();
    file.reset();
    EXPECT_EQ(std::string(mapped.get(), 4), "kept");
}

TEST(NamelessFile, that_cannot_be_mapped_is_an_error) {
    NamelessFile file;
    file.append(std::string(300'000, 'x'));
    file.cut(0);
    try {
        file.map(); // nothing, which no system can do
        FAIL() << "nothing was thrown";
    } catch (Error const& error) {
        EXPECT_EQ(error.kind(), ErrorKind::local_io);
        EXPECT_THAT(error.what(), HasSubstr("could not be mapped into memory: Invalid argument"));
        EXPECT_THAT(error.hint(), HasSubstr("TMPDIR"));
    }
}

} // namespace billhouse
