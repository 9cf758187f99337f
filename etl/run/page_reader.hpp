#pragma once

#include "decode/json_records.hpp"
#include "fetch/paginator.hpp"
#include "fetch/vendor_client.hpp"
#include "job/job_definition.hpp"
#include "run/request_windows.hpp"
#include "state/raw_pages.hpp"
#include "state/reconciliation.hpp"

#include <functional>
#include <optional>
#include <stop_token>
#include <string>

namespace billhouse {

/// What a series of pages is read with.
struct SeriesRequest {
    JobDefinition const& job;
    StreamDefinition const& stream;
    std::string partition;
    Date from, to;                    ///< the request's window, `to` exclusive
    JsonTree const* parent = nullptr; ///< the record whose children are asked for
};

/// The windows that the vendor is asked for, in order; at least one.
std::vector<RequestWindow> windows_of(SeriesRequest const& request);

/// Who receives a page's records.
struct RecordReceiver {
    std::function<void()> restart; ///< called before each attempt: what an earlier one left must be dropped
    RecordSink record;
};

struct ReadPage {
    StoredPage stored;
    PageFacts facts;
    std::vector<StatedTotal> totals; ///< that the page states for the stream's checks
};

/// Fetches and decodes single pages of a series: a body is decoded straight into the receiver, then judged.
class PageReader {
public:
    /// @param window  that the pages are asked for
    PageReader(SeriesRequest const& request, RequestWindow const& window, VendorClient& client,
               std::stop_token stop);
    /// For the first of the request's windows.
    PageReader(SeriesRequest const& request, VendorClient& client, std::stop_token stop);
    /// @throws Error, Stopped  as VendorClient::fetch, page_facts and read_page_marks do
    ReadPage read(PageRequest const& at, RecordReceiver const& receiver);

private:
    BodyVerdict decode_and_judge(HttpResponse const& response, RecordReceiver const& receiver);
    HttpRequest request_for(PageRequest const& at) const;

    RecordSink with_last_cursor(RecordSink const& record);
    PageFacts facts_of(FetchedPage const& page, std::string const& url) const;

    SeriesRequest const& request_;
    RequestWindow window_;
    VendorClient& client_;
    std::stop_token stop_;
    std::optional<DecodedPage> page_;
    Headers headers_;                   ///< of the last answer
    std::optional<Scalar> last_cursor_; ///< of its last record, where pages follow that
};

} // namespace billhouse
