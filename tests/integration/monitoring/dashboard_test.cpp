#include "support/data_files.hpp"
#include "support/json_value.hpp"
#include "support/process.hpp"
#include "support/test_database.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace billhouse {

namespace {

namespace fs = std::filesystem;

std::string const kMonitoring = BILLHOUSE_SOURCE_DIR "/config/monitoring/";

/// Every value of a member of that name, with its panel's title.
std::vector<std::pair<std::string, std::string>> dashboard_queries(std::string const& name) {
    std::vector<std::pair<std::string, std::string>> queries;
    auto const dashboard = parse_json(file_text(kMonitoring + "dashboard.json"));
    for (auto const& panel : dashboard["panels"].elements)
        for (auto const& target : panel["targets"].elements)
            if (target.has(name)) queries.emplace_back(panel["title"].text, target[name].text);
    return queries;
}

/// Grafana's macros, as it would fill them in.
std::string filled(std::string sql) {
    for (auto const& [macro, value] :
         {std::pair{"$__timeFrom()", "'2026-01-01T00:00:00Z'"}, {"$__timeTo()", "'2026-03-31T00:00:00Z'"}})
        for (auto at = sql.find(macro); at != std::string::npos; at = sql.find(macro, at))
            sql.replace(at, std::string(macro).size(), value);
    return sql;
}

/// `scripts/setup --checks` brings it; whoever only builds need not have it, but what a change is taken by
/// must.
class Promtool : public testing::Test {
protected:
    void SetUp() override {
        for (auto const* folder : {"/usr/bin", "/usr/local/bin"})
            if (fs::exists(fs::path(folder) / "promtool")) promtool_ = fs::path(folder) / "promtool";
        if (promtool_.empty() && std::getenv("CI")) FAIL() << "no promtool: scripts/setup --checks";
        if (promtool_.empty()) GTEST_SKIP() << "no promtool (scripts/setup --checks)";
    }
    ProcessResult promtool(std::vector<std::string> arguments) const {
        return run_process({promtool_, std::move(arguments), {}, {}});
    }

private:
    fs::path promtool_;
};

} // namespace

TEST(Dashboard, its_queries_run_in_a_migrated_warehouse) {
    TestDatabase database;
    auto const queries = dashboard_queries("rawSql");
    ASSERT_GE(queries.size(), 4U);
    for (auto const& [title, sql] : queries) {
        EXPECT_NO_THROW(database.query(filled(sql))) << title;
        EXPECT_EQ(filled(sql).find("$__"), std::string::npos)
            << title << ": a macro that the test does not know";
    }
}

TEST_F(Promtool, takes_the_alert_rules_and_sees_them_fire_where_they_must) {
    auto const check = promtool({"check", "rules", kMonitoring + "alerts.yaml"});
    EXPECT_EQ(check.exit_code, 0) << check.out << check.err;
    auto const test = promtool({"test", "rules", kMonitoring + "alerts_test.yaml"});
    EXPECT_EQ(test.exit_code, 0) << test.out << test.err;
}

TEST_F(Promtool, takes_the_dashboards_queries) {
    auto const file =
        fs::temp_directory_path() / ("billhouse-dashboard-" + std::to_string(::getpid()) + ".yaml");
    std::ofstream rules(file);
    rules << "groups:\n- name: dashboard\n  rules:\n";
    auto const queries = dashboard_queries("expr");
    for (std::size_t i = 0; i < queries.size(); ++i)
        rules << "  - record: panel" << i << "\n    expr: |\n      " << queries[i].second << '\n';
    rules.close();
    auto const check = promtool({"check", "rules", file.string()});
    fs::remove(file);
    EXPECT_EQ(check.exit_code, 0) << check.out << check.err;
    EXPECT_NE(check.out.find(std::to_string(queries.size()) + " rules found"), std::string::npos)
        << check.out;
}

} // namespace billhouse
