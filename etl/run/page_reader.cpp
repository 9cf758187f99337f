#include "run/page_reader.hpp"

#include "decode/page_decoder.hpp"
#include "decode/response_judge.hpp"
#include "fetch/request_template.hpp"

namespace billhouse {

PageReader::PageReader(SeriesRequest const& request, VendorClient& client, std::stop_token stop)
    : request_(request), client_(client), stop_(std::move(stop)) {}

ReadPage PageReader::read(PageRequest const& at, RecordReceiver const& receiver) {
    ReadPage read;
    read.stored.page = client_.fetch(
        request_for(at), [&](HttpResponse const& response) { return decode_and_judge(response, receiver); },
        stop_);
    if (read.stored.page.empty_by_rule)
        receiver.restart();
    else
        read.facts = page_facts(*page_, request_.stream.pagination, request_.stream.records);
    read.stored.page_number = at.number;
    read.stored.records = static_cast<std::int64_t>(read.facts.records);
    read.stored.declared_total = read.facts.total;
    read.stored.content_hash = read.facts.content_hash;
    return read;
}

BodyVerdict PageReader::decode_and_judge(HttpResponse const& response, RecordReceiver const& receiver) {
    receiver.restart();
    page_.reset();
    JsonTree error_document;
    JsonTree const* document = nullptr;
    std::string unreadable;
    auto const good_status = response.status / 100 == 2;
    try {
        if (good_status) {
            page_ = decode_page(response.body, request_.stream.records, request_.job.http.max_body,
                                receiver.record);
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
    RequestValues const values{.window_from = request_.from,
                               .window_to = request_.to,
                               .zone = request_.job.source.billing_zone,
                               .partition = request_.partition,
                               .page_number = at.number,
                               .page_size = at.size,
                               .page_offset = at.offset};
    return build_request(request_.job.http, request_.stream.request, values);
}

} // namespace billhouse
