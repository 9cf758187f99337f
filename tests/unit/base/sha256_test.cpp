#include "base/sha256.hpp"

#include <gtest/gtest.h>

#include <thread>
#include <unordered_set>
#include <vector>

namespace billhouse {
namespace {

using Parts = std::vector<std::optional<std::string_view>>;

IdentityKey key_of(Parts const& parts) {
    IdentityKey key;
    for (auto const& part : parts)
        key.add(part);
    return key;
}

} // namespace

TEST(Sha256, agrees_with_the_vectors_of_FIPS_180_4) {
    EXPECT_EQ(to_hex(sha256("")), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    EXPECT_EQ(to_hex(sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(to_hex(sha256(std::string(1'000'000, 'a'))),
              "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256, is_the_same_on_every_thread) {
    Sha256 elsewhere{};
    std::thread([&] { elsewhere = sha256("abc"); }).join();
    EXPECT_EQ(elsewhere, sha256("abc"));
}

TEST(Sha256, writes_hexadecimal_in_lower_case) {
    EXPECT_EQ(to_hex(std::string_view("\x00\x7f\xff", 3)), "007fff");
}

TEST(IdentityKey, agrees_with_the_database_function_etl_identity_key) {
    struct Case {
        Parts parts;
        std::string uuid;
    };
    for (auto const& [parts, uuid] : std::vector<Case>{
             {{"ab", "c"}, "eede4e10-5432-80c4-80a3-84efbd3f145b"},
             {{"a", "bc"}, "e995f0cf-7ddc-88d6-97e2-4e53d50febee"},
             {{std::nullopt, ""}, "52042088-df9e-863a-a031-72ceb5a98f90"},
             {{"guance_cn", "1", "2023-07-31", std::nullopt, "Session Replay", "session_replay", std::nullopt,
               "CNY", "1"},
              "23ce5b07-5b19-8fc2-a275-e2b30de0f2f8"},
         })
        EXPECT_EQ(to_string(key_of(parts).uuid()), uuid) << key_of(parts).canonical();
}

TEST(IdentityKey, separates_parts_by_length_and_null_from_empty) {
    EXPECT_EQ(key_of({"ab", "c"}).canonical(), "2:ab,1:c");
    EXPECT_EQ(key_of({std::nullopt, ""}).canonical(), "-,0:");
    EXPECT_EQ(key_of({"会话"}).canonical(), "6:会话");
    EXPECT_EQ(key_of({}).canonical(), "");
    EXPECT_NE(key_of({"-"}).uuid(), key_of({std::nullopt}).uuid());
}

TEST(IdentityKey, writes_the_length_of_parts_of_any_size) {
    IdentityKey key;
    std::string expected;
    for (std::size_t const length : {0U, 1U, 9U, 10U, 99U, 100U, 999U, 1000U, 70'000U}) {
        std::string const part(length, 'x');
        key.add(part);
        expected += (expected.empty() ? "" : ",") + std::to_string(length) + ':' + part;
        EXPECT_EQ(key.canonical(), expected);
    }
}

TEST(IdentityKey, can_be_cut_back_and_continued_with_anothers_parts) {
    auto key = key_of({"a", std::nullopt});
    auto const size = key.size();
    key.add("later");
    key.cut(size);
    key.append(key_of({"b", "c"}));
    EXPECT_EQ(key.canonical(), "1:a,-,1:b,1:c");
    key.cut(0);
    key.append(key_of({std::nullopt}));
    EXPECT_EQ(key.canonical(), "-");
}

TEST(IdentityKey, marks_its_uuid_as_version_8_of_RFC_9562) {
    for (char c = 'a'; c <= 'z'; ++c) {
        auto const uuid = IdentityKey::uuid_of(std::string(1, c));
        EXPECT_EQ(uuid.bytes[6] >> 4, 8);
        EXPECT_EQ(uuid.bytes[8] >> 6, 2);
    }
}

TEST(ContentHash, is_the_first_eight_bytes_as_a_signed_big_endian_number) {
    EXPECT_EQ(static_cast<std::uint64_t>(content_hash("abc")), 0xba7816bf8f01cfeaULL);
    EXPECT_LT(content_hash("abc"), 0);
}

TEST(Uuid, hashes_differ_where_the_bytes_do) {
    std::unordered_set<std::size_t> hashes;
    for (int i = 0; i < 1'000; ++i)
        hashes.insert(std::hash<Uuid>{}(IdentityKey::uuid_of(std::to_string(i))));
    EXPECT_EQ(hashes.size(), 1'000U);
}

} // namespace billhouse
