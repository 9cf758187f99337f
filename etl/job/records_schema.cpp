#include "job/records_schema.hpp"

#include "base/text.hpp"
#include "job/job_schema.hpp"
#include "job/paging_schema.hpp"
#include "job/stream_checks.hpp"
#include "job/template_text.hpp"
#include "job/value_shapes.hpp"

#include <fmt/format.h>

#include <initializer_list>

namespace billhouse {

namespace {

using Format = RecordsSpec::Format;
using Compression = RecordsSpec::Compression;
using Kind = RecordsSpec::Shape;

void refuse(std::initializer_list<char const*> keys, std::string const& why, std::string const& hint,
            YamlNode const& node, Reading& reading) {
    for (auto const* key : keys)
        if (auto const* const given = node.find(key))
            reading.report(*given, fmt::format("'{}' means nothing with {}", key, why), hint);
}

MappingShape<ChildrenSpec> children_keys() {
    using C = ChildrenSpec;
    MappingShape<C> keys;
    keys.required("as", &C::as, text(),
                  {"Field of the record that the list becomes; one that the record has not.", "all_lines"})
        .required("request", &C::request, named("request", request_shape()),
                  {"What is sent; {record.PATH} is a field of the record.", {}})
        .optional("pagination", &C::pagination, named("pagination", pagination_shape()), {},
                  {"How the list's pages follow each other; left out: one page.", "{kind: none}"})
        .optional("path", &C::path, path(), {},
                  {"Where the list stands in its answer; left out: the body is the list.", "data"});
    return keys;
}

MappingShape<LineCondition> condition_keys() {
    MappingShape<LineCondition> keys;
    keys.required("path", &LineCondition::path, value_path(),
                  {"The field that is looked at, seen from a line.", "category"})
        .optional("in", &LineCondition::in, sequence_of(text_or_empty(), 1), {},
                  {"Only lines with one of these texts are loaded; a missing field is none of them.",
                   "[calls, sms]"})
        .optional("not_in", &LineCondition::not_in, sequence_of(text_or_empty(), 1), {},
                  {"Lines with one of these texts are not loaded; a missing field is none of them.",
                   "[totalprice]"})
        .check([](LineCondition& condition, YamlNode const& node, Reading& reading) {
            if (condition.in.empty() == condition.not_in.empty())
                reading.report(node, "say either `in` or `not_in`",
                               "For both, write two conditions: all of them must hold.");
        });
    return keys;
}

void check_children(RecordsSpec const& records, YamlNode const& node, Reading& reading) {
    auto const& children = *records.children;
    auto const& at = *node.find("children");
    if (records.explode.empty() || records.explode[0].keys != std::vector{children.as})
        reading.report(
            at, fmt::format("nothing is made of '{}'", printable(children.as, 80)),
            fmt::format("Set explode: {}, so that each of the list is a line.", printable(children.as, 80)));
    if (records.format != Format::json || records.shape == Kind::map)
        reading.report(at, "only records that are JSON objects can have children");
    if (!uses_any(children.request, {Placeholder::Name::record}))
        reading.report(*at.find("request"), "every record would get the same children",
                       "Put {record.PATH} into the request, such as {record.id}.");
}

void check_records(RecordsSpec& records, YamlNode const& node, Reading& reading) {
    if (!records.map_key.empty()) {
        if (records.shape == Kind::single)
            reading.report(*node.find("single"), "`single` and `map` exclude each other",
                           "The object is the record, or its members are.");
        if (records.map_key == records.map_value)
            reading.report(*node.find("map"), "key and value cannot become the same field");
        records.shape = Kind::map;
    }
    if (records.children) check_children(records, node, reading);
    if (records.format != Format::csv) refuse({"csv"}, "another format", "Set format: csv.", node, reading);
    constexpr auto kHint = "Every line or row is a record; there is nothing around them.";
    if (records.format == Format::json_lines)
        refuse({"path", "single", "map"}, "format: jsonl", kHint, node, reading);
    if (records.format == Format::csv) {
        refuse({"path", "single", "map"}, "format: csv", kHint, node, reading);
        refuse({"explode"}, "format: csv", "Values of CSV are text.", node, reading);
    }
}

MappingShape<RecordsSpec> csv_keys() {
    MappingShape<RecordsSpec> keys;
    keys.optional("delimiter", &RecordsSpec::csv_delimiter,
                  choice<char>({{",", ','}, {";", ';'}, {"|", '|'}, {"tab", '\t'}}), {","},
                  {"What stands between two fields.", "\";\""});
    return keys;
}

MappingShape<RecordsSpec> map_keys() {
    MappingShape<RecordsSpec> keys;
    keys.required("key", &RecordsSpec::map_key, text(), {"Field that a member's name becomes.", "product"})
        .optional(
            "value", &RecordsSpec::map_value, text(), {},
            {"Field that a member's value becomes; left out: the value is an object, and its fields are "
             "the record's.",
             "cost"});
    return keys;
}

void refuse_envelope(StreamDefinition const& stream, YamlNode const& node, Reading& reading) {
    auto const refuse = [&](YamlNode const* at) {
        if (at != nullptr)
            reading.report(*at, "there is no envelope to look into",
                           "Only format: json has something around its records.");
    };
    auto const& pagination = *node.find("pagination");
    for (auto const* key : {"total", "pages", "has_more", "size_from", "url"})
        refuse(pagination.find(key));
    if (auto const* const cursor = pagination.find("cursor")) refuse(cursor->find("body"));
    if (!stream.response.ok_when.empty()) refuse(node.find("response")->find("ok_when"));
    for (auto const& check : stream.checks)
        if (check.expected && !check.request) refuse(node.find("checks")->find(check.name)->find("expected"));
}

} // namespace

MappingShape<RecordsSpec> records_shape() {
    using R = RecordsSpec;
    MappingShape<R> keys;
    keys.optional(
            "format", &R::format,
            choice<Format>({{"json", Format::json}, {"jsonl", Format::json_lines}, {"csv", Format::csv}}),
            {"json"},
            {"json: one document. jsonl: one document a line. csv: a header row, then a record a row, "
             "all values text.",
             "csv"})
        .optional(
            "compression", &R::compression,
            choice<Compression>({{"none", Compression::none}, {"gzip", Compression::gzip}}), {"none"},
            {"gzip: the body itself is a gzip file; a Content-Encoding is undone without this.", "gzip"})
        .group("csv", csv_keys(), false, {"How format: csv is written.", "{delimiter: \";\"}"})
        .optional("path", &R::path, path(), {},
                  {"Where the array of records stands; left out: the body is the array. The key * stands for "
                   "every element or member.",
                   "content"})
        .accept("single", boolean(),
                [](R& records, bool value) { records.shape = value ? Kind::single : Kind::array; },
                {"The object at `path` is the only record.", "true"}, false, {"false"})
        .group("map", map_keys(), false,
               {"The members of the object at `path` are the records.", "{key: product, value: cost}"})
        .optional(
            "explode", &R::explode, one_or_more(path()), {},
            {"Array within a record: one line for each of its elements. A list goes through arrays within "
             "arrays.",
             "[results, items]"})
        .optional(
            "id", &R::id, one_or_more(path()), {},
            {"Tells records apart across pages: the same one again is paging overlap, with other content "
             "an error. A list: all of them together.",
             "id"})
        .optional(
            "children", &R::children, children_keys().shape(), {},
            {"A list that the vendor serves apart for each record, such as an invoice's lines: one call "
             "a record.",
             "{as: lines, request: {path: \"/v1/invoices/{record.id}/lines\"}, path: data}"})
        .optional("where", &R::where, sequence_of(condition_keys().shape()), {},
                  {"Which lines are charges of this stream; the others are not loaded, and not counted as "
                   "read. All "
                   "conditions must hold.",
                   "[{path: category, not_in: [totalprice]}]"})
        .check(check_records);
    return keys;
}

void check_records_use(StreamDefinition const& stream, YamlNode const& node, Reading& reading) {
    if (stream.records.format != Format::json) refuse_envelope(stream, node, reading);
    if (stream.mapping.document && stream.records.explode.size() > 1)
        reading.report(*node.find("mapping")->find("document"), "a document's lines are one level below it",
                       "Leave `document` out, or explode one array only.");
    if (stream.mapping.document && !stream.records.where.empty())
        reading.report(*node.find("records")->find("where"),
                       "lines of a document add up to it: none is left out",
                       "Leave `document` out, or let the mapping give such lines an amount of 0.");
}

} // namespace billhouse
