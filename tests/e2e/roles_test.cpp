#include "e2e/database_night.hpp"

#include <fmt/format.h>
#include <unistd.h>

namespace billhouse {
namespace {

using ::testing::HasSubstr;

/// The roles of schema/roles.sql, under names of this test's own: roles belong to the whole server.
class Roles : public DatabaseNight {
protected:
    Roles() : DatabaseNight(TestDatabase::Content::empty) { grant(); }
    ~Roles() override {
        for (auto const* role : {"loader", "analyst", "migrator", "owner"})
            database_.execute(fmt::format("DROP OWNED BY {0} CASCADE; DROP ROLE {0}", name(role)));
    }
    static std::string name(std::string const& role) { return fmt::format("bh_{}_{}", role, ::getpid()); }

    void grant() {
        std::vector<std::string> arguments{"psql",
                                           "-Xqd",
                                           database_.connection(),
                                           "-v",
                                           "ON_ERROR_STOP=1",
                                           "--single-transaction",
                                           "-f",
                                           BILLHOUSE_SOURCE_DIR "/schema/roles.sql"};
        for (auto const* role : {"owner", "migrator", "loader", "analyst"}) {
            arguments.emplace_back("-v");
            arguments.push_back(fmt::format("{}={}", role, name(role)));
        }
        auto const run = run_process(
            {.binary = "/usr/bin/env", .arguments = arguments, .environment = {}, .directory = {}});
        ASSERT_EQ(run.exit_code, 0) << run.err;
        EXPECT_EQ(run.out, "");
        notes_ = run.err;
    }
    std::string as(std::string const& role) const {
        return fmt::format("{} user={}", database_.connection(), name(role));
    }
    void migrate() {
        auto const run = billhouse({"--database", as("migrator"), "migrate"});
        ASSERT_EQ(run.exit_code, 0) << run.err;
        grant();
    }
    ProcessResult loader(std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(), {"--database", as("loader")});
        return billhouse(std::move(arguments));
    }
    /// The SQLSTATE that a statement of this role ends with, "" = done.
    std::string outcome(std::string const& role, std::string const& sql) {
        auto const session = database_.second_session();
        session->execute(
            "SET ROLE " +
            name(role)); // what a role may is asked of the role alone, also when it acts for a superuser
        try {
            session->execute("BEGIN; " + sql + "; ROLLBACK");
            return "";
        } catch (std::runtime_error const& error) {
            return error.what();
        }
    }
    void expect_refused(std::string const& role, std::string const& sql) {
        EXPECT_THAT(outcome(role, sql),
                    testing::AnyOf(HasSubstr("permission denied"), HasSubstr("must be owner"),
                                   HasSubstr("must be superuser")))
            << role << ": " << sql;
    }

    std::string notes_;
};

TEST_F(Roles, a_whole_life_of_a_warehouse_passes_as_migrator_and_loader) {
    EXPECT_THAT(notes_, HasSubstr("run billhouse migrate as the migrator, then this file again"));
    migrate();
    EXPECT_EQ(value("SELECT count(*) FROM pg_class WHERE relnamespace::regnamespace::text IN ('etl', 'raw', "
                    "'wh', 'mart', 'focus') AND "
                    "relowner <> '" +
                    name("owner") + "'::regrole"),
              "0");
    auto const check = loader({"check", "--connect"});
    EXPECT_EQ(check.exit_code, 0) << check.out << check.err;
    for (std::vector<std::string> const& arguments :
         {std::vector<std::string>{"run", "--until", "2026-02-03"},
          {"backfill", "guance", "--from", "2026-01-05", "--to", "2026-01-08", "--force"},
          {"plan", "guance", "--from", "2026-01-01", "--to", "2026-01-03"},
          {"replay", "guance", "--from", "2026-01-01", "--to", "2026-01-03"},
          {"status", "--until", "2026-02-03"}}) {
        auto const run = loader(arguments);
        EXPECT_EQ(run.exit_code, 0) << arguments[0] << ": " << run.err;
    }
    vendor_->restate("guance", "2026-01-01", "2026-01-09", 20);
    vendor_->remove("guance", "2026-01-01", "2026-01-09", 3);
    vendor_->rename("guance", vendor_->accounts("guance").elements.at(0)["id"].text, "Renamed", "2026-01-02");
    auto const again =
        loader({"backfill", "guance", "--from", "2026-01-01", "--to", "2026-01-10", "--force"});
    EXPECT_EQ(again.exit_code, 0) << again.err;
    EXPECT_NE(value("SELECT count(*) FROM wh.fact_charge_change"), "0");
    EXPECT_EQ(value("SELECT count(*) FROM pg_class WHERE relname ~ '_20[0-9]{4}$' AND relkind = 'r' AND "
                    "relowner <> '" +
                    name("owner") + "'::regrole"),
              "0")
        << "partitions made by a load belong to the owner";
}

TEST_F(Roles, the_loader_may_not_do_what_no_load_does) {
    migrate();
    ASSERT_EQ(loader({"run", "guance", "--until", "2026-01-03"}).exit_code, 0);
    for (auto const* sql :
         {"TRUNCATE wh.fact_charge", "DROP TABLE wh.fact_charge", "DROP TABLE wh.fact_charge_202601",
          "ALTER TABLE wh.fact_charge ADD COLUMN x integer", "CREATE TABLE wh.x (i integer)",
          "CREATE TABLE public.x (i integer)", "DELETE FROM etl.slice", "DELETE FROM etl.watermark",
          "DELETE FROM wh.fact_charge_change", "UPDATE wh.fact_charge_change SET run_id = 1",
          "DELETE FROM etl.quarantine", "UPDATE etl.acceptance SET reason = 'x'",
          "UPDATE raw.page_body SET body = ''",
          "INSERT INTO etl.migration (file_name, checksum) VALUES ('x', repeat('0', 64))",
          "INSERT INTO wh.fx_rate VALUES ('2026-01-01', 'EUR', 'USD', 1, 'x')", "CREATE SCHEMA x",
          "COPY wh.dim_date TO PROGRAM 'cat'", "SELECT pg_read_file('/etc/hostname')",
          "SET session_replication_role = replica"})
        expect_refused("loader", sql);
    EXPECT_EQ(outcome("loader", "DELETE FROM wh.fact_charge"), "") << "a window is replaced";
}

TEST_F(Roles, an_analyst_reads_star_marts_and_focus_and_writes_nothing) {
    migrate();
    ASSERT_EQ(loader({"run", "guance", "--until", "2026-01-03"}).exit_code, 0);
    for (auto const* view :
         {"wh.fact_charge", "wh.dim_sku", "mart.charge", "mart.month_by_product", "mart.slice_gap",
          "mart.completeness", "mart.charge_as_of(now(), '2026-01-01', '2026-02-01')",
          "focus.cost_and_usage_v1_2", "etl.page"})
        EXPECT_EQ(outcome("analyst", std::string("SELECT count(*) FROM ") + view), "") << view;
    for (auto const* sql :
         {"SELECT FROM raw.page_body", "SELECT FROM etl.quarantine", "SELECT FROM etl.slice",
          "DELETE FROM wh.fact_charge", "INSERT INTO wh.fx_rate VALUES ('2026-01-01', 'EUR', 'USD', 1, 'x')",
          "UPDATE wh.dim_sku SET sku_name = 'x'", "CREATE TABLE public.x (i integer)",
          "CREATE TABLE mart.x (i integer)", "CREATE TEMP TABLE x (i integer)",
          "SELECT etl.ensure_month_partitions('wh.fact_charge', '2026-01-01', '2026-01-01')",
          "SELECT etl.drop_page_partitions(1, '2027-01-01')"})
        EXPECT_THAT(outcome("analyst", sql), HasSubstr("permission denied")) << sql;
}

TEST_F(Roles, what_a_later_migration_makes_anew_can_be_read_at_once) {
    migrate();
    database_.execute("SET ROLE " + name("owner") +
                      "; DROP VIEW mart.completeness; CREATE VIEW focus.new_one AS SELECT 1 AS x; "
                      "CREATE TABLE wh.new_one (x integer); DELETE FROM etl.migration WHERE file_name = "
                      "'mart.sql'; RESET ROLE");
    ASSERT_EQ(billhouse({"--database", as("migrator"), "migrate"}).exit_code, 0);
    for (auto const* view : {"mart.completeness", "focus.new_one", "wh.new_one"})
        EXPECT_EQ(outcome("analyst", std::string("SELECT count(*) FROM ") + view), "") << view;
    EXPECT_EQ(outcome("loader", "SELECT count(*) FROM mart.completeness"), "");
    expect_refused("loader", "INSERT INTO wh.new_one VALUES (1)");
}

TEST_F(Roles, B12_check_connect_names_each_missing_privilege_and_the_vendor_is_not_asked_by_a_run) {
    migrate();
    std::vector<std::pair<std::string, std::string>> const losses{
        {"REVOKE DELETE ON wh.fact_charge", "DELETE on wh.fact_charge"},
        {"REVOKE UPDATE ON etl.watermark", "UPDATE on etl.watermark"},
        {"REVOKE INSERT ON raw.page_body", "INSERT on raw.page_body"},
        {"REVOKE SELECT ON wh.billing_period", "SELECT on wh.billing_period"},
        {"REVOKE USAGE ON SCHEMA etl", "USAGE on schema etl"},
        {"REVOKE EXECUTE ON FUNCTION etl.ensure_page_partitions",
         "EXECUTE on function etl.ensure_page_partitions"},
        {"REVOKE USAGE ON SEQUENCE etl.page_page_id_seq", "USAGE on sequence etl.page_page_id_seq"},
        {"REVOKE TEMPORARY ON DATABASE " + database_.name(), "TEMPORARY on database " + database_.name()}};
    for (auto const& [loss, told] : losses) {
        database_.execute(loss + " FROM " + name("loader"));
        auto const check = loader({"check", "guance", "--connect"});
        EXPECT_EQ(check.exit_code, 77) << loss << check.out;
        EXPECT_THAT(check.out, HasSubstr("the database role lacks " + told + "\n"));
        EXPECT_THAT(check.out, HasSubstr("schema/roles.sql"));
        grant();
    }
    EXPECT_EQ(loader({"check", "guance", "--connect"}).exit_code, 0);
    auto const analyst = billhouse({"--database", as("analyst"), "run", "guance"});
    EXPECT_EQ(analyst.exit_code, 77) << analyst.err << "it may not even log in";
}

TEST_F(Roles, a_warehouse_that_another_role_made_goes_over_to_the_owner) {
    ASSERT_EQ(billhouse({"migrate"}).exit_code, 0);
    ASSERT_EQ(billhouse({"run", "guance", "--until", "2026-01-03"}).exit_code, 0);
    grant();
    auto const run = loader({"run", "guance", "--until", "2026-02-03"});
    EXPECT_EQ(run.exit_code, 0) << run.err;
    EXPECT_EQ(billhouse({"--database", as("migrator"), "migrate"}).exit_code, 0);
}

TEST_F(Roles, the_loader_makes_room_in_the_ledger_when_windows_grow) {
    migrate();
    ASSERT_EQ(loader({"run", "guance", "--until", "2026-02-03"}).exit_code, 0);
    auto job = config_->read("jobs/guance.yaml");
    auto const at = job.find("step: 1 day");
    ASSERT_NE(at, std::string::npos);
    config_->write("jobs/guance.yaml", job.replace(at, 11, "step: 1 month"));
    auto const run = loader({"backfill", "guance", "--from", "2026-01-01", "--to", "2026-02-01", "--force"});
    EXPECT_EQ(run.exit_code, 0) << run.err;
    EXPECT_EQ(value("SELECT count(*) FROM etl.slice WHERE slice_start < '2026-02-01'"), "1");
}

} // namespace
} // namespace billhouse
