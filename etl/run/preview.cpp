#include "run/preview.hpp"

#include "run/child_records.hpp"
#include "run/connection_check.hpp"
#include "run/partitions.hpp"
#include "run/preview_warnings.hpp"
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

class StreamPreviewer {
public:
    StreamPreviewer(SeriesRequest const& request, VendorClient& client, RunContext& context,
                    std::size_t count)
        : request_(request), client_(client), context_(context), count_(count),
          mapper_(request.job.source, request.stream, request.partition) {
        if (request.stream.window.fetch == WindowSpec::Fetch::slice)
            mapper_.expect_only(request.from, request.to);
    }

    StreamPreview run() {
        auto const paginator = make_paginator(request_.stream.pagination);
        auto const page = request_.stream.records.children ? read_parents(paginator->first())
                                                           : read_page(paginator->first());
        mapper_.commit_page();
        preview_.warnings = preview_warnings(mapper_.finish());
        describe(page, *paginator);
        return std::move(preview_);
    }

private:
    void begin_page() {
        preview_.shown.clear();
        mapper_.discard_page();
        mapper_.begin_page(0);
    }

    void take(RecordView const& record) {
        mapper_.map(record);
        if (preview_.shown.size() < count_) preview_.shown.push_back(preview_record(request_, record));
    }

    ReadPage read_page(PageRequest const& at) {
        return PageReader(request_, client_, context_.stop)
            .read(at, {[&] { begin_page(); }, [&](RecordView const& record) { take(record); }});
    }

    /// Only the children of the records that are shown are asked for.
    ReadPage read_parents(PageRequest const& at) {
        ParentPage parents;
        auto const keep = [&](RecordView const& record) {
            if (parents.size() < count_) parents.add(record);
        };
        auto page = PageReader(request_, client_, context_.stop).read(at, {[&] { parents.clear(); }, keep});
        begin_page();
        read_children(request_, client_, context_.stop, parents);
        parents.map_to(request_.stream.records.children->as, [&](RecordView const& record) { take(record); });
        return page;
    }

    void describe(ReadPage const& page, Paginator& paginator) {
        preview_.stream = request_.job.name + '.' + request_.stream.name;
        preview_.method = request_.stream.request.method;
        preview_.request = page.stored.page.url;
        preview_.status = page.stored.page.status;
        preview_.records = page.facts.records;
        preview_.total = page.facts.total;
        preview_.next = paginator.next(page.facts) ? "another page would follow"
                                                   : "the series ends here: " + paginator.proof().how;
    }

    SeriesRequest const& request_;
    VendorClient& client_;
    RunContext& context_;
    std::size_t count_;
    StarMapper mapper_;
    StreamPreview preview_;
};

} // namespace

std::vector<StreamPreview> preview_job(RunContext& context, JobDefinition const& job, std::size_t count,
                                       std::optional<Date> until) {
    VendorConnection vendor(context, job);
    std::vector<StreamPreview> previews;
    for (auto const& stream : job.streams) {
        auto const partitions = partitions_of(context, job, stream, &vendor.client());
        if (partitions.empty()) continue; // there is a warning of it
        auto const request = newest_window(context, job, stream, partitions.front(), until);
        previews.push_back(StreamPreviewer(request, vendor.client(), context, count).run());
    }
    return previews;
}

} // namespace billhouse
