#include "base/sha256.hpp"
#include "state/raw_pages.hpp"
#include "state/stored_series.hpp"

#include "state_test.hpp"

namespace billhouse {
namespace {

using testing::HasSubstr;

class RawPagesTest : public StateTest {
protected:
    static StoredPage page(SpooledText body, std::int64_t number = 1) {
        StoredPage stored;
        stored.body = KeptBody(std::make_shared<ByteStore>(1000), std::move(body));
        stored.page.url = "https://vendor.example/list?page=1";
        stored.page.trace_id = "TRACE-1";
        stored.page.status = 200;
        stored.page.attempts = 2;
        stored.page.requested_at = day("2026-03-31") + std::chrono::hours(23);
        stored.page.duration = std::chrono::milliseconds(125);
        stored.page.content_type = "application/json";
        stored.page_number = number;
        stored.records = 3;
        stored.declared_total = 7;
        stored.content_hash = to_hex(sha256("records"));
        return stored;
    }
    SliceId slice() const {
        return {stream_.stream_id, stream_.source_key, "", day("2026-03-01"), day("2026-03-02")};
    }
};

TEST_F(RawPagesTest, ids_are_reserved_before_anything_is_written) {
    auto const ids = reserve_page_ids(*session_, 3);
    ASSERT_EQ(ids.size(), 3U);
    EXPECT_LT(ids[0], ids[1]);
    EXPECT_LT(ids[1], ids[2]);
    EXPECT_EQ(db_.value("SELECT count(*) FROM etl.page"), "0");
    EXPECT_GT(reserve_page_ids(*session_, 1)[0], ids[2]);
    EXPECT_TRUE(reserve_page_ids(*session_, 0).empty());
}

TEST_F(RawPagesTest, bytes_come_back_as_they_were) {
    std::string every_byte;
    for (int i = 0; i < 256; ++i)
        every_byte += static_cast<char>(i);
    auto const ids = reserve_page_ids(*session_, 2);
    store_pages(*session_, slice(), run_id_, ids, {page("{\"traceId\": 1.20}"), page(every_byte, 2)});
    EXPECT_EQ(db_.value("SELECT convert_from(body, 'UTF8') FROM raw.page_body WHERE page_id = " +
                        std::to_string(ids[0])),
              "{\"traceId\": 1.20}");
    EXPECT_EQ(
        db_.value("SELECT encode(body, 'hex') FROM raw.page_body WHERE page_id = " + std::to_string(ids[1])),
        to_hex(every_byte));
    EXPECT_EQ(db_.value("SELECT fetched_on FROM raw.page_body LIMIT 1"), "2026-03-31");
}

/// A page of more bytes than one row takes, as it is kept and as it comes back.
class LargeRawPagesTest : public RawPagesTest {
protected:
    LargeRawPagesTest() {
        for (unsigned i = 0; body_.size() < 2 * SpooledText::kInMemory + 1000; ++i)
            body_ += std::to_string(i * 2654435761U) + '\0';
        ids_ = reserve_page_ids(*session_, 3);
        TextSpool large;
        large.append(body_);
        store_pages(*session_, slice(), run_id_, ids_,
                    {page("before"), page(large.finish(), 2), page("", 3)});
    }
    std::vector<KeptPage> kept() {
        return kept_pages(*session_, stream_.stream_id, "", {slice().from, slice().to, run_id_});
    }

    std::string body_;
    std::vector<std::int64_t> ids_;
};

TEST_F(LargeRawPagesTest, a_large_body_is_kept_in_parts_and_comes_back_byte_by_byte) {
    EXPECT_EQ(
        db_.value(
            "SELECT string_agg(page_id - (SELECT min(page_id) FROM raw.page_body) || ':' || part || ' ' || "
            "octet_length(body), ', ' ORDER BY page_id, part) FROM raw.page_body"),
        "0:1 6, 1:1 2097152, 1:2 2097152, 1:3 " + std::to_string(body_.size() - 2 * SpooledText::kInMemory) +
            ", 2:1 0");
    EXPECT_EQ(
        db_.value("SELECT encode(sha256(string_agg(body, '' ORDER BY part)), 'hex') FROM raw.page_body WHERE "
                  "page_id = " +
                  std::to_string(ids_[1])),
        to_hex(sha256(body_)));
    ASSERT_EQ(kept().size(), 3U);
    EXPECT_EQ(read_body(*session_, stream_.stream_id, kept()[0]), "before");
    EXPECT_TRUE(read_body(*session_, stream_.stream_id, kept()[1]) == body_);
    EXPECT_EQ(read_body(*session_, stream_.stream_id, kept()[2]), "");
}

TEST_F(LargeRawPagesTest, a_body_that_lacks_a_part_or_has_another_one_is_damaged) {
    auto const of_page = " WHERE page_id = " + std::to_string(ids_[1]);
    auto const what = [&] {
        return std::string(error_of([&] { read_body(*session_, stream_.stream_id, kept()[1]); }).what());
    };
    auto const after = [&](std::string statement) {
        session_->begin();
        session_->run_script("damage", statement.replace(statement.find("%s"), 2, of_page));
        auto problem = what();
        session_->rollback();
        return problem;
    };
    for (auto const* damage :
         {"UPDATE raw.page_body SET part = 4%s AND part = 2", "DELETE FROM raw.page_body%s AND part = 3",
          "UPDATE raw.page_body SET body = body || '\\x20'%s AND part = 1"})
        EXPECT_THAT(after(damage), HasSubstr("are not those that were fetched")) << damage;
    EXPECT_THAT(after("DELETE FROM raw.page_body%s"), HasSubstr("are no longer kept"));
}

TEST_F(RawPagesTest, what_is_known_of_a_page_stays_when_its_body_goes) {
    auto const ids = reserve_page_ids(*session_, 1);
    store_pages(*session_, slice(), run_id_, ids, {page("abc")});
    EXPECT_EQ(db_.value("SELECT (page_no, attempt, duration_ms, http_status, vendor_trace_id, record_count, "
                        "declared_total, body_bytes)::text FROM etl.page"),
              "(1,2,125,200,TRACE-1,3,7,3)");
    EXPECT_EQ(db_.value("SELECT encode(body_sha256, 'hex') FROM etl.page"), to_hex(sha256("abc")));
    EXPECT_EQ(db_.value("SELECT encode(content_sha256, 'hex') FROM etl.page"), to_hex(sha256("records")));
    EXPECT_EQ(db_.value("SELECT requested_at AT TIME ZONE 'UTC' FROM etl.page"), "2026-03-31 23:00:00");
}

TEST_F(RawPagesTest, go_with_the_transaction) {
    session_->begin();
    store_pages(*session_, slice(), run_id_, reserve_page_ids(*session_, 1), {page("abc")});
    session_->rollback();
    EXPECT_EQ(db_.value("SELECT count(*) FROM etl.page"), "0");
    EXPECT_EQ(db_.value("SELECT count(*) FROM raw.page_body"), "0");
}

TEST_F(RawPagesTest, as_many_ids_as_pages_are_needed) {
    EXPECT_EQ(error_of([&] {
                  store_pages(*session_, slice(), run_id_, {1, 2}, {page("abc")});
              }).kind(),
              ErrorKind::bug);
}

} // namespace
} // namespace billhouse
