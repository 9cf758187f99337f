#include "run/page_reader.hpp"

#include "base/failpoint.hpp"
#include "decode/page_decoder.hpp"
#include "decode/page_marks.hpp"
#include "decode/response_judge.hpp"
#include "fetch/request_template.hpp"
#include "run/stated_totals.hpp"

#include <fmt/format.h>

namespace billhouse {

namespace {

std::string text_in(JsonTree const* record, Path const& path) {
    auto const* const node = record == nullptr ? nullptr : record->find(record->root(), path);
    auto const is_text =
        node != nullptr && (node->kind == JsonKind::string || node->kind == JsonKind::number);
    if (is_text && !node->text.empty()) return std::string(node->text);
    throw Error(ErrorKind::data,
                fmt::format("a record has no text or number at {}, so its children cannot be asked for",
                            to_string(path)),
                "Correct the placeholder in records.children.request.");
}

} // namespace

std::vector<RequestWindow> windows_of(SeriesRequest const& request) {
    return request_windows(request.stream, request.job.source.billing_zone, request.from, request.to);
}

PageReader::PageReader(SeriesRequest const& request, RequestWindow const& window, VendorClient& client,
                       std::stop_token stop)
    : request_(request), window_(window), client_(client), stop_(std::move(stop)) {}

PageReader::PageReader(SeriesRequest const& request, VendorClient& client, std::stop_token stop)
    : PageReader(request, windows_of(request).front(), client, std::move(stop)) {}

ReadPage PageReader::read(PageRequest const& at, RecordReceiver const& receiver) {
    ReadPage read;
    auto const request = request_for(at);
    read.stored.page = client_.fetch(
        request, [&](HttpResponse const& response) { return decode_and_judge(response, receiver); }, stop_);
    if (read.stored.page.empty_by_rule)
        receiver.restart();
    else
        read.totals = totals_in_page(request_, page_->envelope);
    read.facts = facts_of(read.stored.page, request.url);
    read.stored.page_number = at.number;
    read.stored.records = static_cast<std::int64_t>(read.facts.records);
    read.stored.declared_total = read.facts.total;
    read.stored.content_hash = read.facts.content_hash;
    return read;
}

PageFacts PageReader::facts_of(FetchedPage const& page, std::string const& url) const {
    PageFacts facts;
    facts.empty_by_rule = page.empty_by_rule;
    if (!page.empty_by_rule) {
        facts = page_facts(*page_, request_.stream.pagination, request_.stream.records);
        read_page_marks(facts, page_->envelope, headers_, last_cursor_, request_.stream.pagination);
    }
    facts.url = url;
    return facts;
}

/// Also remembers the record's cursor, where the next page is asked for with the last one's.
RecordSink PageReader::with_last_cursor(RecordSink const& record) {
    auto const& cursor = request_.stream.pagination.cursor;
    if (!cursor || cursor->from != CursorSource::From::last_record) return record;
    return [this, &record, &path = cursor->path](RecordView const& view) {
        last_cursor_ = cursor_at(view.tree, path);
        record(view);
    };
}

BodyVerdict PageReader::decode_and_judge(HttpResponse const& response, RecordReceiver const& receiver) {
    receiver.restart();
    page_.reset();
    headers_ = response.headers;
    last_cursor_.reset();
    JsonTree error_document;
    JsonTree const* document = nullptr;
    std::string unreadable;
    auto const good_status = response.status / 100 == 2;
    try {
        if (good_status) {
            page_ = decode_page(response.body, request_.stream.records, request_.job.http.max_body,
                                with_last_cursor(receiver.record));
            FAILPOINT("page.decoded");
            document = &page_->envelope;
        } else {
            error_document = decode_json_document(response.body, {});
            document = &error_document;
        }
    } catch (Error const& error) {
        if (error.kind() != ErrorKind::data) throw;
        unreadable = error.what();
    }
    auto verdict = judge_response(request_.stream.response, response, document);
    // The place first: of a long body nothing behind the excerpt would be shown.
    if (good_status && !unreadable.empty()) verdict.reason = unreadable + "; " + verdict.reason;
    return verdict;
}

HttpRequest PageReader::request_for(PageRequest const& at) const {
    RequestValues const values{.window_from = window_.from,
                               .window_to = window_.to,
                               .zone = request_.job.source.billing_zone,
                               .partition = request_.partition,
                               .page_number = at.number,
                               .page_size = at.size,
                               .page_offset = at.offset,
                               .cursor = at.cursor,
                               .record = [this](Path const& path) { return text_in(request_.parent, path); },
                               .url = at.url};
    return build_request(request_.job.http, request_.stream.request, values);
}

} // namespace billhouse
