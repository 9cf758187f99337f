#include "e2e/fault_run.hpp"

namespace billhouse {
namespace {

using ::testing::HasSubstr;

/// What the operator is told where a read cannot be taken as it is; nothing is loaded then.
class DataMessages : public FaultRun {
protected:
    void use_check(std::string const& keys) { stream_ = "    checks:\n      bill: {" + keys + "}\n"; }
    void expect_refused(std::string const& words) {
        auto const run = load();
        EXPECT_EQ(run.exit_code, 65) << run.err;
        EXPECT_THAT(run.err, HasSubstr(words));
        EXPECT_EQ(loaded(), "0");
    }
    /// One line of this cost on the day that is asked for.
    void vendor_bills(std::string const& cost, int lines) {
        vendor([=](std::string const& request) {
            auto const day = request.substr(request.find("from=") + 5, 10);
            std::string rows;
            for (int i = 0; i < lines; ++i)
                rows += (i == 0 ? "" : ",") + (R"({"day":")" + day + R"(","sku":")" + std::to_string(i) +
                                               R"(","cost":)" + cost + "}");
            return answer(200, R"({"rows":[)" + rows + "]}");
        });
    }
    ProcessResult plan(std::string const& to) {
        write_job();
        return billhouse({"plan", "acme", "--from", "2026-01-01", "--to", to});
    }

    /// The largest amount of the star's columns: 38 digits.
    static constexpr auto kLargest = "99999999999999999999.999999999999999999";
};

TEST_F(DataMessages, a_total_that_is_no_number) {
    use_check("kind: sum, column: billed_cost, expected: summary.total");
    vendor_says({page({"a"}, R"(,"summary":{"total":"a lot"})")});
    expect_refused("check bill: 'a lot' at summary.total is no number");
}

TEST_F(DataMessages, totals_that_are_no_list) {
    use_check("kind: sum, column: billed_cost, rows: totals, currency: unit, expected: amount");
    vendor_says({page({"a"}, R"(,"totals":{"unit":"EUR","amount":1.25})")});
    expect_refused("check bill: no array at totals");
}

TEST_F(DataMessages, a_total_without_its_currency) {
    use_check("kind: sum, column: billed_cost, rows: totals, currency: unit, expected: amount");
    vendor_says({page({"a"}, R"(,"totals":[{"amount":1.25}])")});
    expect_refused("check bill: no currency at unit");
}

TEST_F(DataMessages, a_total_that_its_own_request_does_not_tell) {
    use_check("kind: sum, column: billed_cost, request: {path: /summary}, expected: total");
    vendor_says({page({"a"}), answer(200, "{}")});
    expect_refused("check bill: nothing at total of its answer");
}

TEST_F(DataMessages, a_total_that_changes_from_page_to_page) {
    use_check("kind: sum, column: billed_cost, expected: sum");
    ask_for_pages();
    vendor([](std::string const& request) {
        auto const is_first = request.find("page=1") != std::string::npos;
        return is_first ? page({"a"}, R"(,"total":2,"sum":2.5)") : page({"b"}, R"(,"total":2,"sum":2.75)");
    });
    expect_refused("check bill: page 2 says 2.75, but the first page did not");
}

TEST_F(DataMessages, totals_that_differ_are_told_also_where_they_cannot_be_stored) {
    use_check("kind: sum, column: billed_cost, expected: sum");
    vendor_says({page({"a"}, R"(,"sum":9)")});
    database_.execute("CREATE FUNCTION public.refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE "
                      "EXCEPTION 'no room' USING "
                      "ERRCODE = '53100'; END $$; CREATE TRIGGER refuse BEFORE INSERT ON etl.reconciliation "
                      "FOR EACH ROW EXECUTE "
                      "FUNCTION public.refuse()");
    expect_refused("bill: expected 9");
    EXPECT_THAT(billhouse(load_arguments()).err, HasSubstr("the control totals could not be stored"));
}

TEST_F(DataMessages, a_window_that_another_run_loaded_meanwhile) {
    ASSERT_EQ(load().exit_code, 0);
    vendor([this](std::string const&) {
        database_.execute(
            "UPDATE etl.slice SET generation = generation + 1"); // as a run beside this one would
        return page({"b"});
    });
    auto const run = load();
    EXPECT_EQ(run.exit_code, 75) << run.err;
    EXPECT_THAT(run.err,
                HasSubstr("slice 2026-01-01 was loaded by another run while this one read it, nothing was "
                          "written"));
    EXPECT_EQ(products(), "a");
}

TEST_F(DataMessages, a_first_window_that_is_not_over_yet) {
    window_ = "{earliest: 2044-01-01}";
    write_job();
    auto const run = billhouse({"check", "--connect", "acme"});
    EXPECT_EQ(run.exit_code, 78) << run.out << run.err;
    EXPECT_THAT(run.out, HasSubstr("acme.usage: window.earliest 2044-01-01 is not over yet"));
    EXPECT_EQ(requests(), 0U);
}

TEST_F(DataMessages, a_plan_whose_days_differ_by_more_than_38_digits) {
    vendor_bills(kLargest, 2);
    auto const run = plan("2026-01-02");
    EXPECT_EQ(run.exit_code, 65) << run.err;
    EXPECT_THAT(run.out + run.err,
                HasSubstr("a difference has too many digits: 199999999999999999999.999999999999999998"));
}

TEST_F(DataMessages, a_plan_whose_sum_has_more_than_38_digits) {
    vendor_bills(kLargest, 1);
    auto const run = plan("2026-01-03");
    EXPECT_EQ(run.exit_code, 65) << run.err;
    EXPECT_THAT(run.out + run.err, HasSubstr("the sum of the differences has more than 38 digits"));
}

TEST_F(DataMessages, stored_pages_with_another_number_of_records_than_when_they_were_fetched) {
    vendor_says({page({"a"}, R"(,"others":[{"day":"2026-01-01","sku":"b","cost":1},{"day":"2026-01-01"}])")});
    ASSERT_EQ(load().exit_code, 0);
    auto job = config_->read("jobs/acme.yaml");
    job.replace(job.find("path: rows"), std::string("path: rows").size(), "path: others");
    config_->write("jobs/acme.yaml", job);
    auto const run = billhouse({"replay", "acme"});
    EXPECT_EQ(run.exit_code, 65);
    EXPECT_THAT(run.err, HasSubstr("had 1 records when it was fetched, but records.path now finds 2"));
    EXPECT_EQ(products(), "a") << "what was loaded stays";
}

} // namespace
} // namespace billhouse
