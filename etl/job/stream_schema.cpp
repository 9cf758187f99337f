#include "job/job_schema.hpp"
#include "job/mapping_schema.hpp"
#include "job/records_schema.hpp"
#include "job/stream_checks.hpp"
#include "job/template_text.hpp"
#include "job/value_shapes.hpp"

namespace billhouse {

namespace {

using std::chrono::hours;
using std::chrono::seconds;

MappingShape<RequestTemplate> request_shape() {
    using R = RequestTemplate;
    MappingShape<R> keys;
    keys.optional("method", &R::method, choice<std::string>({{"GET", "GET"}, {"POST", "POST"}}), {"GET"},
                  {"HTTP method.", "POST"})
        .required("path", &R::path, template_text(),
                  {"Appended to http.base_url; begins with '/'.", "/api/v1/billing/detail/list"})
        .optional("query", &R::query, table_of(template_text()), {"{}"},
                  {"Query parameters, encoded for you; one that comes out empty is left out.",
                   "{startDate: \"{window.start:%Y%m%d}\"}"})
        .optional("headers", &R::headers, table_of(template_text(), header_problem), {"{}"},
                  {"Further headers.", "{X-Version: \"2\"}"})
        .optional("body", &R::body, template_text(), {},
                  {"Body, sent as application/json; a literal '{' is written '{{'.",
                   "'{{\"page\": {page.number}}'"})
        .check(check_request);
    return keys;
}

MappingShape<WindowSpec> window_shape() {
    using W = WindowSpec;
    MappingShape<W> lookback;
    lookback
        .optional("days", &W::lookback_days, integer(0, 3660), {"0"},
                  {"Complete slices so many days before the watermark are read again.", "7"})
        .optional(
            "previous_month_until_day", &W::previous_month_until_day, integer(0, 31), {"0"},
            {"The whole previous month is read again up to and including this day of a month; 0 = never.",
             "4"});
    MappingShape<W> keys;
    keys.accept("step", step(),
                [](W& window, Step value) {
                    window.unit = value.unit;
                    window.count = value.count;
                },
                {"Length of a slice in days or calendar months, counted from `earliest`.", "1 month"}, false,
                {"1 day"})
        .optional("fetch", &W::fetch, choice<W::Fetch>({{"slice", W::Fetch::slice}, {"all", W::Fetch::all}}),
                  {"slice"},
                  {"slice: one series of requests a slice. all: the vendor cannot filter by date, so "
                   "everything is read once a run and cut into slices.",
                   "all"})
        .required("earliest", &W::earliest, calendar_date(),
                  {"First day that is ever read, in the billing zone.", "2023-01-01"})
        .optional("lag", &W::lag_days, days(0, 366), {"1 day"},
                  {"The newest slice ends so many days before the end of today in the billing zone; 1 day = "
                   "yesterday is the newest.",
                   "0 days"})
        .group(
            "lookback", lookback, false,
            {"What is read again, for the vendor may restate it.", "{days: 7, previous_month_until_day: 4}"})
        .check(check_window);
    return keys;
}

MappingShape<Pagination> pagination_shape() {
    using P = Pagination;
    MappingShape<P> keys;
    keys.required("kind", &P::kind,
                  choice<P::Kind>({{"none", P::Kind::none}, {"page_number", P::Kind::page_number}}),
                  {"none: one request holds everything. page_number: pages until `total` is reached or a "
                   "page is empty.",
                   "page_number"})
        .optional("first", &P::first_page, integer(0, 1), {"1"}, {"Number of the first page.", "1"})
        .optional("size", &P::page_size, integer(1, 1'000'000), {},
                  {"Records asked for a page; needed where {page.size} or {page.offset} is used.", "100"})
        .optional(
            "total", &P::total, path(), {},
            {"Where the vendor says how many records there are in all; fewer or more is an error.", "total"})
        .optional("max_pages", &P::max_pages, integer(1, 1'000'000), {"10000"},
                  {"More pages are an error: an endless series.", "1000"})
        .check(check_pagination);
    return keys;
}

Shape<ResponseRule> rule_shape() {
    using R = ResponseRule;
    using A = ResponseAction;
    MappingShape<R> keys;
    keys.optional("status", &R::status, integer(100, 599), {}, {"HTTP status.", "401"})
        .optional("path", &R::path, path(), {},
                  {"Where in the body the text stands that `matches` is held against.", "errorCode"})
        .optional("matches", &R::pattern, text(), {},
                  {"Text with * for any run of characters; without `path` against the whole body.",
                   "ft.Trigger*CurrentLimiting"})
        .required("then", &R::action,
                  choice<A>({{"ok", A::ok},
                             {"empty", A::empty},
                             {"retry", A::retry},
                             {"rate_limited", A::rate_limited},
                             {"refused", A::refused},
                             {"fail", A::fail}}),
                  {"ok: a page. empty: a page without records. retry: transient. rate_limited: wait, then "
                   "again. refused: wrong credentials. fail: an error.",
                   "rate_limited"})
        .optional("wait", &R::wait, duration(seconds(0), hours(24)), {},
                  {"rate_limited without a Retry-After: how long.", "60s"})
        .check(check_rule);
    return keys.shape();
}

MappingShape<ResponseSpec> response_shape() {
    using R = ResponseSpec;
    MappingShape<R> keys;
    keys.accept("ok_when", table_of(json_scalar(), path_problem),
                [](R& response, std::vector<std::pair<std::string, Scalar>> conditions) {
                    for (auto& [at, value] : conditions)
                        response.ok_when.emplace_back(*parse_path(at).value, std::move(value));
                },
                {"Paths and the values that must stand there in a good body. Quoted is text, else true, "
                 "false, null or a number.",
                 "{success: true, errorCode: \"\"}"})
        .optional("trace_id", &R::trace_id, path(), {},
                  {"The vendor's own id of the answer, kept with each page.", "traceId"})
        .optional("message", &R::message, path(), {},
                  {"The vendor's words on a failure, shown in errors.", "message"})
        .optional("rules", &R::rules, sequence_of(rule_shape()), {"[]"},
                  {"Exceptions to the usual meaning of a status; the first that matches decides.",
                   "[{status: 404, then: empty}]"});
    return keys;
}

MappingShape<LoadLimits> load_shape() {
    using L = LoadLimits;
    MappingShape<L> keys;
    keys.optional("max_vanish", &L::max_vanish_permille, share(), {"50%"},
                  {"A slice that would lose a larger share of its lines is held for a person.", "50%"})
        .optional("max_rejects", &L::max_rejects, integer(0, 1'000'000'000), {"1000"},
                  {"More rejected records fail the slice.", "1000"})
        .optional("max_reject_share", &L::max_reject_permille, share(), {"1%"},
                  {"A larger share of rejected records fails the slice; a single one never does.", "1%"});
    return keys;
}

} // namespace

MappingShape<StreamDefinition> stream_shape() {
    using S = StreamDefinition;
    MappingShape<S> keys;
    keys.required("request", &S::request, request_shape().shape(), {"What is sent.", {}})
        .optional("partitions", &S::partitions, sequence_of(text(), 1), {"[]"},
                  {"One series of requests, watermark and ledger for each value of {partition}.",
                   "[\"1001\", \"1007\"]"})
        .required("window", &S::window, window_shape().shape(),
                  {"How history is cut into slices and requests.", {}})
        .required("pagination", &S::pagination, pagination_shape().shape(),
                  {"How one window's pages follow each other.", "{kind: none}"})
        .optional("response", &S::response, response_shape().shape(), {}, {"What an answer means.", {}})
        .required("records", &S::records, records_shape().shape(),
                  {"Where the records stand.", "{path: content}"})
        .required("mapping", &S::mapping, mapping_shape().shape(), {"From vendor record to star row.", {}})
        .optional("load", &S::load, load_shape().shape(), {},
                  {"Limits beyond which a slice waits for a person.", {}})
        .check(check_stream);
    return keys;
}

} // namespace billhouse
