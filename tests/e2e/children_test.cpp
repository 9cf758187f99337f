#include "e2e/scripted_vendor_run.hpp"

#include <gmock/gmock.h>

namespace billhouse {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// Invoices whose lines are served apart, one call (or several pages) an invoice.
class Children : public ScriptedVendorRun {
protected:
    Children() { pagination_ = "{kind: none, has_more: more}"; }

    void follow_invoices(std::vector<ScriptedServer::Connection> script) {
        follow(std::move(script));
        auto job = config_->read("jobs/acme.yaml");
        replace(job, "records: {path: rows}", R"(records:
      path: invoices
      explode: lines
      children:
        as: lines
        request: {path: "/invoices/{record.id}/lines", query: {after: "{page.cursor}"}}
        pagination: {kind: cursor, cursor: {last_record: sku}, has_more: more}
        path: data)");
        replace(job, "charge_date: {from: day", "charge_date: {from: parent.day");
        replace(job, "        sku_code: sku\n",
                "        sku_code: sku\n        billing_account_id: parent.id\n");
        config_->write("jobs/acme.yaml", job);
    }
    static void replace(std::string& text, std::string const& from, std::string const& to) {
        auto const at = text.find(from);
        ASSERT_NE(at, std::string::npos) << from;
        text.replace(at, from.size(), to);
    }
    static ScriptedServer::Connection invoices() {
        return answer(
            200,
            R"({"more":false,"invoices":[{"id":"in_1","day":"2026-01-01"},{"id":"in/2","day":"2026-01-01","note":"two {braces}"},{"id":"in_3","day":"2026-01-01"}]})");
    }
    static ScriptedServer::Connection lines(std::string const& rows, bool more = false) {
        return answer(200,
                      R"({"more":)" + std::string(more ? "true" : "false") + R"(,"data":[)" + rows + "]}");
    }
    static std::string line(std::string const& sku, std::string const& cost) {
        return R"({"sku":")" + sku + R"(","currency":"EUR","cost":)" + cost + "}";
    }
    std::vector<ScriptedServer::Connection> whole() const {
        return {invoices(), lines(line("a", "1.10") + "," + line("b", "2")),
                lines(line("c", "0.000000000000000001")), lines("")};
    }
};

TEST_F(Children, each_becomes_a_line_of_its_record) {
    follow_invoices(whole());
    auto const run = load();
    ASSERT_EQ(run.exit_code, 0) << run.err;
    EXPECT_THAT(rows("SELECT billing_account_id, sku_code, trim_scale(billed_cost), record_path FROM "
                     "mart.charge WHERE source_code = 'acme' ORDER BY sku_code"),
                ElementsAre("in_1 | a | 1.1 | /invoices/0/lines/0", "in_1 | b | 2 | /invoices/0/lines/1",
                            "in/2 | c | 0.000000000000000001 | /invoices/1/lines/0"));
    EXPECT_THAT(request(1), HasSubstr("GET /invoices/in_1/lines "));
    EXPECT_THAT(request(2), HasSubstr("GET /invoices/in%2F2/lines "));
    EXPECT_EQ(value("SELECT end_proof FROM etl.slice"),
              "single page by contract, each record's children to their end");
    EXPECT_THAT(rows("SELECT page_no, parent_record, record_count FROM etl.page ORDER BY page_no"),
                ElementsAre("1 | NULL | 3", "2 | 0 | 2", "3 | 1 | 1", "4 | 2 | 0"));
}

TEST_F(Children, their_own_pages_are_followed_to_the_end) {
    follow_invoices(
        {invoices(), lines(line("a", "1"), true), lines(line("b", "2")), lines(line("c", "3")), lines("")});
    ASSERT_EQ(load().exit_code, 0);
    EXPECT_THAT(request(2), HasSubstr("GET /invoices/in_1/lines?after=a "));
    EXPECT_EQ(products(), "a b c");
}

TEST_F(Children, one_list_that_cannot_be_read_whole_fails_the_slice_and_loses_nothing) {
    follow_invoices(whole());
    ASSERT_EQ(load().exit_code, 0);
    auto const before = star_checksum();
    follow_invoices({invoices(), lines(line("a", "1.10")), answer(404, "{}")});
    EXPECT_EQ(load().exit_code, 65);
    EXPECT_EQ(star_checksum(), before);
}

TEST_F(Children, a_replay_finds_every_child_at_its_record_again) {
    follow_invoices(whole());
    ASSERT_EQ(load().exit_code, 0);
    auto const before = row_versions();
    auto const run = acme({"replay", "acme"});
    EXPECT_EQ(run.exit_code, 0) << run.err;
    EXPECT_THAT(run.err, HasSubstr("nothing changed"));
    EXPECT_EQ(row_versions(), before);
    EXPECT_EQ(requests(), 4U);
}

TEST_F(Children, preview_shows_a_record_with_its_children) {
    follow_invoices({invoices(), lines(line("a", "1.10"))});
    auto const run = acme({"preview", "acme", "--records", "1"});
    EXPECT_EQ(run.exit_code, 0) << run.err;
    EXPECT_THAT(run.out, HasSubstr("lines.0.sku"));
    EXPECT_EQ(requests(), 2U);
}

TEST_F(Children, a_record_without_the_field_that_names_it_is_an_error) {
    follow_invoices({answer(200, R"({"more":false,"invoices":[{"day":"2026-01-01"}]})")});
    auto const run = load();
    EXPECT_EQ(run.exit_code, 65);
    EXPECT_THAT(run.err, HasSubstr("no text or number at id"));
}

TEST_F(Children, what_cannot_work_is_refused_before_any_request) {
    follow_invoices({});
    auto const good = config_->read("jobs/acme.yaml");
    auto const problem = [&](std::string const& from, std::string const& to) {
        auto job = good;
        replace(job, from, to);
        config_->write("jobs/acme.yaml", job);
        auto const run = acme({"check", "acme"});
        EXPECT_EQ(run.exit_code, 78);
        return run.err;
    };
    EXPECT_THAT(problem("explode: lines", "explode: items"), HasSubstr("nothing is made of 'lines'"));
    EXPECT_THAT(problem("/{record.id}/", "/"), HasSubstr("every record would get the same children"));
    EXPECT_THAT(problem("query: {from: \"{window.start}\"}",
                        "query: {from: \"{window.start}\", id: \"{record.id}\"}"),
                HasSubstr("{record...} is for records.children.request only"));
}

} // namespace
} // namespace billhouse
