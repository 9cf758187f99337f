#include "state/migrator.hpp"

#include "support/test_database.hpp"

#include <gmock/gmock.h>

#include <thread>

namespace billhouse {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class MigratorTest : public testing::Test {
protected:
    PgSession connect() { return PgSession(settings(), std::nullopt, "billhouse migrate", {}); }
    WarehouseSettings settings() {
        auto settings = db_.settings();
        settings.lock_timeout = std::chrono::seconds(60);
        return settings;
    }
    Error refusal(std::vector<Migration> migrations) {
        PgSession session(settings(), std::nullopt, "billhouse migrate", {});
        try {
            Migrator(session, std::move(migrations)).migrate();
        } catch (Error const& error) {
            return error;
        }
        ADD_FAILURE() << "expected an error";
        return {ErrorKind::bug, "none"};
    }
    std::vector<std::string> migrate(std::vector<Migration> migrations) {
        PgSession session(settings(), std::nullopt, "billhouse migrate", {});
        return Migrator(session, std::move(migrations)).migrate();
    }

    static Migration first() {
        return numbered_migration(
            "0001_first.sql",
            "CREATE SCHEMA etl;\n"
            "CREATE TABLE etl.migration (file_name text PRIMARY KEY, version integer, checksum text,\n"
            "    applied_at timestamptz DEFAULT now(), applied_by text DEFAULT current_user);");
    }
    static Migration second() {
        return numbered_migration("0002_second.sql", "CREATE TABLE etl.second (a integer);");
    }

    TestDatabase db_{TestDatabase::Content::empty};
};

TEST_F(MigratorTest, brings_an_empty_database_to_the_head_and_then_does_nothing) {
    EXPECT_THAT(migrate(embedded_migrations()),
                ElementsAre("0001_warehouse.sql", "0002_acceptance_and_retention.sql",
                            "0003_focus_columns.sql", "0004_page_parts.sql", "loader.sql", "star.sql",
                            "mart.sql", "focus.sql"));
    auto const before = db_.query("SELECT * FROM etl.migration ORDER BY 1");
    EXPECT_THAT(migrate(embedded_migrations()), IsEmpty());
    EXPECT_EQ(db_.query("SELECT * FROM etl.migration ORDER BY 1"), before);
    EXPECT_THAT(broken_invariants(db_), IsEmpty());
}

TEST_F(MigratorTest, needs_no_superuser) {
    auto const role = db_.name() + "_owner";
    db_.execute("CREATE ROLE " + role + " LOGIN");
    db_.execute("ALTER DATABASE " + db_.name() + " OWNER TO " + role);
    {
        auto plain = settings();
        plain.connection += " user='" + role + "'";
        PgSession session(plain, std::nullopt, "billhouse migrate", {});
        EXPECT_THAT(Migrator(session, embedded_migrations()).migrate(), SizeIs(embedded_migrations().size()));
    }
    db_.execute("REASSIGN OWNED BY " + role + " TO CURRENT_USER");
    db_.execute("DROP ROLE " + role);
}

TEST_F(MigratorTest, looking_changes_nothing) {
    auto session = connect();
    Migrator migrator(session, embedded_migrations());
    EXPECT_THAT(migrator.applied(), IsEmpty());
    EXPECT_EQ(migrator.pending(), std::ssize(embedded_migrations()));
    EXPECT_EQ(db_.value("SELECT count(*) FROM pg_namespace WHERE nspname = 'etl'"), "0");
}

TEST_F(MigratorTest, tells_what_was_applied_when) {
    migrate(embedded_migrations());
    auto session = connect();
    auto const applied = Migrator(session, embedded_migrations()).applied();
    ASSERT_THAT(applied, SizeIs(embedded_migrations().size()));
    EXPECT_EQ(applied[0].version, 1);
    EXPECT_EQ(applied[0].file_name, "0001_warehouse.sql");
    EXPECT_THAT(applied[0].applied_at, testing::MatchesRegex("20..-..-..T..:..:..Z"));
}

TEST_F(MigratorTest, an_edited_applied_file_is_refused) {
    migrate({first(), second()});
    auto const error =
        refusal({first(), numbered_migration("0002_second.sql", "CREATE TABLE etl.second (a bigint);")});
    EXPECT_EQ(error.kind(), ErrorKind::config);
    EXPECT_THAT(error.what(), HasSubstr("0002_second.sql is not what was applied to this warehouse on 20"));
    EXPECT_THAT(error.hint(), HasSubstr("put the change into a new one"));
}

TEST_F(MigratorTest, a_gap_in_the_database_is_refused) {
    migrate({first(), second(), numbered_migration("0003_third.sql", "SELECT 1;")});
    db_.execute("DELETE FROM etl.migration WHERE version = 2");
    auto const error = refusal({first(), second(), numbered_migration("0003_third.sql", "SELECT 1;")});
    EXPECT_EQ(error.kind(), ErrorKind::config);
    EXPECT_STREQ(error.what(), "the warehouse has 0003_third.sql, but no migration 0002");
}

TEST_F(MigratorTest, a_newer_database_is_refused) {
    migrate({first(), second()});
    auto const error = refusal({first()});
    EXPECT_EQ(error.kind(), ErrorKind::config);
    EXPECT_STREQ(error.what(),
                 "the warehouse has 0002_second.sql, but this billhouse knows migrations up to 0001 only");
}

TEST_F(MigratorTest, a_broken_statement_is_told_by_file_line_and_column_and_leaves_nothing) {
    auto const error = refusal(
        {first(),
         numbered_migration("0002_b.sql",
                            "CREATE TABLE etl.b (a integer);\n\n-- next\nSELECT 1\n  FROM nowhere;\n")});
    EXPECT_THAT(error.what(), HasSubstr("0002_b.sql:5:8: relation \"nowhere\" does not exist"));
    EXPECT_EQ(db_.value("SELECT to_regclass('etl.b')"), "NULL");
    EXPECT_EQ(db_.value("SELECT max(version) FROM etl.migration"), "1");
}

TEST_F(MigratorTest, a_failure_without_a_position_is_told_by_the_statements_line) {
    auto const error =
        refusal({first(),
                 numbered_migration("0002_b.sql", "SELECT 1;\n\nCREATE TABLE etl.migration (a integer);\n")});
    EXPECT_THAT(error.what(), HasSubstr("0002_b.sql:3: "));
    EXPECT_THAT(error.what(), HasSubstr("already exists"));
}

TEST_F(MigratorTest, a_repeatable_file_runs_again_when_it_differs) {
    auto const view = [](char const* sql) { return repeatable_migration("views.sql", sql); };
    migrate({first(), view("CREATE OR REPLACE VIEW etl.v AS SELECT 1 AS a;")});
    EXPECT_THAT(migrate({first(), view("CREATE OR REPLACE VIEW etl.v AS SELECT 1 AS a;")}), IsEmpty());
    EXPECT_THAT(migrate({first(), view("CREATE OR REPLACE VIEW etl.v AS SELECT 2 AS a;")}),
                ElementsAre("views.sql"));
    EXPECT_EQ(db_.value("SELECT a FROM etl.v"), "2");
    EXPECT_EQ(db_.value("SELECT count(*) FROM etl.migration"), "2");
}

TEST_F(MigratorTest, the_shipped_views_can_run_again_over_themselves) {
    migrate(embedded_migrations());
    db_.execute("UPDATE etl.migration SET checksum = repeat('0', 64) WHERE version IS NULL");
    EXPECT_THAT(migrate(embedded_migrations()),
                ElementsAre("loader.sql", "star.sql", "mart.sql", "focus.sql"));
}

TEST_F(MigratorTest, the_focus_views_of_an_older_warehouse_make_way_for_more_columns) {
    auto const all = embedded_migrations();
    migrate(
        {all[0], all[1],
         repeatable_migration(
             "focus.sql", "CREATE VIEW focus.line AS SELECT charge_date FROM wh.fact_charge;"
                          "CREATE VIEW focus.charge AS SELECT charge_date AS x_chargedate FROM focus.line;"
                          "CREATE VIEW focus.cost_and_usage_v1_2 AS SELECT * FROM focus.charge;")});
    migrate(all);
    EXPECT_EQ(db_.value("SELECT count(*) FROM focus.cost_and_usage_v1_2 WHERE RegionId IS NULL"), "0");
    EXPECT_EQ(db_.value("SELECT to_regclass('focus.line')"), "NULL");
}

TEST_F(MigratorTest, of_two_at_once_one_does_the_work_and_the_other_waits) {
    std::vector<std::string> here, there;
    std::thread other([&] { there = migrate(embedded_migrations()); });
    here = migrate(embedded_migrations());
    other.join();
    EXPECT_EQ(here.size() + there.size(), embedded_migrations().size());
    EXPECT_EQ(db_.value("SELECT count(*) FROM etl.migration"), std::to_string(embedded_migrations().size()));
}

TEST_F(MigratorTest, a_command_that_needs_the_exact_version_says_what_to_run) {
    auto session = connect();
    auto const problem = [&](std::vector<Migration> known) -> std::string {
        try {
            Migrator(session, std::move(known)).require_current();
        } catch (Error const& error) {
            EXPECT_EQ(error.kind(), ErrorKind::config);
            EXPECT_EQ(error.hint(), "Run 'billhouse migrate'.");
            return error.what();
        }
        return "current";
    };
    EXPECT_EQ(problem({first(), second()}), "the database holds no warehouse yet");
    migrate({first()});
    EXPECT_EQ(problem({first(), second()}), "the warehouse is not up to date: 1 migration is pending");
    EXPECT_EQ(problem({first()}), "current");
}

} // namespace
} // namespace billhouse
