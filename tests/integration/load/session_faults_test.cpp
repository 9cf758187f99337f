#include "base/error.hpp"
#include "load/copy_reader.hpp"
#include "load/copy_writer.hpp"
#include "load/lock_holder.hpp"

#include "load_fixture.hpp"
#include "support/postgres_proxy.hpp"

#include <libpq-fe.h>

#include <chrono>
#include <functional>
#include <future>

namespace billhouse {

namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using Kind = PostgresFault::Kind;
using When = PostgresFault::When;

/// One session whose way to the server a test breaks. Names begin with the row of tests/faults.md.
class SessionFaults : public testing::Test {
protected:
    SessionFaults() { database.execute("CREATE TABLE t (i bigint)"); }

    WarehouseSettings through_proxy() const {
        auto settings = database.settings();
        settings.connection = proxy.through(settings.connection) + " tcp_user_timeout=200";
        settings.statement_timeout = 300ms;
        return settings;
    }
    static std::unique_ptr<PgSession> connect(WarehouseSettings const& settings, std::stop_token stop = {}) {
        return std::make_unique<PgSession>(settings, std::nullopt, "billhouse test", stop);
    }
    static Error error_of(std::function<void()> const& act) {
        try {
            act();
        } catch (Error const& error) {
            return error;
        }
        ADD_FAILURE() << "no Error was thrown";
        return {ErrorKind::bug, "none"};
    }
    std::string count() { return database.value("SELECT count(*) FROM t"); }
    static void insert(PgSession& session) { session.run(statement("INSERT INTO public.t VALUES (1)")); }
    void write_rows(PgSession& session, int rows) {
        CopyWriter copy(session, statement("COPY public.t FROM STDIN (FORMAT binary)"), 1);
        for (int i = 0; i < rows; ++i) {
            copy.begin_row();
            copy.bigint(i);
        }
        copy.finish();
    }
    static std::string setting(PgSession& session, std::string const& name) {
        std::unique_ptr<PGresult, decltype(&PQclear)> const result(
            PQexec(session.raw(), ("SHOW " + name).c_str()), &PQclear);
        return PQgetvalue(result.get(), 0, 0);
    }

    TestDatabase database{TestDatabase::Content::empty};
    PostgresProxy proxy;
};

struct CommitCase {
    Kind kind;
    char const* rows; ///< that stand afterwards
};

} // namespace

TEST_F(SessionFaults,
       B6_a_commit_that_is_cut_before_or_after_it_arrives_is_in_doubt_and_did_or_did_not_happen) {
    for (auto const& [kind, rows] : {CommitCase{Kind::cut_before, "0"},
                                     {Kind::reset, "0"},
                                     {Kind::cut_after, "1"},
                                     {Kind::drop_reply, "1"}}) {
        database.execute("TRUNCATE t");
        proxy.inject({.kind = kind, .when = When::commit});
        auto const session = connect(through_proxy());
        session->begin();
        insert(*session);
        EXPECT_THROW(session->commit(), CommitInDoubt);
        EXPECT_THAT(proxy.struck().back(), HasSubstr("COMMIT"));
        if (kind == Kind::cut_after) // the server has it, and may be at it still
            while (count() != rows) {
            }
        EXPECT_EQ(count(), rows);
        EXPECT_EQ(error_of([&] { session->begin(); }).kind(), ErrorKind::bug)
            << "its transaction is still open";
        session->rollback();
        EXPECT_EQ(error_of([&] { session->begin(); }).kind(), ErrorKind::unavailable);
    }
}

TEST_F(SessionFaults, B4_a_link_that_is_cut_behind_any_message_leaves_no_backend_behind) {
    constexpr auto const* kOthers =
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND "
        "backend_type = 'client backend' AND pid <> pg_backend_pid()";
    for (int nth = 1; proxy.struck().size() + 1 == static_cast<std::size_t>(nth); ++nth) {
        proxy.inject({.kind = Kind::cut_after, .nth = nth});
        try {
            auto const session = connect(through_proxy());
            session->begin();
            insert(*session);
            write_rows(*session, 3);
        } catch (Error const& error) {
            EXPECT_EQ(error.kind(), ErrorKind::unavailable) << nth << ": " << error.what();
        }
        while (database.value(kOthers) != "0") {
        }
    }
    EXPECT_GT(proxy.struck().size(), 10u) << "of opening, parameters, COPY and its end";
}

TEST_F(SessionFaults, B16_a_black_hole_in_either_direction_is_given_up_at_any_statement) {
    for (auto const kind : {Kind::swallow_requests, Kind::swallow_replies})
        for (auto const* statement_text : {"BEGIN", "opening", "setting up", "INSERT"}) {
            auto const session = connect(through_proxy());
            proxy.inject({.kind = kind, .when = When::statement, .text = statement_text});
            auto const error = error_of([&] {
                session->begin();
                insert(*session);
            });
            EXPECT_EQ(error.kind(), ErrorKind::unavailable) << statement_text << ": " << error.what();
            EXPECT_THAT(proxy.struck().back(), HasSubstr(statement_text));
        }
    EXPECT_EQ(count(), "0");
}

TEST_F(SessionFaults, B16_a_black_hole_under_a_copy_is_given_up_in_both_directions) {
    for (auto const kind : {Kind::swallow_requests, Kind::swallow_replies})
        for (auto const when : {When::statement, When::copy_data}) {
            auto const session = connect(through_proxy());
            proxy.inject({.kind = kind, .when = when, .text = "COPY"});
            session->begin();
            // more than the sockets hold, so that the writer blocks in the middle where nobody reads
            auto const error = error_of([&] { write_rows(*session, 1'000'000); });
            EXPECT_EQ(error.kind(), ErrorKind::unavailable) << error.what();
        }
    database.execute("INSERT INTO t SELECT generate_series(1, 100000)");
    auto const reader = connect(through_proxy());
    proxy.inject({.kind = Kind::swallow_replies, .when = When::statement, .text = "COPY"});
    reader->begin();
    auto const error = error_of([&] {
        read_copy(*reader, statement("COPY public.t TO STDOUT (FORMAT binary)"),
                  [](CopyRow& row) { row.bigint(); });
    });
    EXPECT_EQ(error.kind(), ErrorKind::unavailable) << error.what();
    EXPECT_EQ(count(), "100000");
}

TEST_F(SessionFaults, B16_a_black_hole_at_the_commit_leaves_it_in_doubt) {
    for (auto const& [kind, rows] : {CommitCase{Kind::swallow_requests, "0"}, {Kind::swallow_replies, "1"}}) {
        database.execute("DELETE FROM t");
        proxy.inject({.kind = kind, .when = When::commit});
        auto const session = connect(through_proxy());
        session->begin();
        insert(*session);
        EXPECT_THROW(session->commit(), CommitInDoubt);
        EXPECT_EQ(count(), rows);
    }
}

TEST_F(SessionFaults, B16_a_server_that_accepts_and_says_nothing_is_no_server) {
    proxy.swallow_connections(true);
    auto const error =
        error_of([&] { PgSession(through_proxy(), std::nullopt, "billhouse test", {}, 300ms); });
    EXPECT_EQ(error.kind(), ErrorKind::unavailable);
    EXPECT_THAT(error.what(), HasSubstr("no answer within 300 ms"));
}

TEST_F(SessionFaults, B16_a_stop_ends_any_wait_within_seconds_although_nobody_takes_the_cancel_request) {
    auto patient = database.settings(); // 10 minutes and half a one
    patient.connection = proxy.through(patient.connection);
    for (auto const when : {When::statement, When::commit}) {
        std::stop_source source;
        proxy.heal();
        proxy.swallow_connections(false);
        auto const session = connect(patient, source.get_token());
        session->begin();
        proxy.inject({.kind = Kind::swallow_replies, .when = when, .text = "INSERT"});
        proxy.swallow_connections(true); // a cancel request comes by a connection of its own
        auto const struck = proxy.struck().size();
        auto stopper = std::async(std::launch::async, [&] {
            proxy.wait_until_struck(struck + 1);
            source.request_stop();
        });
        if (when == When::statement) {
            EXPECT_THROW(insert(*session), Stopped);
        } else {
            insert(*session);
            EXPECT_THROW(session->commit(), CommitInDoubt);
        }
        stopper.get();
    }
}

TEST_F(SessionFaults, B9_a_wait_for_a_lock_names_the_table_and_who_holds_it) {
    database.execute(
        "CREATE SCHEMA wh; CREATE TABLE wh.fact (day date) PARTITION BY RANGE (day);"
        "CREATE TABLE wh.fact_1 PARTITION OF wh.fact FOR VALUES FROM ('2026-01-01') TO ('2026-02-01')");
    auto const holder = database.second_session();
    auto const pid = holder->value("SELECT pg_backend_pid()");
    holder->execute("SET application_name = 'a vacuum by hand'; BEGIN; LOCK TABLE wh.fact_1");
    auto const session = connect(database.settings());
    auto const told = [&](Error const& error) {
        EXPECT_EQ(error.kind(), ErrorKind::try_later);
        EXPECT_THAT(error.what(), HasSubstr("lock timeout"));
        EXPECT_THAT(error.what(), HasSubstr("wh.fact is held by a vacuum by hand (backend " + pid + " on "));
        EXPECT_THAT(error.hint(), HasSubstr("pg_terminate_backend"));
    };
    told(error_of([&] { session->run(statement("SELECT f.day FROM wh.fact f")); }));
    session->begin();
    told(error_of([&] {
        read_copy(*session, statement("COPY (SELECT day FROM wh.fact) TO STDOUT (FORMAT binary)"),
                  [](CopyRow&) {});
    }));
    EXPECT_FALSE(session->in_transaction());
    session->begin();
    told(error_of([&] { session->run_script("0009_x.sql", "ALTER TABLE wh.fact ADD COLUMN i integer"); }));
}

TEST_F(SessionFaults, B9_names_in_statement_and_values_are_looked_up_and_nothing_else) {
    EXPECT_THAT(
        named_relations("SELECT f.day, 'x'.y FROM wh.fact_charge f WHERE 1.5 < $1", {"etl.slice", "no dot"}),
        ElementsAre("f.day", "wh.fact_charge", "1.5", "etl.slice"));
    EXPECT_EQ(lock_holder(*connect(database.settings()), {}), std::nullopt);
    EXPECT_EQ(lock_holder(*connect(database.settings()), {"f.day", "1.5", "public.t"}), std::nullopt);
}

TEST_F(SessionFaults, B8_of_two_sessions_in_a_deadlock_one_is_for_later_and_the_other_goes_on) {
    database.execute("CREATE TABLE a (i integer); INSERT INTO a VALUES (1); CREATE TABLE b (i integer);"
                     "INSERT INTO b VALUES (1)");
    auto settings = database.settings();
    settings.lock_timeout = 30s;
    auto const one = connect(settings), two = connect(settings);
    one->begin();
    two->begin();
    one->run(statement("UPDATE public.a SET i = 2"));
    two->run(statement("UPDATE public.b SET i = 2"));
    auto first = std::async(std::launch::async, [&] {
        try {
            one->run(statement("UPDATE public.b SET i = 3"));
            return std::string();
        } catch (Error const& error) {
            one->rollback();
            EXPECT_EQ(error.kind(), ErrorKind::try_later);
            return std::string(error.what());
        }
    });
    std::string second;
    try {
        two->run(statement("UPDATE public.a SET i = 3"));
    } catch (Error const& error) {
        two->rollback();
        EXPECT_EQ(error.kind(), ErrorKind::try_later);
        second = error.what();
    }
    auto const failures = first.get() + second;
    EXPECT_THAT(failures, HasSubstr("deadlock detected"));
}

TEST_F(SessionFaults, B10_a_transaction_that_the_server_ended_for_idling_is_a_clean_failure) {
    auto const session = connect(database.settings());
    session->begin();
    insert(*session);
    auto const pid = *session->run(statement("SELECT pg_backend_pid()::text"))[0][0];
    session->run(statement("SELECT set_config('idle_in_transaction_session_timeout', '1ms', true)"));
    while (database.value("SELECT count(*) FROM pg_stat_activity WHERE pid = " + pid) != "0") {
    }
    EXPECT_EQ(error_of([&] { session->commit(); }).kind(), ErrorKind::unavailable);
    EXPECT_EQ(count(), "0");
}

TEST_F(SessionFaults, B17_settings_do_not_outlive_their_transaction) {
    auto const session = connect(database.settings());
    std::vector<std::string> const names{"search_path",
                                         "statement_timeout",
                                         "lock_timeout",
                                         "synchronous_commit",
                                         "idle_in_transaction_session_timeout",
                                         "client_connection_check_interval",
                                         "TimeZone",
                                         "jit"};
    auto const all = [&] {
        std::vector<std::string> values;
        for (auto const& name : names)
            values.push_back(setting(*session, name));
        return values;
    };
    auto const servers_own = all();
    session->begin();
    EXPECT_THAT(all(),
                ElementsAre("pg_catalog, pg_temp", "10min", "300ms", "on", "1min", "5s", "UTC", "off"));
    session->rollback();
    EXPECT_EQ(all(), servers_own);
    insert(*session);
    EXPECT_EQ(all(), servers_own) << "a pooler gives the backend to somebody else now";
}

TEST_F(SessionFaults, B17_a_poolers_session_is_known_as_one) {
    EXPECT_FALSE(connect(database.settings())->is_pooled());
    EXPECT_FALSE(connect(through_proxy())->is_pooled());
    proxy.pose_as_pooler();
    EXPECT_TRUE(connect(through_proxy())->is_pooled());
}

TEST_F(SessionFaults,
       B18_a_commit_waits_for_the_disk_whatever_role_and_database_say_and_a_stricter_rule_stays) {
    auto const within = [&](std::string const& value) {
        database.execute("ALTER DATABASE " + database.name() + " SET synchronous_commit = " + value);
        return *connect(database.settings())
                    ->run(statement("SELECT current_setting('synchronous_commit')"))[0][0];
    };
    EXPECT_EQ(within("off"), "on");
    EXPECT_EQ(within("local"), "on");
    EXPECT_EQ(within("remote_apply"), "remote_apply");
}

TEST_F(SessionFaults, bytes_that_come_one_by_one_are_the_same_rows) {
    proxy.slice(1);
    auto settings = through_proxy();
    settings.statement_timeout = 60s;
    auto const session = connect(settings);
    session->begin();
    write_rows(*session, 50);
    session->commit();
    EXPECT_EQ(count(), "50");
}

} // namespace billhouse
