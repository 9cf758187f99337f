#include "run/child_records.hpp"

#include "base/text.hpp"
#include "run/series_inconsistent.hpp"

#include <optional>

namespace billhouse {

namespace {

/// `{"id":1}` and `{"x":2}` become `{"id":1,"lines":[{"x":2}]}`.
std::string with_children(std::string const& raw, std::string const& as, std::string const& children) {
    auto const end = raw.rfind('}');
    if (end == std::string::npos) return raw; // no object: the mapping says what is wrong with it
    auto text = raw.substr(0, end);
    auto const is_empty = trimmed(text).ends_with('{');
    return text + (is_empty ? "" : ",") + json_quoted(as) + ":[" + children + "]}";
}

/// One record's children, from the first page to the end.
void read_list(SeriesRequest const& request, VendorClient& client, std::stop_token const& stop,
               std::size_t parent, ParentPage& page, std::vector<StoredPage>& stored) {
    PageReader reader(request, client, stop);
    auto const paginator = make_paginator(request.stream.pagination);
    for (std::optional<PageRequest> at = paginator->first(); at;) {
        ParentPage found; // of this page only: an answer that is asked for again starts anew
        auto read =
            reader.read(*at, {[&] { found.clear(); }, [&](RecordView const& child) { found.add(child); }});
        page.add_children(parent, found);
        read.stored.parent = static_cast<std::int32_t>(parent);
        stored.push_back(std::move(read.stored));
        at = consistent([&] { return paginator->next(read.facts); });
    }
}

} // namespace

void ParentPage::clear() {
    parents_.clear();
}

void ParentPage::add(RecordView const& record) {
    parents_.push_back({std::string(record.raw), std::string(record.place), record.index});
}

void ParentPage::add_children(std::size_t parent, ParentPage const& found) {
    auto& children = parents_.at(parent).children;
    for (auto const& child : found.parents_)
        children.append(children.empty() ? "" : ",").append(child.raw);
}

void ParentPage::map_to(std::string const& as, RecordSink const& sink) const {
    std::string array = "[";
    for (auto const& parent : parents_)
        array.append(array.size() > 1 ? "," : "").append(with_children(parent.raw, as, parent.children));
    decode_json_page(array + "]", {}, {}, [&](RecordView const& view) {
        auto const& parent = parents_[view.index];
        sink({view.tree, view.raw, parent.index, view.defect, parent.place, {}});
    });
}

StreamDefinition stream_of_children(StreamDefinition const& stream) {
    auto const& children = *stream.records.children;
    StreamDefinition list;
    list.name = stream.name;
    list.window.earliest = stream.window.earliest;
    list.request = children.request;
    list.pagination = children.pagination;
    list.response = stream.response;
    list.records.path = children.path;
    return list;
}

std::vector<StoredPage> read_children(SeriesRequest const& request, VendorClient& client,
                                      std::stop_token const& stop, ParentPage& page) {
    auto const list = stream_of_children(request.stream);
    std::vector<StoredPage> stored;
    for (std::size_t parent = 0; parent < page.size(); ++parent) {
        auto const record = decode_json_document(page.raw(parent), {});
        read_list({request.job, list, request.partition, request.from, request.to, &record}, client, stop,
                  parent, page, stored);
    }
    return stored;
}

} // namespace billhouse
