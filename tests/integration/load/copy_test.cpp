#include "base/error.hpp"
#include "base/sha256.hpp"
#include "load/copy_reader.hpp"
#include "load/copy_writer.hpp"

#include "load_fixture.hpp"

#include <sys/mman.h>

#include <random>

namespace billhouse {

namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class CopyTest : public testing::Test {
protected:
    EmbeddedText into(std::string const& columns) {
        text_ = "-- loading rows\nCOPY public.t (" + columns + ") FROM STDIN (FORMAT binary)";
        return {"copy.sql", text_};
    }
    std::string rows() { return database.value("SELECT count(*) FROM t"); }

    TestDatabase database{TestDatabase::Content::empty};
    PgSession session{database.settings(), std::nullopt, "billhouse test", {}};

private:
    std::string text_;
};

/// A number of up to 38 digits with its point anywhere, often at the borders of the groups of four.
std::string random_number(std::mt19937& random) {
    auto const digits = std::uniform_int_distribution(1, 38)(random);
    auto const scale = std::uniform_int_distribution(0, 45)(random);
    std::string text;
    for (int i = 0; i < digits; ++i)
        text += static_cast<char>('0' + std::uniform_int_distribution(0, 9)(random) *
                                            std::uniform_int_distribution(0, 1)(random));
    if (scale >= static_cast<int>(text.size()))
        text.insert(0, static_cast<std::size_t>(scale) - text.size() + 1, '0');
    text.insert(text.size() - static_cast<std::size_t>(scale), scale > 0 ? "." : "");
    return (random() % 2 ? "-" : "") + text;
}

} // namespace

TEST_F(CopyTest, ten_thousand_decimals_arrive_as_their_text_reads) {
    database.execute("CREATE TABLE t (i integer, n numeric, text text)");
    std::mt19937 random(20260301);
    std::vector<std::string> texts{"0",
                                   "-0.5",
                                   "1",
                                   "10000",
                                   "0.0001",
                                   "9999.9999",
                                   "99999999999999999999999999999999999999",
                                   "0.00000000000000000000000000000000000001",
                                   "100000000",
                                   "1.00010000000000000001",
                                   "123456789012345678901234567890123456.78"};
    while (texts.size() < 10'000)
        texts.push_back(random_number(random));
    session.begin();
    CopyWriter copy(session, into("i, n, text"), 3);
    for (std::size_t i = 0; i < texts.size(); ++i) {
        copy.begin_row();
        copy.integer(static_cast<std::int32_t>(i));
        copy.numeric(Decimal::parse(texts[i]).value());
        copy.text(texts[i]);
    }
    EXPECT_EQ(copy.finish(), 10'000);
    session.commit();
    EXPECT_EQ(rows(), "10000");
    EXPECT_EQ(database.value("SELECT count(*) FROM t WHERE n <> text::numeric"), "0");
    EXPECT_EQ(database.value("SELECT count(*) FROM t WHERE n::text <> trim_scale(text::numeric)::text"), "0")
        << "canonical form";
}

TEST_F(CopyTest, every_type_arrives) {
    database.execute("CREATE TABLE t (a boolean, b integer, c bigint, d text, e jsonb, f bytea, g uuid, h "
                     "date, i timestamptz, j numeric)");
    Uuid uuid;
    for (std::size_t i = 0; i < uuid.bytes.size(); ++i)
        uuid.bytes[i] = static_cast<std::uint8_t>(i * 17);
    session.begin();
    CopyWriter copy(session, into("a, b, c, d, e, f, g, h, i, j"), 10);
    copy.begin_row();
    copy.boolean(true), copy.integer(-2), copy.bigint(std::numeric_limits<std::int64_t>::min()),
        copy.text("工作 'x' \\N\t\n"), copy.jsonb(R"({"a": 1.50})");
    copy.bytes(std::string_view("\0\xff", 2)), copy.uuid(uuid), copy.date(*parse_date("1999-12-31"));
    copy.timestamp(Instant(*parse_date("1999-12-31")) + std::chrono::microseconds(1)),
        copy.numeric(Decimal(7));
    copy.begin_row();
    for (int i = 0; i < 10; ++i)
        copy.null();
    EXPECT_EQ(copy.finish(), 2);
    session.commit();
    EXPECT_THAT(
        texts(database, "SET timezone = 'UTC'; SELECT * FROM t"),
        ElementsAre(
            "t|-2|-9223372036854775808|工作 'x' \\N\t\n|{\"a\": "
            "1.50}|\\x00ff|00112233-4455-6677-8899-aabbccddeeff|1999-12-31|1999-12-31 00:00:00.000001+00|7",
            "|||||||||"));
}

/// Around the size of what is sent at once, and many times that.
TEST_F(CopyTest, large_values_arrive_whole_whatever_pieces_they_were_sent_in) {
    database.execute("CREATE TABLE t (n integer, body bytea, after integer)");
    std::vector<std::string> sent;
    CopyWriter copy(session, into("n, body, after"), 3);
    for (std::size_t const size : {0, 1, 65'529, 65'530, 65'535, 65'536, 65'537, 131'072, 1'000'003}) {
        std::string body(size, '\0');
        for (std::size_t i = 0; i < size; ++i)
            body[i] = static_cast<char>(i * 31 >> 3);
        copy.begin_row();
        copy.integer(static_cast<std::int32_t>(size));
        copy.bytes(body);
        copy.integer(-1);
        sent.push_back(std::to_string(size) + "|" + to_hex(sha256(body)) + "|-1");
    }
    EXPECT_EQ(copy.finish(), 9);
    EXPECT_EQ(texts(database, "SELECT n, encode(sha256(body), 'hex'), after FROM t ORDER BY n"), sent);
}

TEST_F(CopyTest, rows_read_back_have_their_dates_keys_and_numbers) {
    database.execute("CREATE TABLE t (d date, k uuid, n bigint); INSERT INTO t VALUES ('1999-12-31', "
                     "'00112233-4455-6677-8899-aabbccddeeff', -5), ('2026-03-01', "
                     "'00000000-0000-0000-0000-000000000001', 9223372036854775807)");
    std::vector<std::string> read;
    read_copy(session, statement("COPY (SELECT * FROM public.t ORDER BY n) TO STDOUT (FORMAT binary)"),
              [&](CopyRow& row) {
                  auto const date = to_string(row.date());
                  auto const key = to_string(row.uuid());
                  read.push_back(date + " " + key + " " + std::to_string(row.bigint()));
              });
    EXPECT_THAT(read, ElementsAre("1999-12-31 00112233-4455-6677-8899-aabbccddeeff -5",
                                  "2026-03-01 00000000-0000-0000-0000-000000000001 9223372036854775807"));
    read_copy(session, statement("COPY (SELECT * FROM public.t WHERE false) TO STDOUT (FORMAT binary)"),
              [&](CopyRow&) { FAIL() << "a row of an empty table"; });
}

TEST_F(CopyTest, a_field_of_another_type_is_noticed_and_the_session_stays_in_step) {
    auto const read = [&](char const* query, auto take) { read_copy(session, statement(query), take); };
    session.begin();
    EXPECT_THROW(read("COPY (SELECT 1::integer FROM generate_series(1, 1000)) TO STDOUT (FORMAT binary)",
                      [](CopyRow& row) { row.bigint(); }),
                 Error);
    EXPECT_THROW(
        read("COPY (SELECT NULL::bigint) TO STDOUT (FORMAT binary)", [](CopyRow& row) { row.bigint(); }),
        Error);
    try {
        read("COPY (SELECT 1::smallint, repeat('x', 20)) TO STDOUT (FORMAT binary)",
             [](CopyRow& row) { row.bigint(); });
        ADD_FAILURE() << "two bytes were taken for eight";
    } catch (Error const& error) {
        EXPECT_STREQ(error.what(), "running test.sql: a field is missing or not 8 bytes long");
    }
    EXPECT_EQ(session.run(statement("SELECT 'in step'"))[0][0], "in step");
}

TEST_F(CopyTest, a_writer_that_goes_unfinished_fails_the_copy) {
    database.execute("CREATE TABLE t (i integer)");
    session.begin();
    {
        CopyWriter copy(session, into("i"), 1);
        for (int i = 0; i < 100'000; ++i)
            copy.begin_row(), copy.integer(i);
    }
    EXPECT_THROW(session.commit(), Error);
    session.rollback();
    EXPECT_EQ(rows(), "0");
}

TEST_F(CopyTest, a_nul_byte_leaves_no_row) {
    database.execute("CREATE TABLE t (i integer, s text)");
    session.begin();
    try {
        CopyWriter copy(session, into("i, s"), 2);
        copy.begin_row(), copy.integer(1), copy.text("fine");
        copy.begin_row(), copy.integer(2), copy.text(std::string_view("a\0b", 3));
        FAIL() << "the NUL byte was accepted";
    } catch (Error const& error) {
        EXPECT_EQ(error.kind(), ErrorKind::data);
        EXPECT_STREQ(error.what(), "loading rows (copy.sql): row 2, field 2 has a NUL byte at position 1, "
                                   "which PostgreSQL cannot hold: \"a\\x00b\"");
    }
    session.rollback();
    EXPECT_EQ(rows(), "0");
}

TEST_F(CopyTest, a_value_beyond_what_copy_can_carry_is_refused_unread) {
    std::size_t const size = std::size_t{1} << 31U;
    void* const memory = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    ASSERT_NE(memory, MAP_FAILED);
    database.execute("CREATE TABLE t (b bytea)");
    session.begin();
    try {
        CopyWriter copy(session, into("b"), 1);
        copy.begin_row(), copy.bytes({static_cast<char const*>(memory), size});
        ADD_FAILURE() << "2 GiB were accepted";
    } catch (Error const& error) {
        EXPECT_STREQ(error.what(), "a value is larger than the 2 GiB that COPY can carry");
    }
    ::munmap(memory, size);
    session.rollback();
}

TEST_F(CopyTest, text_that_is_not_utf8_is_refused_by_the_server) {
    database.execute("CREATE TABLE t (s text)");
    session.begin();
    CopyWriter copy(session, into("s"), 1);
    copy.begin_row(), copy.text("\xff");
    EXPECT_THROW(copy.finish(), Error);
    session.rollback();
    EXPECT_EQ(rows(), "0");
}

TEST_F(CopyTest, a_row_that_breaks_a_rule_is_told_with_the_servers_words) {
    database.execute("CREATE TABLE t (i integer CHECK (i < 100))");
    session.begin();
    CopyWriter copy(session, into("i"), 1);
    for (int i = 0; i < 200; ++i)
        copy.begin_row(), copy.integer(i);
    try {
        copy.finish();
        FAIL() << "the row was accepted";
    } catch (Error const& error) {
        EXPECT_EQ(error.kind(), ErrorKind::data);
        EXPECT_THAT(error.what(),
                    HasSubstr("loading rows (copy.sql): new row for relation \"t\" violates check constraint "
                              "\"t_i_check\" (Failing row contains (100).) [COPY t, line 101"));
    }
    session.rollback();
    EXPECT_EQ(rows(), "0");
}

TEST_F(CopyTest, a_row_with_too_few_fields_is_a_bug) {
    database.execute("CREATE TABLE t (i integer, j integer)");
    session.begin();
    CopyWriter copy(session, into("i, j"), 2);
    copy.begin_row(), copy.integer(1);
    EXPECT_THROW(copy.begin_row(), Error);
}

TEST_F(CopyTest, a_backend_killed_in_the_middle_is_unavailable_and_nothing_stands) {
    database.execute("CREATE TABLE t (i integer)");
    session.begin();
    auto const pid = *session.run(statement("SELECT pg_backend_pid()::text"))[0][0];
    try {
        CopyWriter copy(session, into("i"), 1);
        for (int i = 0; i < 1'000'000; ++i) {
            copy.begin_row(), copy.integer(i);
            if (i == 100'000) database.execute("SELECT pg_terminate_backend(" + pid + ")");
        }
        copy.finish();
        FAIL() << "the COPY of a killed session succeeded";
    } catch (Error const& error) {
        EXPECT_EQ(error.kind(), ErrorKind::unavailable) << error.what();
    }
    session.rollback();
    EXPECT_EQ(rows(), "0");
}

} // namespace billhouse
