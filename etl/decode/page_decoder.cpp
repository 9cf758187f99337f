#include "decode/page_decoder.hpp"

#include "base/gunzip.hpp"
#include "decode/text_records.hpp"

namespace billhouse {

namespace {

DecodedPage decode_text(std::string_view body, RecordsSpec const& records, RecordSink const& sink) {
    DecodeLimits const limits;
    switch (records.format) {
    case RecordsSpec::Format::json_lines:
        return decode_json_lines(body, limits, sink);
    case RecordsSpec::Format::csv:
        return decode_csv(body, records.csv_delimiter, limits, sink);
    case RecordsSpec::Format::json:
        break;
    }
    return decode_json_page(body, records, limits, sink);
}

} // namespace

DecodedPage decode_page(std::string_view body, RecordsSpec const& records, std::uint64_t max_body,
                        RecordSink const& sink) {
    if (records.compression == RecordsSpec::Compression::none) return decode_text(body, records, sink);
    return decode_text(gunzip(body, max_body), records, sink);
}

} // namespace billhouse
