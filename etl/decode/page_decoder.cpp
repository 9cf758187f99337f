#include "decode/page_decoder.hpp"

#include "base/gunzip.hpp"
#include "decode/text_records.hpp"

#include <algorithm>

namespace billhouse {

namespace {

/// A page may have the more values the larger it is: a bill line has one in some 25 bytes.
DecodeLimits limits_of(std::string_view body) {
    constexpr std::size_t kFewestBytes = 8; ///< a value, on the average of a large page
    DecodeLimits limits;
    limits.values = std::max(limits.values, body.size() / kFewestBytes);
    return limits;
}

DecodedPage decode_text(std::string_view body, RecordsSpec const& records, RecordSink const& sink) {
    auto const limits = limits_of(body);
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

DecodedPage decode_spooled(SpooledText const& body, RecordsSpec const& records, RecordSink const& sink) {
    TextPass pass(body);
    if (!pass.is_needed()) return decode_text(body, records, sink);
    return decode_text(body, records, [&](RecordView const& record) {
        sink(record);
        pass.reached(record.raw.data());
    });
}

} // namespace

DecodedPage decode_page(SpooledText const& body, RecordsSpec const& records, std::uint64_t max_body,
                        RecordSink const& sink) {
    if (records.compression == RecordsSpec::Compression::none) return decode_spooled(body, records, sink);
    return decode_spooled(gunzip(body, max_body), records, sink);
}

} // namespace billhouse
