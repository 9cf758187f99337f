#include "load/pg_failure.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace billhouse {

namespace {

PgFailure failure_with(std::string sqlstate, std::string message = "something happened") {
    PgFailure failure;
    failure.sqlstate = std::move(sqlstate);
    failure.message = std::move(message);
    return failure;
}

} // namespace

TEST(PgFailure, is_sorted_by_what_the_operator_can_do) {
    struct Case {
        char const* sqlstate;
        ErrorKind kind;
    };
    for (auto const& [sqlstate, kind] : {
             Case{"57014", ErrorKind::try_later},   // statement timeout
             Case{"55P03", ErrorKind::try_later},   // lock timeout
             Case{"40P01", ErrorKind::try_later},   // deadlock
             Case{"40001", ErrorKind::try_later},   // serialization
             Case{"53100", ErrorKind::try_later},   // disk full
             Case{"53300", ErrorKind::try_later},   // too many connections
             Case{"57P01", ErrorKind::unavailable}, // told to end
             Case{"57P03", ErrorKind::unavailable}, // starting up
             Case{"08006", ErrorKind::unavailable}, // link
             Case{"58030", ErrorKind::unavailable}, // I/O of the server
             Case{"XX001", ErrorKind::unavailable}, // damaged data
             Case{"25P03", ErrorKind::unavailable}, // idle in transaction
             Case{"28P01", ErrorKind::refused},     // password
             Case{"28000", ErrorKind::refused},     // role
             Case{"42501", ErrorKind::refused},     // privilege
             Case{"25006", ErrorKind::refused},     // read only
             Case{"3D000", ErrorKind::config},      // database
             Case{"22003", ErrorKind::data},        // out of range
             Case{"22021", ErrorKind::data},        // not UTF-8
             Case{"23505", ErrorKind::data},        // duplicate key
             Case{"23514", ErrorKind::data},        // check
             Case{"42601", ErrorKind::bug},         // syntax
             Case{"42P01", ErrorKind::bug},         // table
             Case{"", ErrorKind::bug},
         }) {
        auto const error = classify(failure_with(sqlstate), false, "testing");
        EXPECT_EQ(error.kind(), kind) << sqlstate;
        EXPECT_FALSE(error.hint().empty()) << sqlstate;
    }
}

TEST(PgFailure, of_a_lost_link_is_unavailable_whatever_the_server_said_last) {
    EXPECT_EQ(classify(failure_with("42601"), true, "testing").kind(), ErrorKind::unavailable);
}

TEST(PgFailure, keeps_the_servers_detail_hint_and_the_line_of_a_copy) {
    auto failure = failure_with("23505", "duplicate key");
    failure.detail = "Key (i)=(1) already exists.\nmore";
    failure.hint = "Do something.";
    failure.context = "COPY t, line 3\nmore";
    auto const error = classify(failure, false, "loading lines (copy.sql)");
    EXPECT_STREQ(error.what(),
                 "loading lines (copy.sql): duplicate key (Key (i)=(1) already exists.) [COPY t, line 3]");
    EXPECT_EQ(error.hint(), "Do something.");
    failure.context = "PL/pgSQL function f() line 3 at RAISE";
    EXPECT_STREQ(classify(failure, false, "x").what(), "x: duplicate key (Key (i)=(1) already exists.)");
}

TEST(PgFailure, to_connect_is_sorted_by_the_code_inside_the_text_in_any_language) {
    auto const refused = classify_connect("connection to server at \"db\" (::1), port 5432 failed: FATAL:  "
                                          "28P01: password authentication failed "
                                          "for user \"me\"\nLOCATION:  auth_failed, auth.c:338\n");
    EXPECT_EQ(refused.kind(), ErrorKind::refused);
    EXPECT_STREQ(refused.what(),
                 "connecting to the warehouse: password authentication failed for user \"me\"");
    EXPECT_EQ(classify_connect("... failed: FATAL:  3D000: Datenbank \"x\" existiert nicht").kind(),
              ErrorKind::config);
    EXPECT_EQ(classify_connect("... failed: FATAL:  57P03: the database system is starting up").kind(),
              ErrorKind::unavailable);
    EXPECT_EQ(classify_connect("... failed: FATAL:  53300: sorry, too many clients already").kind(),
              ErrorKind::try_later);
}

TEST(PgFailure, to_connect_without_a_code_is_sorted_by_libpqs_words_but_never_by_names) {
    struct Case {
        char const* text;
        ErrorKind kind;
    };
    for (auto const& [text, kind] : {
             Case{"connection to server at \"127.0.0.1\", port 1 failed: Connection refused",
                  ErrorKind::unavailable},
             Case{"could not translate host name \"ssl-certificate.invalid\" to address: Name or service not "
                  "known",
                  ErrorKind::unavailable},
             Case{"no answer within 10000 ms", ErrorKind::unavailable},
             Case{"connection to server failed: fe_sendauth: no password supplied", ErrorKind::refused},
             Case{"connection to server at \"db\" failed: root certificate file \"/root.crt\" does not exist",
                  ErrorKind::config},
             Case{"connection to server at \"db\" failed: server does not support SSL, but SSL was required",
                  ErrorKind::config},
             Case{"invalid sslmode value: \"perhaps\"", ErrorKind::config},
         })
        EXPECT_EQ(classify_connect(text).kind(), kind) << text;
}

} // namespace billhouse
