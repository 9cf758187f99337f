#include "base/error.hpp"
#include "job/job_loader.hpp"

#include "support/job_text.hpp"

#include <gmock/gmock.h>

#include <stdexcept>

/// What a job file's author is told: a message each, raised by the one change to a good file that earns it.
/// Messages that stand in other tests of this folder are not repeated.
namespace billhouse {

namespace {

using testing::HasSubstr;

std::string const kJob = JobText().str();

struct Case {
    std::string from, to, message;
};

std::string changed(Case const& change) {
    auto text = kJob;
    auto const at = text.find(change.from);
    if (at == text.npos) throw std::logic_error("the job has no " + change.from);
    return text.replace(at, change.from.size(), change.to);
}

std::string problem_of(std::string const& text) {
    try {
        parse_configuration(std::nullopt, {{"jobs/acme.yaml", text}});
    } catch (Error const& error) {
        return error.what();
    }
    return "no problem";
}

void expect_messages(std::vector<Case> const& cases) {
    for (auto const& each : cases)
        EXPECT_THAT(problem_of(changed(each)), HasSubstr(each.message)) << each.to;
}

std::string const kHttp = "http: {base_url: \"https://api.example.com\"}";

Case http(std::string const& more, std::string const& message) {
    return {kHttp, "http: {base_url: \"https://api.example.com\", " + more + "}", message};
}

Case request(std::string const& text, std::string const& message) {
    return {"{path: \"/usage\", query: {from: \"{window.start}\"}}", text, message};
}

Case column(std::string const& text, std::string const& message) {
    return {"        sku_code: sku\n", "        sku_code: sku\n        " + text + "\n", message};
}

} // namespace

TEST(JobMessages, a_good_job_has_no_problem) {
    EXPECT_EQ(problem_of(kJob), "no problem");
}

TEST(JobMessages, of_http_name_the_key_and_the_way_out) {
    expect_messages({
        http("auth: [{kind: bearer, secret: {credential: k}, name: X-Key}]",
             "'name' is for kinds header and query"),
        http("auth: [{kind: header, name: X Key, secret: {credential: k}}]", "not a header name"),
        http("auth: [{kind: header, name: Host, secret: {credential: k}}]",
             "this header is set by the HTTP client itself"),
        http("auth: [{kind: bearer, secret: {credential: \"no name\"}}]",
             "expected the name of a credential"),
        http("auth: [{kind: bearer, secret: {file: keys/acme}}]", "expected an absolute path"),
        http("pace: {requests: 1, per: 1s, remaining_header: R, reset_header: {name: \"a b\"}}",
             "not a header name"),
        http("retry: {first_delay: 2min, max_delay: 1s}", "first_delay is longer than max_delay"),
        http("retry: {attempts: 0}", "must be 1 .. 100, is 0"),
        http("retry: {max_delay: 2h}", "must be 1ms .. 1h, is 2h"),
        http("headers: {X-Day: \"{window.start}\"}", "placeholders belong in a stream's request.headers"),
        {"    response: {}\n", "    response: {rules: [{path: error.code, then: fail, status: 500}]}\n",
         "`path` needs `matches`"},
    });
}

TEST(JobMessages, of_a_request_say_what_it_would_do) {
    expect_messages({
        request("{path: \"/usage?x=1\", query: {from: \"{window.start}\"}}",
                "a path ends before '?' and '#', and holds no spaces"),
        request("{path: \"/usage\", query: {from: \"{window.start}\", n: \"{page.number}{page.offset}\"}}",
                "{page...} is used, but pagination.kind is none"),
        {"    request: {path: \"/usage\", query: {from: \"{window.start}\"}}\n    window: {earliest: "
         "2024-01-01}\n    pagination: {kind: none}\n",
         "    request: {path: \"/usage\", query: {from: \"{window.start}\", n: \"{page.number}\", o: "
         "\"{page.offset}\"}}\n"
         "    window: {earliest: 2024-01-01}\n    pagination: {kind: page_number, size: 10}\n",
         "the request says in two places which page it asks for"},
        {"window: {earliest: 2024-01-01}", "window: {earliest: 2024-01-01, request_step: 6 hours}",
         "window.request_step is in hours, but every request would ask for the whole day"},
        {"query: {from: \"{window.start}\"}}\n    window: {earliest: 2024-01-01}",
         "query: {from: \"{window.start:%Y-%m}\"}}\n    window: {step: 1 month, earliest: 2024-01-01, "
         "request_step: 7 days}",
         "window.request_step is in days, but the request does not name the day"},
        {"    response: {}\n",
         "    response: {}\n    partitions: {request: {path: \"/p\", query: {d: \"{window.start}\"}}, "
         "records: {path: rows}, value: id}\n",
         "the call that lists the partitions comes before any window or partition"},
        {"window: {earliest: 2024-01-01}", "window: {earliest: 2014-12-31}",
         "must be 2015-01-01 .. 2044-12-31, the days that the warehouse knows"},
        {"pagination: {kind: none}", "pagination: {kind: cursor, cursor: {header: \"a b\"}}",
         "not a header name"},
        {"pagination: {kind: none}", "pagination: {kind: offset, size_from: size, has_more: more}",
         "'size_from' means nothing beside has_more"},
        {"    request: {path: \"/usage\", query: {from: \"{window.start}\"}}\n",
         "    request: {path: \"/usage/{partition}\", query: {from: \"{window.start}\"}}\n    partitions: "
         "[a, b, "
         "a]\n",
         "'a' is listed twice"},
    });
}

TEST(JobMessages, of_sources_that_lead_nowhere) {
    auto const problem = [](std::string const& window, std::string const& rule) {
        return problem_of(
            JobText{.window = window, .columns = "        charge_period_start: " + rule + "\n"}.str());
    };
    EXPECT_THAT(problem("{earliest: 2024-01-01, fetch: all}", "{window: start}"),
                HasSubstr("window.fetch is all: records belong to no window"));
    EXPECT_THAT(problem("{step: 1 month, earliest: 2024-01-01, request_step: 7 days}", "{window: start}"),
                HasSubstr("a slice is asked for in pieces, but the window is the whole slice's"));
    auto const document = [](std::string const& keys) {
        return Case{"records: {path: rows}\n    mapping:\n",
                    "records: {path: rows, explode: lines}\n    mapping:\n      document: {" + keys + "}\n",
                    {}};
    };
    EXPECT_THAT(problem_of(changed(document("id: parent.parent.doc, columns: {amount: total}"))),
                HasSubstr("'parent.' leads nowhere from here"));
    EXPECT_THAT(
        problem_of(changed(document(
            "id: parent.doc, columns: {amount: total}, line_money: {list_cost: total, sku_name: name}"))),
        HasSubstr("only amounts can come from the header here"));
    expect_messages({column("sub_account_id: {partition: true}", "there are no partitions")});
}

TEST(JobMessages, lines_without_an_envelope_may_have_checks_that_need_none) {
    auto const job = [](std::string const& check) {
        return problem_of(
            JobText{.stream = "    checks: {n: " + check + "}\n", .records = "{format: jsonl}"}.str());
    };
    EXPECT_EQ(job("{kind: count, expected: total, request: {path: /count}}"), "no problem");
    EXPECT_EQ(job("{kind: products, column: list_cost, factors: [unit_price, quantity]}"), "no problem");
}

TEST(JobMessages, of_records_and_checks_say_what_does_not_go_together) {
    auto const checks = [](std::string const& window, std::string const& text, std::string const& message) {
        return Case{"    window: {earliest: 2024-01-01}\n",
                    "    window: " + window + "\n    checks: " + text + "\n", message};
    };
    expect_messages({
        checks("{earliest: 2024-01-01, fetch: all}", "{n: {kind: count, expected: total}}",
               "the vendor's number would be for everything, but slices are checked one by one"),
        checks("{earliest: 2024-01-01, request_step: 6 hours}", "{n: {kind: count, expected: total}}",
               "each piece of the window states its own number, but slices are checked whole"),
        {"records: {path: rows}",
         "records: {format: jsonl, explode: lines, children: {as: lines, request: {path: "
         "\"/c/{record.id}\"}}}",
         "only records that are JSON objects can have children"},
        {"records: {path: rows}",
         "records: {path: rows, explode: lines, children: {as: lines, request: {path: \"/c\"}}}",
         "every record would get the same children"},
        {"records: {path: rows}\n    mapping:\n",
         "records: {path: rows, explode: [a, b]}\n    mapping:\n      document: {id: doc, columns: {amount: "
         "total}}\n",
         "a document's lines are one level below it"},
        {"records: {path: rows}\n    mapping:\n",
         "records: {path: rows, explode: a, where: [{path: kind, not_in: [x]}]}\n    mapping:\n      "
         "document: {id: doc, columns: {amount: total}}\n",
         "lines of a document add up to it: none is left out"},
        {"records: {path: rows}", "records: {format: jsonl}\n    checks: {n: {kind: count, expected: total}}",
         "there is no envelope to look into"},
        {"    response: {}\n    records: {path: rows}",
         "    response: {ok_when: {path: ok, is: \"true\"}}\n    records: {format: jsonl}",
         "there is no envelope to look into"},
        {"    pagination: {kind: none}\n    response: {}\n    records: {path: rows}",
         "    pagination: {kind: cursor, cursor: {body: next}}\n    response: {}\n    records: {format: "
         "jsonl}",
         "there is no envelope to look into"},
    });
}

TEST(JobMessages, of_columns_say_what_the_column_is) {
    expect_messages({
        column("third_party_billed: {constant: \"yes\"}", "third_party_billed is true or false, not 'yes'"),
        column("charge_period_start: {from: at, format: date, default: soon}",
               "'soon' does not have the column's format"),
        column("sku_name: {from: name, timezone: UTC}", "sku_name is no date: it has no zone"),
        column("sku_name: {from: name, number: {decimal: \",\"}}",
               "sku_name is no number: it is not written as one"),
        column("quantity: {from: n, trim: true}", "quantity is no text: spaces around it never count"),
        column("quantity: {from: n, case: upper}", "quantity is no text: it has no case"),
        column("quantity: {concat: [a, b]}", "quantity is a number: concat, window and job are texts"),
        column("sku_name: {from: name, plus: 1 day}", "sku_name is no date: nothing can be added"),
        column("sku_name: {from: name, shift: -2}", "sku_name is no number: it cannot be shifted"),
        column("sku_name: {from: name, else: other}", "`else` needs `values`"),
        column("sku_name: {from: name, required: true, default: x}", "a required column needs no default"),
        {"[charge_date, sku_code, currency_code]", "[charge_date, sku_code, currency_code, service_name]",
         "'service_name' must not tell lines apart"},
        {"[charge_date, sku_code, currency_code]", "[charge_date, sku_code, currency_code, sku_code]",
         "column 'sku_code' is listed twice"},
    });
}

TEST(JobMessages, of_a_job_without_streams) {
    auto const head = kJob.substr(0, kJob.find("streams:"));
    EXPECT_THAT(problem_of(head + "streams: {}\n"),
                HasSubstr("a job needs at least one stream under 'streams'"));
}

TEST(JobMessages, of_settings_and_lists) {
    expect_messages({
        {"description: An example\n", "description: An example\nsettings: {who: \"{partition}\"}\n",
         "a setting must not contain braces"},
        {"[charge_date, sku_code, currency_code]", "[]", "expected at least"},
    });
}

} // namespace billhouse
