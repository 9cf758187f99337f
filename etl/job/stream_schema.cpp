#include "job/check_schema.hpp"
#include "job/job_schema.hpp"
#include "job/json_template.hpp"
#include "job/mapping_schema.hpp"
#include "job/paging_schema.hpp"
#include "job/records_schema.hpp"
#include "job/response_schema.hpp"
#include "job/stream_checks.hpp"
#include "job/template_text.hpp"
#include "job/value_shapes.hpp"

namespace billhouse {

namespace {

void set_query(RequestTemplate& request,
               std::vector<std::pair<std::string, std::vector<Template>>> const& parameters) {
    for (auto const& [name, values] : parameters)
        for (auto const& value : values)
            request.query.emplace_back(name, value);
}

void set_body(RequestTemplate& request, BodyTemplate body) {
    if (auto* const text = std::get_if<Template>(&body))
        request.body = std::move(*text);
    else
        request.json_body = std::move(std::get<JsonTemplate>(body));
}

} // namespace

MappingShape<RequestTemplate> request_shape() {
    using R = RequestTemplate;
    MappingShape<R> keys;
    keys.optional("method", &R::method, choice<std::string>({{"GET", "GET"}, {"POST", "POST"}}), {"GET"},
                  {"HTTP method.", "POST"})
        .required("path", &R::path, template_text(),
                  {"Appended to http.base_url; begins with '/'.", "/api/v1/billing/detail/list"})
        .accept(
            "query", table_of(one_or_more(template_text())), set_query,
            {"Query parameters, encoded for you; one that comes out empty is left out, a list repeats its "
             "name.",
             "{startDate: \"{window.start:%Y%m%d}\", \"group_by[]\": [model, project]}"},
            false, {"{}"})
        .optional("headers", &R::headers, table_of(template_text(), header_problem), {"{}"},
                  {"Further headers.", "{X-Version: \"2\"}"})
        .accept("body", body_template(), set_body,
                {"Body, sent as application/json. In a mapping a text that is only a placeholder is left out "
                 "where that is empty; in text a literal '{' is written '{{'.",
                 "{page: {size: 100, after: \"{page.cursor}\"}}"})
        .check(check_request);
    return keys;
}

namespace {

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
                {"Length of a slice in days or calendar months, counted from `earliest`; a week is 7 days, a "
                 "year 12 months.",
                 "1 month"},
                false, {"1 day"})
        .accept("request_step", request_step(),
                [](W& window, RequestStep value) {
                    window.request_hours = value.hours;
                    window.request_days = value.days;
                },
                {"Longest window of one request, where the vendor limits it: a slice is then asked for in "
                 "pieces, each with its own pages. Hours divide a day.",
                 "1 hour"})
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

/// Of the records of a list only their place matters.
MappingShape<RecordsSpec> list_place_shape() {
    MappingShape<RecordsSpec> keys;
    keys.optional("path", &RecordsSpec::path, path(), {},
                  {"Where the array of records stands; left out: the body is the array.", "results"});
    return keys;
}

/// What the key `partitions` holds.
struct Partitions {
    std::vector<std::string> values;
    std::optional<PartitionRequest> call;
};

MappingShape<LoadLimits> load_shape() {
    using L = LoadLimits;
    MappingShape<L> keys;
    keys.optional("max_vanish", &L::max_vanish_permille, share(), {"50%"},
                  {"A slice that would lose a larger share of its lines is held for a person.", "50%"})
        .optional("max_rejects", &L::max_rejects, integer(0, 1'000'000'000), {"1000"},
                  {"More rejected records fail the slice.", "1000"})
        .optional("max_reject_share", &L::max_reject_permille, share(), {"1%"},
                  {"A larger share of rejected records fails the slice; a single one never does.", "1%"})
        .optional("keep_pages", &L::keep_pages_days, days(1, 36'600), {},
                  {"Raw pages fetched longer ago are dropped, in whole months, after a run; left out: kept "
                   "for ever. `replay` can only use what is kept.",
                   "800 days"});
    return keys;
}

Shape<PartitionRequest> partition_request_shape() {
    using P = PartitionRequest;
    MappingShape<P> keys;
    keys.required("request", &P::request, named("request", request_shape()), {"What is sent.", {}})
        .optional("pagination", &P::pagination, named("pagination", pagination_shape()), {},
                  {"How the list's pages follow each other; left out: one page.", "{kind: none}"})
        .optional("response", &P::response, named("response", response_shape()), {},
                  {"What an answer means, as for the stream itself.", {}})
        .optional("records", &P::records, list_place_shape().shape(), {}, {"Where the list stands.", {}})
        .required("value", &P::value, path(),
                  {"A record's text or whole number that becomes {partition}.", "id"});
    return keys.shape();
}

/// Either the values themselves, or the call that lists them.
Shape<Partitions> partitions_shape() {
    auto const list = sequence_of(text(), 1);
    auto const call = partition_request_shape();
    ValueDescription description;
    description.kind = ValueDescription::Kind::any_of;
    description.words = "list of: text; or the call that lists them, see below";
    description.inner = {list.description, call.description};
    return {description, [list, call](YamlNode const& node, Reading& reading) -> std::optional<Partitions> {
                Partitions partitions;
                if (node.kind == YamlNode::Kind::mapping) {
                    partitions.call = call.read(node, reading);
                    return partitions.call ? std::optional(std::move(partitions)) : std::nullopt;
                }
                auto values = list.read(node, reading);
                if (!values) return std::nullopt;
                partitions.values = std::move(*values);
                return partitions;
            }};
}

} // namespace

MappingShape<StreamDefinition> stream_shape() {
    using S = StreamDefinition;
    MappingShape<S> keys;
    keys.required("request", &S::request, named("request", request_shape()), {"What is sent.", {}})
        .required("window", &S::window, window_shape().shape(),
                  {"How history is cut into slices and requests.", {}})
        .required("pagination", &S::pagination, named("pagination", pagination_shape()),
                  {"How one window's pages follow each other.", "{kind: none}"})
        .optional("response", &S::response, named("response", response_shape()), {},
                  {"What an answer means.", {}})
        .required("records", &S::records, records_shape().shape(),
                  {"Where the records stand.", "{path: content}"})
        .required("mapping", &S::mapping, mapping_shape().shape(), {"From vendor record to star row.", {}})
        .optional("checks", &S::checks, control_checks(), {"{}"},
                  {"Control totals, by a name of your own: numbers that must agree before a slice commits.",
                   "{bill_total: {kind: sum, column: billed_cost, expected: summary.total}}"})
        .optional("load", &S::load, load_shape().shape(), {},
                  {"Limits beyond which a slice waits for a person.", {}})
        .accept(
            "partitions", partitions_shape(),
            [](S& stream, Partitions partitions) {
                stream.partitions = std::move(partitions.values);
                stream.partition_request = std::move(partitions.call);
            },
            {"One series of requests, watermark and ledger for each value of {partition}: listed here, or "
             "by a call at the start of each run.",
             "[\"1001\", \"1007\"]"},
            false, {"[]"})
        .check(check_stream);
    return keys;
}

} // namespace billhouse
