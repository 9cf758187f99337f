#include "e2e/vendor_exchange.hpp"
#include "support/config_folder.hpp"
#include "support/data_files.hpp"
#include "support/process.hpp"
#include "support/test_database.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <set>
#include <sstream>

namespace billhouse {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

std::filesystem::path const kSource = BILLHOUSE_SOURCE_DIR;

/// Names of what stands in a folder, without their extensions.
std::set<std::string> names_in(std::filesystem::path const& folder) {
    std::set<std::string> names;
    for (auto const& entry : std::filesystem::directory_iterator(folder))
        names.insert(entry.path().stem().string());
    return names;
}

std::vector<std::string> lines_of(std::string const& text) {
    std::vector<std::string> lines;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);)
        lines.push_back(line);
    std::ranges::sort(lines); // databases order texts differently
    return lines;
}

/// A shipped job against answers in its vendor's documented shape, one folder of tests/data/vendors each.
class ShippedVendors : public ::testing::TestWithParam<std::string> {
protected:
    ShippedVendors()
        : settings_(parse_json(vendor_file("settings.json"))),
          exchange_(vendor_file("exchange.json"), settings_["request_headers"]),
          server_([this](std::string const& request) { return exchange_.answer(request, server_.url()); }),
          config_(BILLHOUSE_SOURCE_DIR, choice()) {}

    static std::string vendor_file(std::string const& name) {
        return data_file("vendors/" + GetParam() + "/" + name);
    }

    ConfigChoice choice() {
        ConfigChoice choice;
        choice.connection = database_.connection();
        auto& values = choice.jobs[GetParam()];
        values["base_url"] = server_.url();
        for (auto const& [name, value] : settings_["settings"].members)
            values[name] = with_server(value.text, server_.url());
        for (auto const& [name, value] : settings_["credentials"].members)
            choice.credentials[name] = value.text;
        return choice;
    }

    ProcessResult billhouse(std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(), {"--config", config_.path().string()});
        return run_process(
            {.binary = BILLHOUSE_BINARY, .arguments = arguments, .environment = {}, .directory = {}});
    }

    ProcessResult backfill(std::vector<std::string> const& more = {}) {
        std::vector<std::string> arguments{"backfill", GetParam(),          "--from", settings_["from"].text,
                                           "--to",     settings_["to"].text};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return billhouse(arguments);
    }

    /// The star, and what FOCUS makes of it for each currency.
    std::string loaded() {
        std::string text;
        for (auto const* sql :
             {"SELECT concat_ws(' | ', charge_date, coalesce(billing_account_id, 'NULL'), "
              "coalesce(sub_account_id, 'NULL'), coalesce(service_name, 'NULL'), coalesce(sku_code, 'NULL'), "
              "charge_category, coalesce(trim_scale(quantity)::text, 'NULL'), coalesce(pricing_unit, "
              "'NULL'), "
              "trim_scale(list_cost), trim_scale(billed_cost), trim_scale(total_amount), currency_code) "
              "FROM mart.charge",
              "SELECT 'FOCUS ' || count(*) || ' rows, billed ' || trim_scale(sum(billedcost)) || ' ' || "
              "billingcurrency FROM focus.cost_and_usage_v1_4 GROUP BY billingcurrency"})
            for (auto const& row : database_.query(sql))
                text += row[0].value_or("NULL") + "\n";
        return text;
    }

    JsonValue settings_;
    TestDatabase database_;
    VendorExchange exchange_;
    ScriptedServer server_;
    ConfigFolder config_;
};

TEST_P(ShippedVendors, documented_answers_become_exactly_these_lines_and_twice_read_change_nothing) {
    auto const check = billhouse({"check", GetParam()});
    ASSERT_EQ(check.exit_code, 0) << check.out << check.err;

    auto const first = backfill();
    ASSERT_EQ(first.exit_code, 0) << first.err << ::testing::PrintToString(exchange_.faults());
    EXPECT_EQ(lines_of(loaded()), lines_of(vendor_file("expected.txt")));
    EXPECT_EQ(database_.value("SELECT count(*) FROM etl.quarantine"), "0");

    auto const second = backfill({"--force"});
    EXPECT_EQ(second.exit_code, 0) << second.err;
    EXPECT_THAT(second.err, HasSubstr(": nothing changed "));
    EXPECT_THAT(second.err, Not(HasSubstr("slice loaded")));
    EXPECT_THAT(exchange_.faults(), IsEmpty());
    EXPECT_THAT(broken_invariants(database_), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(Jobs, ShippedVendors,
                         ::testing::ValuesIn(names_in(kSource / "tests" / "data" / "vendors")),
                         [](auto const& job) { return job.param; });

TEST(ShippedVendorFolders, every_shipped_job_but_the_two_with_a_sample_vendor_has_one) {
    auto jobs = names_in(kSource / "config" / "jobs");
    EXPECT_EQ(jobs.erase("guance") + jobs.erase("ocamba"), 2U);
    EXPECT_EQ(jobs, names_in(kSource / "tests" / "data" / "vendors"));
}

} // namespace
} // namespace billhouse
