#include "run/preview.hpp"

#include "run/child_records.hpp"
#include "run/connection_check.hpp"
#include "run/partitions.hpp"
#include "run/vendor_connection.hpp"
#include "transform/star_mapper.hpp"

#include <fmt/format.h>

namespace billhouse {

namespace {

void list_fields(JsonTree const& tree, JsonNode const& node, std::string const& path,
                 std::vector<std::pair<std::string, std::string>>& fields) {
    auto const is_container = node.kind == JsonKind::object || node.kind == JsonKind::array;
    if (!is_container || node.children == 0) {
        std::string text;
        tree.write(node, text);
        fields.emplace_back(path, std::move(text));
        return;
    }
    std::size_t index = 0;
    for (auto const* child = tree.first_child(node); child != nullptr; child = tree.next(*child), ++index) {
        auto const name = node.kind == JsonKind::array ? std::to_string(index) : std::string(child->key);
        list_fields(tree, *child, path.empty() ? name : path + '.' + name, fields);
    }
}

PreviewedRecord preview_record(SeriesRequest const& request, RecordView const& record) {
    PreviewedRecord previewed;
    list_fields(record.tree, record.tree.root(), "", previewed.fields);
    StarMapper mapper(request.job.source, request.stream, request.partition);
    if (request.stream.window.fetch == WindowSpec::Fetch::slice) mapper.expect_only(request.from, request.to);
    mapper.begin_page(0);
    mapper.map(record);
    mapper.commit_page();
    previewed.rows = mapper.finish();
    return previewed;
}

StreamPreview preview_stream(SeriesRequest const& request, VendorClient& client, RunContext& context,
                             std::size_t count) {
    StreamPreview preview;
    preview.stream = request.job.name + '.' + request.stream.name;
    auto const restart = [&] { preview.shown.clear(); };
    auto const show = [&](RecordView const& record) {
        if (preview.shown.size() < count) preview.shown.push_back(preview_record(request, record));
    };
    ParentPage parents;
    auto const keep = [&](RecordView const& record) {
        if (parents.size() < count) parents.add(record);
    };
    bool const has_children = request.stream.records.children.has_value();
    auto const paginator = make_paginator(request.stream.pagination);
    auto const page =
        PageReader(request, client, context.stop)
            .read(paginator->first(), has_children ? RecordReceiver{[&] { parents.clear(); }, keep}
                                                   : RecordReceiver{restart, show});
    if (has_children) {
        read_children(request, client, context.stop, parents);
        parents.map_to(request.stream.records.children->as, show);
    }
    preview.request = page.stored.page.url;
    preview.status = page.stored.page.status;
    preview.records = page.facts.records;
    preview.total = page.facts.total;
    auto const next = paginator->next(page.facts);
    preview.next = next ? fmt::format("page {} would follow", next->number)
                        : "the series ends here: " + paginator->proof().how;
    return preview;
}

} // namespace

std::vector<StreamPreview> preview_job(RunContext& context, JobDefinition const& job, std::size_t count,
                                       std::optional<Date> until) {
    VendorConnection vendor(context, job);
    std::vector<StreamPreview> previews;
    for (auto const& stream : job.streams) {
        auto const partitions = partitions_of(context, job, stream, &vendor.client());
        if (partitions.empty()) continue; // there is a warning of it
        auto const request = newest_window(context, job, stream, partitions.front(), until);
        previews.push_back(preview_stream(request, vendor.client(), context, count));
    }
    return previews;
}

} // namespace billhouse
