#include "unit/job/good_job.hpp"

namespace billhouse {
namespace {

using namespace good_job;

TEST(JobLoader, reads_a_job_with_defaults_filled_in_and_settings_substituted) {
    auto const configuration = load(std::string(kGood));
    ASSERT_EQ(configuration.jobs.size(), 1U);
    auto const& job = configuration.jobs[0];
    EXPECT_EQ(job.name, "acme");
    EXPECT_TRUE(job.enabled);
    EXPECT_EQ(job.config_hash.size(), 64U);
    EXPECT_EQ(job.source.default_currency, "EUR");
    EXPECT_EQ(job.source.billing_zone.name(), "Europe/Berlin");
    EXPECT_EQ(job.source.host_provider_name, std::nullopt);
    EXPECT_EQ(job.http.base_url, "https://api.example.com/v1");
    EXPECT_EQ(job.http.max_body, 64ULL << 20);
    EXPECT_EQ(job.http.pace.requests, 0);
    EXPECT_EQ(job.http.auth.at(0).secret.name, "acme_token");
    auto const& stream = job.streams.at(0);
    EXPECT_EQ(stream.name, "usage");
    EXPECT_EQ(stream.request.method, "GET");
    EXPECT_EQ(stream.window.lag_days, 2);
    EXPECT_EQ(stream.window.unit, WindowSpec::Unit::day);
    EXPECT_EQ(stream.pagination.max_pages, 10'000);
    EXPECT_EQ(to_string(stream.records.path), "data.rows");
    EXPECT_EQ(stream.mapping.identity,
              (std::vector<std::size_t>{line_column("charge_date"), line_column("sku_code"),
                                        line_column("currency_code")}));
    EXPECT_EQ(stream.load.max_vanish_permille, 500);
}

TEST(JobLoader, reads_every_way_to_get_a_value) {
    auto const configuration = load(std::string(kGood));
    auto const& columns = configuration.jobs[0].streams[0].mapping.columns;
    EXPECT_EQ(columns[0].formats.at(0).pattern(), "date");
    ASSERT_EQ(columns[1].from.size(), 2U);
    EXPECT_EQ(to_string(columns[1].from[1].path.path), "product");
    EXPECT_EQ(columns[3].from.at(0).text, "Usage");
    EXPECT_EQ(columns[5].shift, -2);
    auto const& difference = columns[6].from.at(0);
    EXPECT_EQ(difference.kind, ValueSource::Kind::subtract);
    EXPECT_EQ(difference.operands.at(1).kind, ValueSource::Kind::multiply);
}

TEST(JobLoader, units_and_nanos_are_two_paths_of_one_amount) {
    auto const configuration =
        load(with("total_amount: cost", "total_amount: {units: cost.units, nanos: cost.nanos}"));
    auto const& money = configuration.jobs[0].streams[0].mapping.columns[7].from.at(0);
    EXPECT_EQ(money.kind, ValueSource::Kind::units_nanos);
    EXPECT_EQ(to_string(money.operands.at(0).path.path), "cost.units");
    EXPECT_EQ(to_string(money.operands.at(1).path.path), "cost.nanos");
}

TEST(JobLoader, placeholders_are_parsed_once) {
    auto const configuration = load(std::string(kGood));
    auto const& query = configuration.jobs[0].streams[0].request.query;
    EXPECT_EQ(std::get<Placeholder>(query[0].second.parts.at(0)).format->pattern(), "date");
    EXPECT_EQ(std::get<Placeholder>(query[1].second.parts.at(0)).format->pattern(), "%Y%m%d");
    EXPECT_EQ(std::get<std::string>(query[2].second.parts.at(1)), ",");
    EXPECT_TRUE(query[2].second.uses(Placeholder::Name::page_size));
    EXPECT_FALSE(query[0].second.uses(Placeholder::Name::page_size));
}

TEST(JobLoader, settings_of_the_site_take_the_place_of_the_jobs_own) {
    constexpr auto* kSite = "version: 1\njobs: {acme: {enabled: false, settings: {currency: USD}}}\n";
    auto const own = load(std::string(kGood));
    auto const site = load(std::string(kGood), kSite);
    EXPECT_EQ(site.jobs[0].source.default_currency, "USD");
    EXPECT_FALSE(site.jobs[0].enabled);
    EXPECT_NE(own.jobs[0].config_hash, site.jobs[0].config_hash);
    EXPECT_EQ(own.jobs[0].config_hash, load(std::string(kGood), "version: 1\n").jobs[0].config_hash);
}

TEST(JobLoader, all_problems_of_all_files_are_told_at_once_sorted) {
    try {
        parse_configuration(FileText{"billhouse.yaml", "version: 1\nwarehous: {}\n"},
                            {{"jobs/acme.yaml", with("size: 50", "size: x")},
                             {"jobs/other.yaml", std::string(kGood)},
                             {"jobs/bad.yaml", "a: [\n"}});
        FAIL();
    } catch (Error const& error) {
        EXPECT_STREQ(
            error.what(),
            "the configuration has 4 problems\n"
            "billhouse.yaml:2:1: warehous: unknown key\n"
            "HINT: did you mean `warehouse`?\n"
            "jobs/acme.yaml:13:43: streams.usage.pagination.size: expected a whole number, found 'x'\n"
            "HINT: Write it in base 10, without quotes or leading zeros.\n"
            "jobs/bad.yaml:2:1: not valid YAML: end of sequence flow not found\n"
            "jobs/other.yaml:2:6: job: 'acme' stands in a file named 'other.yaml'\n"
            "HINT: Rename the file to acme.yaml or the job to other.");
    }
}

TEST(JobLoader, two_jobs_must_not_share_a_source_code) {
    auto const other = with("job: acme", "job: other");
    try {
        parse_configuration(std::nullopt,
                            {{"jobs/acme.yaml", std::string(kGood)}, {"jobs/other.yaml", other}});
        FAIL();
    } catch (Error const& error) {
        EXPECT_STREQ(error.what(),
                     "the configuration has 1 problem\n"
                     "jobs/other.yaml:5:16: source.code: 'acme' is the source code of jobs/acme.yaml too\n"
                     "HINT: Each job needs a code of its own: it is part of every line's key.");
    }
}

TEST(JobLoader, jobs_are_selected_by_name_or_all_that_are_enabled) {
    auto configuration = load(std::string(kGood));
    configuration.jobs.push_back(configuration.jobs[0]);
    configuration.jobs[1].name = "other";
    configuration.jobs[1].enabled = false;
    EXPECT_EQ(select_jobs(configuration, {}).size(), 1U);
    EXPECT_EQ(select_jobs(configuration, {"other"}).at(0)->name, "other");
    try {
        select_jobs(configuration, {"othre"});
        FAIL();
    } catch (Error const& error) {
        EXPECT_EQ(error.kind(), ErrorKind::usage);
        EXPECT_STREQ(error.what(), "there is no job 'othre'");
    }
}

TEST(JobLoader, constants_in_ok_when_are_typed_as_json) {
    auto const text = with("    records:", "    response: {ok_when: {success: true, code: 200, error: '', "
                                           "state: ok, cause: null}}\n    records:");
    auto const configuration = load(text);
    auto const& conditions = configuration.jobs[0].streams[0].response.ok_when;
    ASSERT_EQ(conditions.size(), 5U);
    EXPECT_EQ(conditions[0].second, (Scalar{Scalar::Kind::boolean, "true"}));
    EXPECT_EQ(conditions[1].second, (Scalar{Scalar::Kind::number, "200"}));
    EXPECT_EQ(conditions[2].second, (Scalar{Scalar::Kind::string, ""}));
    EXPECT_EQ(conditions[3].second, (Scalar{Scalar::Kind::string, "ok"}));
    EXPECT_EQ(conditions[4].second, (Scalar{}));
    EXPECT_EQ(problems(with("    records:", "    response: {ok_when: {code: 010}}\n    records:")),
              "jobs/acme.yaml:14:32: streams.usage.response.ok_when.code: '010' may be meant as text or "
              "not\nHINT: Put text in quotes.");
}

TEST(JobLoader, control_totals_are_read_with_their_columns_and_tolerance) {
    auto const configuration = load(with("    records: {path: data.rows}", R"(    records: {path: data.rows}
    checks:
      bill: {kind: sum, column: billed_cost, request: {path: /summary, query: {m: "{window.start:%Y-%m}"}}, rows: totals, currency: cur, expected: amount, tolerance: 0.01}
      arithmetic: {kind: products, column: list_cost, factors: [unit_price, quantity], per: pricing_block})"));
    auto const& checks = configuration.jobs[0].streams[0].checks;
    ASSERT_EQ(checks.size(), 2U);
    EXPECT_EQ(checks[0].name, "bill");
    EXPECT_EQ(checks[0].column, line_column("billed_cost"));
    EXPECT_EQ(checks[0].tolerance.to_string(), "0.01");
    EXPECT_TRUE(checks[0].request.has_value());
    EXPECT_EQ(checks[1].factors,
              (std::vector<std::size_t>{line_column("unit_price"), line_column("quantity")}));
    EXPECT_TRUE(checks[1].tolerance.is_zero());
}

TEST(JobLoader, the_metrics_folder_is_an_absolute_path) {
    auto const with_folder = [](std::string const& folder) {
        return parse_configuration(
            FileText{"billhouse.yaml", "version: 1\nmetrics: {folder: " + folder + "}\n"}, {});
    };
    EXPECT_EQ(with_folder("/var/lib/billhouse-metrics").metrics_folder, "/var/lib/billhouse-metrics");
    EXPECT_EQ(parse_configuration(FileText{"billhouse.yaml", "version: 1\n"}, {}).metrics_folder, "");
    try {
        with_folder("metrics");
        FAIL() << "a relative path was taken";
    } catch (Error const& error) {
        EXPECT_NE(std::string(error.what())
                      .find("billhouse.yaml:2:19: metrics.folder: expected an absolute path, found"),
                  std::string::npos)
            << error.what();
    }
}

} // namespace
} // namespace billhouse
