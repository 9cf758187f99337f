#include "unit/job/good_job.hpp"

namespace billhouse {
namespace {

using namespace good_job;

TEST(JobLoader, an_unknown_key_names_the_nearest_one) {
    EXPECT_EQ(problems(with("size: 50", "sise: 50")),
              "jobs/acme.yaml:13:37: streams.usage.pagination.sise: unknown key\nHINT: did you mean `size`?");
    EXPECT_EQ(problems(with("sku_code: [sku, product]", "sku_kode: [sku, product]")),
              "jobs/acme.yaml:19:9: streams.usage.mapping.columns.sku_kode: unknown key\nHINT: did you mean "
              "`sku_code`?");
}

TEST(JobLoader, wrong_values_are_shown_with_what_was_expected) {
    expect_problems({
        {"version: 1", "version: 2", "jobs/acme.yaml:1:10: version: must be 1 .. 1, is 2"},
        {"version: 1", "version: 01",
         "jobs/acme.yaml:1:10: version: expected a whole number, found '01'\nHINT: Write it in base 10, "
         "without quotes or leading zeros."},
        {"size: 50", "size: '50'",
         "jobs/acme.yaml:13:43: streams.usage.pagination.size: expected a whole number, found the text '50'\n"
         "HINT: Write it in base 10, without quotes or leading zeros."},
        {"size: 50", "size: 0",
         "jobs/acme.yaml:13:43: streams.usage.pagination.size: must be 1 .. 1000000, is 0"},
        {"description: An example", "description: An example\nenabled: yes",
         "jobs/acme.yaml:4:10: enabled: expected true or false, found 'yes'"},
        {"description: An example", "description: ~",
         "jobs/acme.yaml:3:1: description: expected text, found no value"},
        {"kind: page_number", "kind: page_numbers",
         "jobs/acme.yaml:13:24: streams.usage.pagination.kind: expected one of cursor, link_header, "
         "next_url, none, offset, page_number, found "
         "'page_numbers'\nHINT: did you mean `page_number`?"},
        {"http:\n", "http:\n  max_body: 64\n",
         "jobs/acme.yaml:7:13: http.max_body: expected a size, found '64'\nHINT: Write a number with its "
         "unit (B, KiB, MiB or GiB), such as 64MiB."},
        {"http:\n", "http:\n  timeouts: {idle: 2h}\n",
         "jobs/acme.yaml:7:20: http.timeouts.idle: must be 1s .. 1h, is 2h"},
        {"http:\n", "http:\n  pace: {requests: 20, per: 60}\n",
         "jobs/acme.yaml:7:29: http.pace.per: expected a duration, found '60'\nHINT: Write a number with its "
         "unit (ms, s, min or h), such as 60s."},
        {"earliest: 2024-01-01", "earliest: 2024-02-30",
         "jobs/acme.yaml:12:24: streams.usage.window.earliest: expected a date, found '2024-02-30'\nHINT: "
         "Write it as 2023-01-31."},
        {"earliest: 2024-01-01", "earliest: 2024-01-15, step: 1 month",
         "jobs/acme.yaml:12:24: streams.usage.window.earliest: slices of months begin on the first of a "
         "month\nHINT: Set earliest to a first of a month."},
        {"timezone: Europe/Berlin", "timezone: Berlin",
         "jobs/acme.yaml:5:134: source.timezone: expected a time zone of the IANA database, found "
         "'Berlin'\nHINT: Write it as Asia/Shanghai or UTC."},
        {"records: {path: data.rows}", "records: {path: data..rows}",
         "jobs/acme.yaml:14:21: streams.usage.records.path: 'data..rows' is no path: a key is empty\nHINT: "
         "Write keys with dots between, such as pageInfo.totalCount."},
        {"records: {path: data.rows}", "records: []",
         "jobs/acme.yaml:14:14: streams.usage.records: expected a mapping of keys, found a list"},
        {"    records: {path: data.rows}\n", "",
         "jobs/acme.yaml:11:5: streams.usage: missing key 'records'\nHINT: For example: records: {path: "
         "content}"},
    });
}

TEST(JobLoader, templates_know_their_placeholders) {
    expect_problems({
        {"{window.start}", "{window.begin}",
         "jobs/acme.yaml:11:43: streams.usage.request.query.from: unknown placeholder '{window.begin}'\n"
         "HINT: Known are window.start, window.end, window.last, window.last_second, page.number, page.size, "
         "page.offset, "
         "page.cursor, partition; a literal brace is written '{{'."},
        {"{window.start}", "{window.stard}",
         "jobs/acme.yaml:11:43: streams.usage.request.query.from: unknown placeholder "
         "'{window.stard}'\nHINT: did you mean `{window.start}`?"},
        {"{window.start}", "{window.start:%Q}",
         "jobs/acme.yaml:11:43: streams.usage.request.query.from: unknown date format '%Q'\n"
         "HINT: Use date, rfc3339, unix, unix_ms, or a pattern of %Y %m %d %H %M %S %% and text."},
        {"{window.start}", "{window.start",
         "jobs/acme.yaml:11:43: streams.usage.request.query.from: '{' without '}'\nHINT: A literal brace is "
         "written '{{'."},
        {"{page.number},", "{page.number:%d},",
         "jobs/acme.yaml:11:95: streams.usage.request.query.page: {page.number} takes no format"},
    });
    auto const configuration = load(with("{window.start}", "{{a}}{window.start}"));
    EXPECT_EQ(std::get<std::string>(configuration.jobs[0].streams[0].request.query[0].second.parts.at(0)),
              "{a}}");
}

TEST(JobLoader, window_pages_and_partitions_must_fit_the_request) {
    expect_problems({
        {"{window.start}\", to: \"{window.last:%Y%m%d}", "a\", to: \"b",
         "jobs/acme.yaml:11:14: streams.usage.request: the request does not say which window it asks for\n"
         "HINT: Use {window.start} and {window.last} or {window.end}, or set window.fetch: all."},
        {"earliest: 2024-01-01", "earliest: 2024-01-01, fetch: all",
         "jobs/acme.yaml:11:14: streams.usage.request: window.fetch is all, but the request asks for a "
         "window\n"
         "HINT: Remove the {window...} placeholders, or set fetch: slice."},
        {"{page.number},{page.size}", "1",
         "jobs/acme.yaml:11:14: streams.usage.request: every request would ask for the same page\nHINT: Put "
         "{page.number} into the request."},
        {", size: 50", "",
         "jobs/acme.yaml:13:17: streams.usage.pagination: missing key 'size'\nHINT: {page.size} and "
         "{page.offset} need it, for example: size: 100"},
        {"kind: page_number, size: 50", "kind: none",
         "jobs/acme.yaml:11:14: streams.usage.request: {page...} is used, but pagination.kind is none\nHINT: "
         "Set kind: page_number."},
        {"path: /usage", "path: \"/usage/{partition}\"",
         "jobs/acme.yaml:11:14: streams.usage.request: {partition} is used, but there are no "
         "partitions\nHINT: List them: partitions: [\"1001\", \"1007\"]"},
        {"    records:", "    partitions: [a, b]\n    records:",
         "jobs/acme.yaml:14:17: streams.usage.partitions: every partition would read the same\nHINT: Put "
         "{partition} into the request."},
        {"path: /usage", "path: usage",
         "jobs/acme.yaml:11:21: streams.usage.request.path: a path begins with '/'"},
        {"[sku, product]", "[parent.sku, product]",
         "jobs/acme.yaml:19:19: streams.usage.mapping.columns.sku_code: 'parent.' leads nowhere from "
         "here\nHINT: It only makes sense for lines of records.explode."},
    });
}

TEST(JobLoader, columns_are_checked_against_their_type) {
    expect_problems({
        {"{from: day, format: date}", "day",
         "jobs/acme.yaml:18:22: streams.usage.mapping.columns.charge_date: charge_date is a date: it needs a "
         "format\nHINT: For example: {from: day, format: date}."},
        {"total_amount: cost", "total_amount: {from: cost, format: date}",
         "jobs/acme.yaml:25:44: streams.usage.mapping.columns.total_amount.format: total_amount is no date: "
         "it has no format"},
        {"{constant: Usage}", "{constant: Use}",
         "jobs/acme.yaml:21:26: streams.usage.mapping.columns.charge_category: charge_category cannot be "
         "'Use'\n"
         "HINT: Choices: Adjustment, Credit, Purchase, Tax, Usage."},
        {"total_amount: cost", "total_amount: {from: cost, default: none}",
         "jobs/acme.yaml:25:23: streams.usage.mapping.columns.total_amount: 'none' is no number"},
        {"currency_code: currency", "currency_code: {from: currency, constant: EUR}",
         "jobs/acme.yaml:20:24: streams.usage.mapping.columns.currency_code: says twice where the value "
         "comes from\n"
         "HINT: Use one of from, constant, partition, window, job, add, subtract, multiply, sum, units with "
         "nanos, concat."},
        {"currency_code: currency", "currency_code: {required: true}",
         "jobs/acme.yaml:20:24: streams.usage.mapping.columns.currency_code: says not where the value comes "
         "from\n"
         "HINT: Use one of from, constant, partition, window, job, add, subtract, multiply, sum, units with "
         "nanos, concat."},
        {"total_amount: cost", "total_amount: {units: a, nanos: b, constant: \"1\"}",
         "jobs/acme.yaml:25:23: streams.usage.mapping.columns.total_amount: says twice where the value comes "
         "from\n"
         "HINT: Use one of from, constant, partition, window, job, add, subtract, multiply, sum, units with "
         "nanos, concat."},
        {"total_amount: cost", "total_amount: {units: a, constant: \"1\"}",
         "jobs/acme.yaml:25:23: streams.usage.mapping.columns.total_amount: `units` and `nanos` go "
         "together\nHINT: For whole units alone use `from`."},
        {"currency_code: currency", "currency_code: {add: [a, b]}",
         "jobs/acme.yaml:20:24: streams.usage.mapping.columns.currency_code: currency_code is no number: it "
         "cannot be calculated"},
        {"        total_amount: cost\n", "",
         "jobs/acme.yaml:18:9: streams.usage.mapping.columns: column 'total_amount' is missing\nHINT: Every "
         "line needs it."},
    });
}

TEST(JobLoader, an_identity_must_be_able_to_tell_lines_apart) {
    expect_problems({
        {"[charge_date, sku_code, currency_code]", "[charge_date, sku_code]",
         "jobs/acme.yaml:16:27: streams.usage.mapping.identity.columns: 'currency_code' is missing\nHINT: "
         "Amounts of two days or currencies are never one line."},
        {"[charge_date, sku_code, currency_code]", "[charge_date, currency_code, service_code]",
         "jobs/acme.yaml:16:56: streams.usage.mapping.identity.columns[2]: column 'service_code' has no "
         "source\nHINT: Map it under columns."},
        {"total_amount: cost", "total_amount: cost\n        service_name: product\n        meter_name: x",
         ""},
    });
    auto const amount =
        problems(with("[charge_date, sku_code, currency_code]", "[charge_date, currency_code, list_cost]"));
    EXPECT_TRUE(amount.starts_with("jobs/acme.yaml:16:56: streams.usage.mapping.identity.columns[2]: "
                                   "expected one of billing_account_id, "))
        << amount;
}

TEST(JobLoader, secrets_are_references_and_never_repeated) {
    constexpr std::string_view kHint = "HINT: Write {credential: NAME}, {file: /PATH} or {env: NAME}; the "
                                       "value itself must not stand in a file.";
    EXPECT_EQ(problems(with("{credential: acme_token}", "hunter2")),
              "jobs/acme.yaml:8:33: http.auth[0].secret: expected a reference to a secret\n" +
                  std::string(kHint));
    EXPECT_EQ(problems(with("{credential: acme_token}", "{env: hunter-2}")),
              "jobs/acme.yaml:8:39: http.auth[0].secret.env: expected the name of an environment variable");
    EXPECT_EQ(problems(with("http:\n", "http:\n  headers: {X-Api-Key: hunter2}\n")),
              "jobs/acme.yaml:7:24: http.headers.X-Api-Key: a secret must not stand in a file\nHINT: Secrets "
              "belong under http.auth, as references.");
    EXPECT_EQ(problems(with("description: An example", "description: ghp_hunter2")),
              "jobs/acme.yaml:3:14: description: this looks like a secret\nHINT: Write {credential: NAME}, "
              "{file: /PATH} or {env: NAME} under http.auth.");
    EXPECT_EQ(problems(std::string(kGood),
                       "version: 1\nwarehouse: {connection: \"postgresql://me:hunter2@db/x\"}\n"),
              "billhouse.yaml:2:25: warehouse.connection: a password must not stand in a file\nHINT: Give it "
              "as a reference: password: {credential: NAME}.");
}

TEST(JobLoader, a_base_url_is_https_or_loopback_and_nothing_but_a_place) {
    struct Url {
        std::string_view url, problem;
    };
    for (auto const& [url, problem] : std::initializer_list<Url>{
             {"https://api.example.com", ""},
             {"https://api.example.com:8443/a/b", ""},
             {"http://localhost:8080", ""},
             {"http://127.0.0.1:1", ""},
             {"http://[::1]:1", ""},
             {"http://api.example.com", "http is only allowed to a loopback host"},
             {"http://127.0.0.1.example.com", "http is only allowed to a loopback host"},
             {"https://me:pw@api.example.com", "a URL with a user name or password is refused"},
             {"https://api.example.com?x=1", "a base URL ends before '?' and '#'"},
             {"https://api.example.com/", "a base URL must not end with '/'"},
             {"ftp://api.example.com", "expected https://HOST[:PORT][/PATH]"},
             {"https://", "expected https://HOST[:PORT][/PATH]"},
             {"https://a b", "expected https://HOST[:PORT][/PATH]"},
         }) {
        auto const expected =
            problem.empty() ? std::string()
                            : "jobs/acme.yaml:7:13: http.base_url: " + std::string(problem) +
                                  "\nHINT: Secrets belong under http.auth, parameters under request.query.";
        std::string text = with("\"{settings.base}/v1\"", "\"" + std::string(url) + "\"");
        text.replace(text.find(", base: \"https://api.example.com\""), 33, "");
        EXPECT_EQ(problems(text), expected) << url;
    }
}

TEST(JobLoader, settings_are_checked_in_both_files) {
    EXPECT_EQ(
        problems(with("\"{settings.currency}\"", "\"{settings.curency}\"")),
        "jobs/acme.yaml:4:12: settings.currency: setting is not used\n"
        "HINT: Write \"{settings.currency}\" where its value belongs, or remove it.\n"
        "jobs/acme.yaml:5:101: source.currency: unknown setting 'curency'\nHINT: did you mean `currency`?\n"
        "jobs/acme.yaml:5:101: source.currency: expected a currency code of three upper-case letters, found "
        "the text '{settings.curency}'\n"
        "HINT: Use ISO 4217 codes such as USD.");
    EXPECT_EQ(problems(std::string(kGood), "version: 1\njobs:\n  acme:\n    settings: {curency: USD}\n"),
              "billhouse.yaml:4:16: jobs.acme.settings.curency: unknown key\nHINT: did you mean `currency`?");
    EXPECT_EQ(problems(std::string(kGood), "version: 1\njobs:\n  acme:\n    settings: {currency: dollars}\n"),
              "jobs/acme.yaml:5:101: source.currency: expected a currency code of three upper-case letters, "
              "found 'dollars' "
              "(set in billhouse.yaml:4:26)\nHINT: Use ISO 4217 codes such as USD.");
    EXPECT_EQ(problems(std::string(kGood), "version: 1\njobs: {acne: {}}\n"),
              "billhouse.yaml:2:8: jobs.acne: there is no such job\nHINT: did you mean `acme`?");
}

TEST(JobLoader, a_control_total_says_what_its_kind_needs_and_nothing_else) {
    auto const check = [](std::string const& keys) {
        return problems(with("    records: {path: data.rows}",
                             "    records: {path: data.rows}\n    checks:\n      c: {" + keys + "}"));
    };
    EXPECT_NE(check("kind: sum, expected: total").find("missing key 'column', which kind: sum needs"),
              std::string::npos);
    EXPECT_NE(check("kind: count, expected: total, column: list_cost")
                  .find("'column' means nothing with kind: count"),
              std::string::npos);
    EXPECT_NE(check("kind: documents, column: list_cost, header: amount").find("there are no documents"),
              std::string::npos);
    EXPECT_NE(check("kind: products, column: list_cost, factors: [quantity]").find("expected two measures"),
              std::string::npos);
    EXPECT_NE(check("kind: sum, column: sku_code, expected: total").find("expected one of"),
              std::string::npos);
    EXPECT_NE(check("kind: sum, column: list_cost, expected: t, tolerance: -1").find("expected number >= 0"),
              std::string::npos);
    EXPECT_NE(check("kind: sum, column: list_cost, expected: t, request: {path: \"/x?p={page.number}\"}")
                  .find("must be a single page"),
              std::string::npos);
    auto const everything = with(
        "    window: {earliest",
        "    checks: {c: {kind: sum, column: list_cost, expected: t}}\n    window: {fetch: all, earliest");
    EXPECT_NE(problems(everything).find("slices are checked one by one"), std::string::npos);
}

TEST(JobLoader, a_response_rule_needs_a_condition) {
    EXPECT_EQ(problems(with("    records:", "    response: {rules: [{then: retry}]}\n    records:")),
              "jobs/acme.yaml:14:24: streams.usage.response.rules[0]: a rule needs a condition\nHINT: Give "
              "status, header or matches, or several of them.");
    EXPECT_EQ(
        problems(with("    records:",
                      "    response: {rules: [{status: 404, then: empty, wait: 1s}]}\n    records:")),
        "jobs/acme.yaml:14:57: streams.usage.response.rules[0].wait: `wait` needs `then: rate_limited`");
}

TEST(JobLoader, text_as_long_as_a_file_may_be_is_refused_wherever_a_short_form_is_expected) {
    std::string const many(200'000, 'a'), digits(200'000, '1');
    EXPECT_NE(problems(with("https://api.example.com", "https://" + many)), "");
    EXPECT_NE(problems(with("code: acme", "code: " + many)), "");
    EXPECT_NE(problems(with("credential: acme_token", "env: " + many)), "");
    EXPECT_NE(problems(with("[{kind: bearer,", "[{kind: header, name: " + many + ",")), "");
    EXPECT_NE(problems(std::string(kGood), "warehouse: {connection: " + many + "}"), "");
    auto const ignored = [&](std::string const& status) {
        return with("records: {path",
                    "response: {rules: [{status: " + status + ", then: fail}]}\n    records: {path");
    };
    EXPECT_EQ(problems(ignored("404")), "");
    EXPECT_NE(problems(ignored(digits)), "");
}

} // namespace
} // namespace billhouse
