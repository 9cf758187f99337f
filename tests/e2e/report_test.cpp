#include "e2e/billhouse_run.hpp"

#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>

namespace billhouse {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

/// `billhouse report` over the sample vendor's bills, its page read back as a program would.
class ReportPage : public BillhouseRun {
protected:
    static constexpr char const* kDataBegins = R"(<script type="application/json" id="data">)";

    void load(std::string const& until) {
        auto const run = billhouse({"run", "--until", until});
        ASSERT_EQ(run.exit_code, 0) << run.err;
    }
    std::filesystem::path file() const { return config_->path() / "page.html"; }
    std::string page(std::string const& until) {
        auto const report = billhouse({"report", "--output", file().string(), "--until", until});
        EXPECT_EQ(report.exit_code, 0) << report.err;
        std::ifstream in(file());
        return {std::istreambuf_iterator<char>(in), {}};
    }
    static JsonValue data(std::string const& page) {
        auto const from = page.find(kDataBegins) + std::string(kDataBegins).size();
        return parse_json(page.substr(from, page.find("</script>", from) - from));
    }
    /// The vendor's books of some days, of the currency that comes first.
    JsonValue books(std::string const& vendor, std::string const& from, std::string const& to) {
        return vendor_->ledger(vendor, from, to)["totals"].elements.at(0);
    }
    static JsonValue of(JsonValue const& list, std::string const& key, std::string const& value) {
        auto const found = std::ranges::find_if(
            list.elements, [&](JsonValue const& element) { return element[key].text == value; });
        if (found == list.elements.end()) throw std::runtime_error("nothing has " + key + " " + value);
        return *found;
    }
    static std::size_t count_of(std::string const& text, std::string const& part) {
        std::size_t count = 0;
        for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
            ++count;
        return count;
    }
};

TEST_F(ReportPage, its_figures_equal_the_vendors_books_to_the_last_digit) {
    load("2026-03-01");
    auto const report = data(page("2026-03-01"));
    auto const& currencies = report["headline"]["currencies"];

    auto const yuan = of(currencies, "currency", "CNY");
    auto const february = books("guance", "2026-02-01", "2026-02-28");
    auto const january = books("guance", "2026-01-01", "2026-01-31");
    EXPECT_EQ(yuan["billed"].text, february["billed"].text);
    EXPECT_EQ(yuan["lines"].text, february["rows"].text);
    EXPECT_EQ(yuan["last_month"].text, january["billed"].text);
    EXPECT_EQ(millionths(yuan["change"].text),
              millionths(february["billed"].text) -
                  millionths(books("guance", "2026-01-01", "2026-01-28")["billed"].text));
    auto const dollar = of(currencies, "currency", "USD");
    auto const documents = books("ocamba", "2026-02-01", "2026-02-28");
    EXPECT_EQ(dollar["total"].text, documents["amount"].text);
    EXPECT_EQ(dollar["tax"].text, documents["tax"].text);
}

TEST_F(ReportPage, every_stack_adds_up_to_the_vendors_month_and_day) {
    load("2026-03-01");
    auto const report = data(page("2026-03-01"));
    auto const february = millionths(books("guance", "2026-02-01", "2026-02-28")["billed"].text);
    auto const last_day = millionths(books("guance", "2026-02-28", "2026-02-28")["billed"].text);
    EXPECT_EQ(report["cost"]["periods"]["day"].elements.back().text, "2026-02-28");
    EXPECT_EQ(report["cost"]["periods"]["month"].elements.back().text, "2026-02-01");

    for (std::string const split : {"workspace", "product", "total"}) {
        std::int64_t month = 0, day = 0;
        for (auto const& series : report["cost"]["series"].elements) {
            if (series["currency"].text != "CNY" || series["split"].text != split) continue;
            auto const value = [&](char const* grain) {
                auto const& last = series["billed"][grain].elements.back();
                return last.kind == JsonValue::Kind::null ? 0 : millionths(last.text);
            };
            month += value("month");
            day += value("day");
        }
        EXPECT_EQ(month, february) << split;
        EXPECT_EQ(day, last_day) << split;
    }
}

TEST_F(ReportPage, months_begin_with_the_first_charge_and_are_13_to_25) {
    load("2026-01-10");
    auto const first_month = [this](std::string const& until) {
        return data(page(until))["cost"]["periods"]["month"].elements.front().text;
    };
    EXPECT_EQ(first_month("2026-02-01"), "2025-01-01") << "12 months before the last one";
    EXPECT_EQ(first_month("2027-07-01"), "2026-01-01") << "the first charge";
    EXPECT_EQ(first_month("2029-07-01"), "2027-06-01") << "24 months before the last one";
}

TEST_F(ReportPage, movers_compare_two_whole_months) {
    load("2026-03-01");
    auto const report = data(page("2026-03-01"));
    EXPECT_EQ(report["movers"]["comparisons"]["month"]["now_from"].text, "2026-02-01");
    auto const& first = report["movers"]["movers"].elements.at(0);
    EXPECT_EQ(first["currency"].text, "CNY");
    EXPECT_EQ(first["change"].text,
              value("SELECT trim_scale(d)::text FROM (SELECT sum(billed_cost) FILTER (WHERE charge_date >= "
                    "'2026-02-01') - sum(billed_cost) FILTER (WHERE charge_date < '2026-02-01') AS d FROM "
                    "mart.charge WHERE currency_code = 'CNY' GROUP BY sku_name) AS x ORDER BY abs(d) DESC "
                    "LIMIT 1"))
        << "by product comes before by workspace";
}

TEST_F(ReportPage, restatements_failures_and_holes_are_told) {
    load("2026-02-10");
    vendor_->restate("guance", "2026-02-05", "2026-02-05", 5);
    VendorFailure failure;
    failure.path = "/guance";
    failure.query = "startDate=20260207";
    failure.times = 1;
    failure.status = 200;
    failure.body =
        R"({"code":500,"content":[],"errorCode":"ft.Internal","message":"ledger locked","success":false,"traceId":"T-1"})";
    vendor_->fail(failure);
    ASSERT_EQ(billhouse({"run", "guance", "--until", "2026-02-10"}).exit_code, 65);
    database_.execute("DELETE FROM etl.slice WHERE slice_start = '2026-01-20'"); // as though never read
    auto const today = value("SELECT ((now() AT TIME ZONE 'UTC')::date)::text");

    auto const report = data(page("2026-02-10"));
    auto const calendar = of(report["completeness"]["streams"], "stream", "guance.billing_detail");
    auto const first = value("SELECT date '2026-02-10' - date '" + report["completeness"]["from"].text + "'");
    auto const cell = [&](int days_before) {
        return calendar["cells"].text.at(static_cast<std::size_t>(std::atoi(first.c_str()) - days_before));
    };
    EXPECT_EQ(cell(6), 'c') << "2026-02-04";
    EXPECT_EQ(cell(5), 'r') << "2026-02-05";
    EXPECT_EQ(cell(3), 'f') << "2026-02-07";
    EXPECT_EQ(cell(21), 'm') << "2026-01-20";
    EXPECT_EQ(cell(0), '.') << "2026-02-10 is not over";
    EXPECT_EQ(cell(41), ' ') << "2025-12-31 is before the first day";
    EXPECT_THAT(of(report["completeness"]["gaps"], "kind", "failed")["problem"].text,
                HasSubstr("ledger locked"));
    EXPECT_EQ(of(report["completeness"]["gaps"], "kind", "missing")["from"].text, "2026-01-20");
    EXPECT_EQ(report["runs"].elements.at(0)["status"].text, "partial");

    auto const restated = of(data(page(today))["restatements"]["totals"], "currency", "CNY");
    EXPECT_EQ(restated["change"].text,
              value("SELECT trim_scale(sum(d_billed_cost))::text FROM wh.fact_charge_change WHERE "
                    "currency_code = 'CNY' AND op <> 'relabel'"));
    EXPECT_EQ(restated["lines"].text, "5");
    ASSERT_EQ(billhouse({"run", "guance", "--until", "2026-02-10"}).exit_code, 0) << "whole again";
}

TEST_F(ReportPage, a_vendors_text_stays_text) {
    auto const evil = std::string("</script><img src=x onerror=\"window.injected=1\"><!--");
    auto const account = vendor_->accounts("guance").elements.at(0)["id"].text;
    vendor_->rename("guance", account, evil);
    load("2026-01-05");
    auto const text = page("2026-01-05");
    EXPECT_EQ(count_of(text, "</script>"), 2U);
    EXPECT_THAT(text, Not(HasSubstr("<img")));
    EXPECT_EQ(of(data(text)["cost"]["series"], "name", evil)["split"].text, "workspace");
}

TEST_F(ReportPage, an_empty_warehouse_gives_a_page_too) {
    auto const report = data(page("2026-03-01"));
    EXPECT_EQ(report["headline"]["has_lines"].text, "false");
    EXPECT_THAT(report["headline"]["currencies"].elements, IsEmpty());
    EXPECT_THAT(report["completeness"]["streams"].elements, IsEmpty());
}

TEST_F(ReportPage, is_for_its_owner_only_and_a_place_that_cannot_hold_it_is_told) {
    page("2026-03-01");
    EXPECT_EQ(static_cast<unsigned>(std::filesystem::status(file()).permissions()), 0600U);
    auto const nowhere = billhouse({"report", "--output", "/nowhere/page.html"});
    EXPECT_EQ(nowhere.exit_code, 74);
    EXPECT_THAT(nowhere.err, HasSubstr("there is no folder /nowhere"));
    EXPECT_EQ(billhouse({"report", "--output", "-"}).exit_code, 74);
    EXPECT_EQ(billhouse({"report"}).exit_code, 64);
}

TEST_F(ReportPage, reads_the_warehouse_without_writing_to_it) {
    load("2026-01-10");
    database_.execute("ALTER DATABASE " + value("SELECT quote_ident(current_database())") +
                      " SET default_transaction_read_only = on");
    EXPECT_THAT(page("2026-01-10"), HasSubstr("CNY"));
    database_.execute("SET default_transaction_read_only = off; ALTER DATABASE " +
                      value("SELECT quote_ident(current_database())") +
                      " RESET default_transaction_read_only");
}

/// The same in Chromium, by scripts/check_report: console errors, requests, contrast, names, keyboard, width.
class ReportInBrowser : public ReportPage {
protected:
    static constexpr int kNoBrowser = 69;

    void expect_no_fault() {
        Command const check{.binary = BILLHOUSE_SOURCE_DIR "/scripts/check_report",
                            .arguments = {file().string()},
                            .environment = {},
                            .directory = {}};
        auto const result = run_process(check, std::chrono::minutes(30));
        if (result.exit_code == kNoBrowser) GTEST_SKIP() << result.err;
        EXPECT_EQ(result.exit_code, 0) << result.out << result.err;
    }
};

TEST_F(ReportInBrowser, a_page_with_figures_has_no_fault_in_light_dark_narrow_and_print) {
    auto const account = vendor_->accounts("guance").elements.at(0)["id"].text;
    vendor_->rename("guance", account, "</script><img src=x onerror=\"window.injected=1\">");
    load("2026-03-01");
    page("2026-03-01");
    expect_no_fault();
}

TEST_F(ReportInBrowser, a_page_of_an_empty_warehouse_has_no_fault_either) {
    page("2026-03-01");
    expect_no_fault();
}

} // namespace
} // namespace billhouse
