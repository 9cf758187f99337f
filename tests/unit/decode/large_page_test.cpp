#include "base/error.hpp"
#include "base/sha256.hpp"
#include "decode/page_decoder.hpp"

#include "support/file_limits.hpp"
#include "support/gzip.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace billhouse {
namespace {

constexpr std::uint64_t kRoomy = 1ULL << 30;
constexpr std::size_t kMiB = 1024 * 1024;

SpooledText spooled(std::string_view text) {
    TextSpool spool;
    spool.append(text);
    return spool.finish();
}

struct Seen {
    DecodedPage page;
    std::string records; ///< the hash of all their bytes
    std::size_t most_mapped = 0;
};

Seen seen(SpooledText const& body, RecordsSpec const& spec) {
    Seen result;
    Sha256Sum all;
    std::size_t count = 0;
    result.page = decode_page(body, spec, kRoomy, [&](RecordView const& record) {
        all.add(record.raw);
        if (++count % 1000 == 0)
            result.most_mapped = std::max(result.most_mapped, memory_of("self", "RssFile"));
    });
    result.records = to_hex(all.finish());
    return result;
}

/// The same rows in the format that the spec names, after `before` bytes of text around them.
std::string text_in(RecordsSpec::Format format, std::size_t rows) {
    std::string text = format == RecordsSpec::Format::json  ? R"({"code": 200, "items": [)"
                       : format == RecordsSpec::Format::csv ? "id,name\n"
                                                            : "";
    for (std::size_t i = 0; i < rows; ++i) {
        auto const id = std::to_string(i);
        std::string const name(100 + i % 50, static_cast<char>('a' + i % 26));
        if (format == RecordsSpec::Format::csv)
            text += id + ',' + name + '\n';
        else
            text += (i > 0 && format == RecordsSpec::Format::json ? ",\n" : "") + ("{\"id\":" + id) +
                    ",\"name\":\"" + name + "\"}" + (format == RecordsSpec::Format::json_lines ? "\n" : "");
    }
    return text + (format == RecordsSpec::Format::json ? "]}" : "");
}

/// Over what the content hash goes: of JSON the array alone.
std::string_view hashed_part(std::string_view text, RecordsSpec::Format format) {
    if (format != RecordsSpec::Format::json) return text;
    auto const from = text.find('[');
    return text.substr(from, text.rfind(']') + 1 - from);
}

constexpr auto kFormats = {RecordsSpec::Format::json, RecordsSpec::Format::json_lines,
                           RecordsSpec::Format::csv};

} // namespace

TEST(LargePage, gives_the_same_records_and_hash_from_a_file_as_from_memory) {
    for (auto const format : kFormats)
        for (std::size_t const rows : {3U, 60'000U}) {
            auto const text = text_in(format, rows);
            RecordsSpec spec;
            spec.format = format;
            if (format == RecordsSpec::Format::json) spec.path = {{"items"}};
            auto const from_memory = seen(text, spec);
            EXPECT_EQ(from_memory.page.records, rows);
            EXPECT_EQ(from_memory.page.content_hash, to_hex(sha256(hashed_part(text, format))));
            spec.compression = RecordsSpec::Compression::gzip;
            auto const inflated = seen(gzipped(text), spec);
            spec.compression = RecordsSpec::Compression::none;
            auto const from_file = seen(spooled(text), spec);
            for (auto const* const other : {&from_file, &inflated}) {
                EXPECT_EQ(other->page.records, rows);
                EXPECT_EQ(other->records, from_memory.records);
                EXPECT_EQ(other->page.content_hash, from_memory.page.content_hash);
            }
        }
}

TEST(LargePage, is_decoded_with_some_megabytes_of_it_in_memory) {
    for (auto const format : kFormats) {
        auto const text = text_in(format, 300'000);
        ASSERT_GT(text.size(), 32 * kMiB);
        auto const body = spooled(text);
        RecordsSpec spec;
        spec.format = format;
        if (format == RecordsSpec::Format::json) spec.path = {{"items"}};
        auto const before = memory_of("self", "RssFile");
        auto const bound = before + 12 * kMiB; // with what of the program itself is first used here
        EXPECT_LT(seen(body, spec).most_mapped, bound);
        EXPECT_LT(memory_of("self", "RssFile"), bound);
    }
}

TEST(LargePage, that_breaks_off_is_refused_with_its_place) {
    auto text = text_in(RecordsSpec::Format::json, 60'000);
    text.resize(text.size() - 100);
    RecordsSpec spec;
    spec.path = {{"items"}};
    try {
        seen(spooled(text), spec);
        FAIL() << "it was taken for whole";
    } catch (Error const& error) {
        EXPECT_EQ(error.kind(), ErrorKind::data);
        EXPECT_NE(std::string(error.what()).find("at byte " + std::to_string(text.size())), std::string::npos)
            << error.what();
    }
}

} // namespace billhouse
