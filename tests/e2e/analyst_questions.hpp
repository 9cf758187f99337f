#pragma once

#include "e2e/billhouse_run.hpp"
#include "e2e/sample_vendor_reading.hpp"

#include <gmock/gmock.h>

#include <sstream>

namespace billhouse {

inline constexpr char const* kFrom = "2026-01-01";
inline constexpr char const* kTo = "2026-03-01"; ///< exclusive

/// schema/questions/*.sql, each run by psql as its header says, held against the vendor's own rows and books
/// and against facts that the test plants.
class AnalystQuestions : public BillhouseRun {
protected:
    using Row = std::map<std::string, std::string>;
    using Parameters = std::map<std::string, std::string>;

    /// What psql answers, a map of columns a row. @param file  of schema/questions, without ".sql"
    std::vector<Row> ask(std::string const& file, Parameters const& parameters) {
        std::vector<std::string> arguments{"psql",       "--no-psqlrc", "--no-align",          "-F",
                                           "\x1f",       "-v",          "ON_ERROR_STOP=1",     "-P",
                                           "footer=off", "-d",          database_.connection()};
        for (auto const& [name, text] : parameters)
            arguments.insert(arguments.end(), {"-v", name + "=" + text});
        arguments.insert(arguments.end(), {"-f", BILLHOUSE_SOURCE_DIR "/schema/questions/" + file + ".sql"});
        auto const result = run_process(
            {.binary = "/usr/bin/env", .arguments = arguments, .environment = {}, .directory = {}});
        EXPECT_EQ(result.exit_code, 0) << result.err;
        EXPECT_THAT(result.err, ::testing::IsEmpty());
        return table(result.out);
    }
    std::vector<Row> ask(std::string const& file) { return ask(file, {{"d1", kFrom}, {"d2", kTo}}); }

    /// The only row that has these values.
    static Row the_row(std::vector<Row> const& rows, Row const& with) {
        std::vector<Row> found;
        for (auto const& row : rows)
            if (std::all_of(with.begin(), with.end(),
                            [&](auto const& each) { return row.at(each.first) == each.second; }))
                found.push_back(row);
        if (found.size() != 1) ADD_FAILURE() << found.size() << " rows of " << rows.size() << " fit";
        return found.empty() ? Row() : found[0];
    }
    bool equal(std::string const& left, std::string const& right) {
        return value("SELECT (" + left + ")::numeric = (" + right + ")::numeric") == "t";
    }

    /// January and February of both vendors.
    void load() {
        auto const run = billhouse({"run", "--until", "2026-03-02"});
        ASSERT_EQ(run.exit_code, 0) << run.err;
    }
    void load_days(std::string const& from, std::string const& to) {
        auto const run = billhouse({"backfill", "guance", "--from", from, "--to", to, "--force"});
        ASSERT_EQ(run.exit_code, 0) << run.err;
    }
    /// The vendor bills these rows and nothing else on this day, when asked for it next.
    void plant(std::string const& day, std::string const& rows) {
        VendorFailure answer;
        answer.path = "/guance";
        answer.query = "startDate=" + compact(day);
        answer.status = 200;
        answer.body = R"({"code":200,"content":[)" + rows +
                      R"(],"errorCode":"","message":"","success":true,"traceId":"T-planted"})";
        vendor_->fail(answer);
    }
    static std::string usage(std::string const& day, std::string const& workspace, std::string const& sku,
                             std::string const& cost, std::string const& count = "1") {
        return R"({"consumeTimeOfDay":")" + day + R"(","workspaceUuid":")" + workspace +
               R"(","workspaceName":"Planted",)" + R"("productDetail":")" + sku + R"(","tag6":")" + sku +
               R"(","originAmount":)" + cost + R"(,"billingResult":)" + cost + R"(,"count":)" + count + "}";
    }

    std::string books(std::string const& vendor, std::string const& field, std::string const& from = kFrom,
                      std::string const& last = "2026-02-28") const {
        return vendor_->ledger(vendor, from, last)["totals"].elements.at(0)[field].text;
    }
    /// The vendor's own rows of days that both count, as it answers them now.
    std::vector<JsonValue> vendor_rows(std::string const& first, std::string const& last) const {
        return guance_rows(*vendor_, compact(first), compact(last));
    }
    std::int64_t billed_of(std::string const& workspace, std::string const& first,
                           std::string const& last) const {
        std::int64_t total = 0;
        for (auto const& row : vendor_rows(first, last))
            if (row["workspaceUuid"].text == workspace) total += amount(row, "billingResult");
        return total;
    }
    std::string workspace(std::size_t index = 0) const {
        return vendor_->accounts("guance").elements.at(index)["id"].text;
    }

private:
    static std::string compact(std::string day) {
        std::erase(day, '-');
        return day;
    }
    static std::vector<std::string> fields(std::string const& line) {
        std::vector<std::string> all(1);
        for (char const c : line)
            if (c == '\x1f')
                all.emplace_back();
            else
                all.back() += c;
        return all;
    }
    static std::vector<Row> table(std::string const& text) {
        std::istringstream lines(text);
        std::string line;
        std::getline(lines, line);
        auto const names = fields(line);
        std::vector<Row> rows;
        while (std::getline(lines, line)) {
            auto const values = fields(line);
            for (rows.emplace_back(); rows.back().size() < names.size();)
                rows.back()[names[rows.back().size()]] = values.at(rows.back().size());
        }
        return rows;
    }
};

} // namespace billhouse
