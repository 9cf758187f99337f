#include "state/quarantine.hpp"

#include "state_test.hpp"

namespace billhouse {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class QuarantineTest : public StateTest {
protected:
    static Reject reject(std::string raw, std::string code = "required_missing") {
        Reject reject;
        reject.reason_code = std::move(code);
        reject.reason = "charge_date is missing";
        reject.column = "charge_date";
        reject.raw = std::move(raw);
        reject.amount_hint = Decimal::parse("12.50");
        reject.currency_hint = "CNY";
        reject.record_path = "/content/3";
        return reject;
    }
    void store(std::vector<Reject> const& rejects) {
        store_rejects(*session_,
                      {stream_.stream_id, stream_.source_key, "", day("2026-03-01"), day("2026-03-02")},
                      run_id_, {41}, rejects);
        SliceClosing read = closing("2026-03-01", "2026-03-02");
        read.read = read.quarantined = static_cast<std::int64_t>(rejects.size());
        Ledger(*session_, stream_.stream_id, "").close(read);
    }
    /// "record status occurrences times_seen" of each row.
    std::vector<std::string> rows() {
        std::vector<std::string> rows;
        for (auto const& row : db_.query("SELECT raw_record || ' ' || status || ' ' || occurrences || ' ' || "
                                         "times_seen FROM etl.quarantine ORDER BY 1"))
            rows.push_back(row[0].value());
        return rows;
    }
    std::string writes() {
        return db_.value(
            "SELECT string_agg(xmin::text || ctid::text, ' ' ORDER BY quarantine_id) FROM etl.quarantine");
    }
};

TEST_F(QuarantineTest, keeps_the_record_verbatim_with_all_that_is_known_of_it) {
    auto const raw = R"({"a": "it's \u0000 \"x\"", "price": 1.20})";
    store({reject(raw)});
    EXPECT_EQ(db_.value("SELECT raw_record FROM etl.quarantine"), raw);
    EXPECT_EQ(db_.value("SELECT (page_id, record_path, reason_code, reason, field, amount_hint, "
                        "currency_hint)::text FROM etl.quarantine"),
              "(41,/content/3,required_missing,\"charge_date is missing\",charge_date,12.5,CNY)");
    EXPECT_EQ(db_.value("SELECT record_sha256 = sha256(convert_to(raw_record, 'UTF8')) FROM etl.quarantine"),
              "t");
}

TEST_F(QuarantineTest, the_same_rejects_again_write_nothing) {
    store({reject("a"), reject("b")});
    auto const before = writes();
    store({reject("b"), reject("a")});
    EXPECT_EQ(writes(), before);
}

TEST_F(QuarantineTest, one_seen_again_among_others_counts_up) {
    store({reject("a")});
    store({reject("a"), reject("b")});
    EXPECT_THAT(rows(), ElementsAre("a open 1 2", "b open 1 1"));
}

TEST_F(QuarantineTest, equal_records_of_one_read_are_counted_not_repeated) {
    store({reject("a"), reject("a"), reject("a", "defect")});
    EXPECT_THAT(rows(), ElementsAre("a open 1 1", "a open 2 1"));
    EXPECT_EQ(db_.value("SELECT money_missing FROM mart.completeness"), "{\"CNY\": 37.5}");
    EXPECT_EQ(db_.value("SELECT open_records FROM mart.completeness"), "3");
}

TEST_F(QuarantineTest, one_that_a_complete_read_no_longer_has_is_closed_and_opens_again_when_it_returns) {
    store({reject("a"), reject("b")});
    store({reject("b")});
    EXPECT_THAT(rows(), ElementsAre("a replayed 1 1", "b open 1 2"));
    EXPECT_EQ(db_.value("SELECT resolved_by FROM etl.quarantine WHERE raw_record = 'a'"),
              "run " + std::to_string(run_id_));
    store({});
    EXPECT_THAT(rows(), ElementsAre("a replayed 1 1", "b replayed 1 2"));
    store({reject("a")});
    EXPECT_THAT(rows(), ElementsAre("a open 1 2", "b replayed 1 2"));
    EXPECT_EQ(db_.value("SELECT resolved_at FROM etl.quarantine WHERE raw_record = 'a'"), "NULL");
}

TEST_F(QuarantineTest, one_that_a_person_ignores_stays_ignored) {
    store({reject("a")});
    db_.execute("UPDATE etl.quarantine SET status = 'ignored', resolved_at = now(), resolved_by = 'kim'");
    store({reject("a"), reject("b")});
    EXPECT_THAT(rows(), ElementsAre("a ignored 1 2", "b open 1 1"));
    EXPECT_EQ(db_.value("SELECT resolved_by FROM etl.quarantine WHERE raw_record = 'a'"), "kim");
}

TEST_F(QuarantineTest, the_same_record_in_another_slice_is_another_reject) {
    store({reject("a")});
    store_rejects(*session_,
                  {stream_.stream_id, stream_.source_key, "1001", day("2026-03-01"), day("2026-03-02")},
                  run_id_, {41}, {reject("a")});
    EXPECT_THAT(rows(), ElementsAre("a open 1 1", "a open 1 1"));
    store({});
    EXPECT_THAT(rows(), ElementsAre("a open 1 1", "a replayed 1 1"));
}

TEST_F(QuarantineTest, no_rejects_where_there_were_none_is_nothing) {
    store({});
    EXPECT_THAT(rows(), IsEmpty());
}

} // namespace
} // namespace billhouse
