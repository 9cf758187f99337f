#include "run/partitions.hpp"

#include "base/text.hpp"
#include "run/page_reader.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace billhouse {

namespace {

/// The call as a stream of its own, so that its pages are read as any other.
StreamDefinition stream_of_call(StreamDefinition const& stream) {
    auto const& call = *stream.partition_request;
    StreamDefinition list;
    list.name = stream.name;
    list.request = call.request;
    list.pagination = call.pagination;
    list.response = call.response;
    list.records = call.records;
    return list;
}

/// Text, or a number without fraction and exponent.
bool is_value(JsonNode const* node) {
    if (node == nullptr || node->text.empty()) return false;
    if (node->kind == JsonKind::number) return node->text.find_first_of(".eE") == std::string_view::npos;
    return node->kind == JsonKind::string;
}

/// The values of one page. What is wrong with a record is kept until the page is known to be a good one: an
/// error out of the decoder would pass for a broken body.
struct ListedPage {
    std::vector<std::string> values;
    std::optional<Error> problem;

    void add(RecordView const& record, Path const& path) {
        auto const* const node = record.tree.find(record.tree.root(), path);
        if (record.defect.empty() && is_value(node)) {
            values.emplace_back(node->text);
        } else if (!problem) {
            problem.emplace(ErrorKind::data,
                            fmt::format("record {} of the list has no text or whole number at {}: {}",
                                        record.index + 1, to_string(path), printable(record.raw, 200)),
                            "Correct `partitions.value` in the job file, or ask the vendor.");
        }
    }
};

std::vector<std::string> listed_by_vendor(RunContext& context, JobDefinition const& job,
                                          StreamDefinition const& stream, VendorClient& client) {
    auto const list = stream_of_call(stream);
    auto const day = stream.window.earliest; // a list has no window, but a series has one
    SeriesRequest const request{job, list, "", day, day + std::chrono::days(1)};
    PageReader reader(request, client, context.stop);
    auto const paginator = make_paginator(list.pagination);
    std::vector<std::string> values;
    ListedPage listed;
    auto const keep = [&](RecordView const& record) { listed.add(record, stream.partition_request->value); };
    for (std::optional<PageRequest> at = paginator->first(); at;) {
        auto const page = reader.read(*at, {[&] { listed = {}; }, keep});
        if (listed.problem) throw *listed.problem;
        values.insert(values.end(), listed.values.begin(), listed.values.end());
        at = paginator->next(page.facts);
    }
    return values;
}

} // namespace

std::vector<std::string> partitions_of(RunContext& context, JobDefinition const& job,
                                       StreamDefinition const& stream, VendorClient* client) {
    if (!stream.is_partitioned()) return {""};
    if (!stream.partition_request) return stream.partitions;
    try {
        auto values = listed_by_vendor(context, job, stream, *client);
        std::ranges::sort(values);
        values.erase(std::unique(values.begin(), values.end()), values.end());
        if (values.empty())
            context.log.warning("the vendor lists no partitions, so nothing is due",
                                {{"stream", job.name + '.' + stream.name}});
        return values;
    } catch (Error const& error) {
        throw error.within(fmt::format("listing the partitions of {}", stream.name));
    }
}

} // namespace billhouse
