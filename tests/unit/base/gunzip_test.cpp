#include "base/gunzip.hpp"
#include "decode/page_decoder.hpp"

#include "support/gzip.hpp"
#include "unit/decode/decoded_records.hpp"

#include <gmock/gmock.h>

namespace billhouse {

namespace {

using testing::HasSubstr;
using testing::SizeIs;

constexpr std::uint64_t kRoomy = 64ULL << 20;

std::string problem(std::string const& bytes, std::uint64_t max_bytes = kRoomy) {
    return decoding_problem([&](RecordSink const&) { gunzip(bytes, max_bytes); });
}

} // namespace

TEST(Gunzip, gives_back_what_was_compressed) {
    std::string mixed;
    for (int i = 0; i < 200'000; ++i)
        mixed += std::to_string(i * 7919 % 100'003);
    for (auto const& text : {std::string(), std::string("a"), mixed})
        EXPECT_EQ(gunzip(gzipped(text), kRoomy), text);
    EXPECT_EQ(gunzip(gzipped("one,") + gzipped("two"), kRoomy), "one,two") << "RFC 1952: several members";
}

TEST(Gunzip, refuses_what_is_cut_off_damaged_or_no_gzip_at_all) {
    auto const good = gzipped(std::string(1000, 'x'));
    for (auto const length : {2U, 10U, 15U})
        EXPECT_THAT(problem(good.substr(0, length)), HasSubstr("cut off")) << length;
    EXPECT_THAT(problem(good.substr(0, good.size() - 1)), HasSubstr("cut off"));
    auto damaged = good;
    damaged[damaged.size() - 8] = static_cast<char>(damaged[damaged.size() - 8] ^ 1);
    EXPECT_THAT(problem(damaged), HasSubstr("incorrect data check"));
    EXPECT_THAT(problem("{\"items\": []}"), HasSubstr("does not begin like a gzip file"));
    EXPECT_THAT(problem(good + "more"), HasSubstr("incorrect header check"));
    EXPECT_THAT(problem(""), HasSubstr("does not begin like a gzip file"));
}

TEST(Gunzip, stops_at_the_bound_whatever_the_bomb_holds) {
    auto const bomb = gzipped(std::string(8U << 20U, '0'));
    EXPECT_LT(bomb.size(), 20'000U);
    EXPECT_THAT(problem(bomb, 1U << 20U), HasSubstr("more than 1.0 MB after inflating"));
    EXPECT_EQ(gunzip(bomb, 8U << 20U).size(), 8U << 20U) << "the bound itself is allowed";
}

TEST(PageDecoding, inflates_only_where_the_job_says_so) {
    RecordsSpec spec;
    spec.format = RecordsSpec::Format::csv;
    spec.compression = RecordsSpec::Compression::gzip;
    auto const read = [&](std::string const& body) {
        return decoded([&](RecordSink const& sink) { return decode_page(body, spec, kRoomy, sink); });
    };
    EXPECT_THAT(read(gzipped("a,b\n1,2\n3,4\n")).records, SizeIs(2));
    EXPECT_THROW(read("a,b\n1,2\n"), Error);
}

} // namespace billhouse
