#include "job/stream_checks.hpp"

#include "base/text.hpp"
#include "job/check_schema.hpp"
#include "job/placeholder_checks.hpp"
#include "job/records_schema.hpp"
#include "job/template_text.hpp"
#include "job/value_shapes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <regex>

namespace billhouse {

namespace {

using Name = Placeholder::Name;

void check_partitions(StreamDefinition const& stream, YamlNode const& node, Reading& reading) {
    bool const is_used = uses_any(stream.request, {Name::partition});
    if (is_used && !stream.is_partitioned())
        reading.report(*node.find("request"), "{partition} is used, but there are no partitions",
                       "List them: partitions: [\"1001\", \"1007\"]");
    if (!is_used && stream.is_partitioned())
        reading.report(*node.find("partitions"), "every partition would read the same",
                       "Put {partition} into the request.");
    auto sorted = stream.partitions;
    std::sort(sorted.begin(), sorted.end());
    if (auto const twice = std::adjacent_find(sorted.begin(), sorted.end()); twice != sorted.end())
        reading.report(*node.find("partitions"), fmt::format("'{}' is listed twice", printable(*twice, 80)));
}

/// The call that lists the partitions knows no window and no partition yet.
void check_partition_request(StreamDefinition const& stream, YamlNode const& node, Reading& reading) {
    if (!stream.partition_request) return;
    auto const& request = *node.find("partitions")->find("request");
    if (uses_any(stream.partition_request->request,
                 {Name::partition, Name::window_start, Name::window_end, Name::window_last}))
        reading.report(request, "the call that lists the partitions comes before any window or partition",
                       "Remove {window...} and {partition}.");
}

int steps_up(ValueSource const& source) {
    int most = source.path.up;
    for (auto const& operand : source.operands)
        most = std::max(most, steps_up(operand));
    return most;
}

bool reads(ValueSource const& source, ValueSource::Kind kind) {
    return source.kind == kind || std::any_of(source.operands.begin(), source.operands.end(),
                                              [kind](auto const& each) { return reads(each, kind); });
}

void check_window_sources(StreamDefinition const& stream, YamlNode const& node, Reading& reading) {
    bool const is_slice = stream.window.fetch == WindowSpec::Fetch::slice;
    if (is_slice && !stream.window.has_pieces()) return;
    auto const& columns = *node.find("mapping")->find("columns");
    for (std::size_t i = 0; i < stream.mapping.columns.size(); ++i)
        for (auto const& source : stream.mapping.columns[i].from)
            if (reads(source, ValueSource::Kind::window))
                reading.report(columns.members[i].value,
                               is_slice
                                   ? "a slice is asked for in pieces, but the window is the whole slice's"
                                   : "window.fetch is all: records belong to no window",
                               "Take the date from a field of the record.");
}

/// "parent." and {partition: true} in one set of columns.
void check_sources(std::vector<ColumnRule> const& rules, int most_up, bool has_partitions,
                   YamlNode const& node, Reading& reading) {
    for (std::size_t i = 0; i < rules.size(); ++i)
        for (auto const& source : rules[i].from) {
            if (steps_up(source) > most_up)
                reading.report(node.members[i].value, "'parent.' leads nowhere from here",
                               most_up > 0 ? fmt::format("Lines are {} level{} below their record.", most_up,
                                                         most_up == 1 ? "" : "s")
                                           : "It only makes sense for lines of records.explode.");
            if (reads(source, ValueSource::Kind::partition) && !has_partitions)
                reading.report(node.members[i].value, "there are no partitions", {});
        }
}

void check_mapping_sources(StreamDefinition const& stream, YamlNode const& node, Reading& reading) {
    auto const& mapping = *node.find("mapping");
    int const up = static_cast<int>(stream.records.explode.size());
    bool const partitions = stream.is_partitioned();
    check_sources(stream.mapping.columns, up, partitions, *mapping.find("columns"), reading);
    if (!stream.mapping.document) return;
    auto const& document = *mapping.find("document");
    check_sources(stream.mapping.document->columns, 0, partitions, *document.find("columns"), reading);
    if (auto const* const money = document.find("line_money"))
        check_sources(stream.mapping.document->line_money, 0, partitions, *money, reading);
    if (stream.mapping.document->id.up > up)
        reading.report(*document.find("id"), "'parent.' leads nowhere from here", {});
}

} // namespace

std::string path_problem(std::string const& path) {
    return parse_path(path).problem;
}

void check_window(WindowSpec& window, YamlNode const& node, Reading& reading) {
    using namespace std::chrono;
    if (window.unit == WindowSpec::Unit::month && year_month_day(window.earliest).day() != day(1))
        reading.report(*node.find("earliest"), "slices of months begin on the first of a month",
                       "Set earliest to a first of a month.");
    if (window.earliest < sys_days(year(2015) / 1 / 1) || window.earliest >= sys_days(year(2045) / 1 / 1))
        reading.report(*node.find("earliest"),
                       "must be 2015-01-01 .. 2044-12-31, the days that the warehouse knows");
    if (window.fetch == WindowSpec::Fetch::all && window.request_hours + window.request_days > 0)
        reading.report(*node.find("request_step"), "'request_step' means nothing with fetch: all");
}

void check_rule(ResponseRule& rule, YamlNode const& node, Reading& reading) {
    if (rule.status.empty() && !rule.header && !rule.pattern)
        reading.report(node, "a rule needs a condition",
                       "Give status, header or matches, or several of them.");
    if (rule.path && !rule.pattern)
        reading.report(node, "`path` needs `matches`", "`matches: \"*\"` holds for any text there.");
    if (rule.wait && rule.action != ResponseAction::rate_limited)
        reading.report(*node.find("wait"), "`wait` needs `then: rate_limited`");
}

void check_stream(StreamDefinition& stream, YamlNode const& node, Reading& reading) {
    check_placeholders(stream, node, reading);
    check_partitions(stream, node, reading);
    check_partition_request(stream, node, reading);
    check_mapping_sources(stream, node, reading);
    if (uses_any(stream.request, {Placeholder::Name::record}))
        reading.report(*node.find("request"), "{record...} is for records.children.request only");
    check_control_checks(stream, node, reading);
    check_window_sources(stream, node, reading);
    check_records_use(stream, node, reading);
}

void check_job(JobDefinition& job, YamlNode const& node, Reading& reading) {
    if (job.streams.empty()) reading.report(node, "a job needs at least one stream under 'streams'");
    for (auto const& [name, value] : job.http.headers)
        for (auto const placeholder :
             {Name::page_number, Name::page_size, Name::page_offset, Name::page_cursor, Name::partition,
              Name::window_start, Name::window_end, Name::window_last, Name::window_last_second})
            if (value.uses(placeholder)) {
                reading.report(*node.find("http")->find("headers")->find(name),
                               "placeholders belong in a stream's request.headers");
                break;
            }
}

} // namespace billhouse
