#include "decode/json_records.hpp"

#include "base/error.hpp"
#include "base/sha256.hpp"
#include "base/text.hpp"
#include "decode/tree_builder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <stdexcept>

// The default is assert(): an abort in one build and undefined behaviour in the other.
#define RAPIDJSON_ASSERT(x) ((x) ? void() : throw std::logic_error("RapidJSON: " #x))
#include <rapidjson/error/en.h>
#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

namespace billhouse {

namespace {

// Iterative: the recursive parser overflows the stack at 200,000 '['. Numbers as strings: money never becomes
// a double. Never kParseFullPrecisionFlag (writes out of bounds in 1.1.0), kParseNanAndInfFlag or
// kParseStopWhenDoneFlag (accepts "[1]x").
constexpr unsigned kParseFlags = rapidjson::kParseIterativeFlag | rapidjson::kParseNumbersAsStringsFlag |
                                 rapidjson::kParseValidateEncodingFlag;
// Of one tree, be it a record or all that surrounds the records: 48 MB of nodes.
constexpr std::size_t kTreeValues = 1'000'000;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::string_view kWhitespace = " \t\r\n";

std::string excerpt(std::string_view body, std::size_t offset) {
    constexpr std::size_t kBefore = 16, kShown = 48;
    auto const from = offset > kBefore ? offset - kBefore : 0;
    return from < body.size() ? fmt::format(" near '{}'", printable(body.substr(from, kShown), kShown)) : "";
}

Error broken(std::string_view body, std::size_t offset, std::string_view what) {
    return {
        ErrorKind::data,
        fmt::format("the answer is not usable JSON at byte {}: {}{}", offset, what, excerpt(body, offset)),
        "See the vendor's answer with `billhouse preview`; ask the vendor if it stays like this."};
}

/// Receives RapidJSON's events. Everything outside the records goes to the envelope, each record to a tree of
/// its own.
class PageHandler : public rapidjson::BaseReaderHandler<rapidjson::UTF8<>, PageHandler> {
public:
    /// @param records  nullptr: the whole document is envelope
    PageHandler(rapidjson::MemoryStream const& stream, std::string_view text, Path const* records,
                DecodeLimits const& limits, RecordSink const* sink, DecodedPage& page)
        : stream_(stream), text_(text), records_(records), limits_(limits), sink_(sink), page_(page),
          envelope_(page.envelope), record_(tree_) {}

    bool Null() { return scalar(JsonKind::null, "null"); }
    bool Bool(bool value) { return scalar(JsonKind::boolean, value ? "true" : "false"); }
    bool RawNumber(char const* digits, rapidjson::SizeType length, bool) {
        return scalar(JsonKind::number, {digits, length});
    }
    bool String(char const* text, rapidjson::SizeType length, bool) {
        return scalar(JsonKind::string, {text, length});
    }
    bool Key(char const* text, rapidjson::SizeType length, bool);
    bool StartObject() { return open(JsonKind::object); }
    bool EndObject(rapidjson::SizeType) { return close(); }
    bool StartArray() { return open(JsonKind::array); }
    bool EndArray(rapidjson::SizeType) { return close(); }

    std::string const& refusal() const { return refusal_; } ///< why an event returned false
    std::string_view records_text() const { return text_.substr(records_from_, records_to_ - records_from_); }

private:
    enum class Inside { envelope, array, single_record };

    TreeBuilder& builder() { return inside_ == Inside::envelope ? envelope_ : record_; }
    bool scalar(JsonKind kind, std::string_view text);
    bool open(JsonKind kind);
    bool close();
    bool leads_to_records() const;
    bool is_records() const { return leads_to_records() && on_path_ == records_->keys.size(); }
    void begin_records(JsonKind kind);
    bool end_array();
    void emit(std::size_t end);
    bool admits(std::string_view text);
    bool admits_one_more();
    bool envelope_is_sound();
    bool refuse(std::string why);

    rapidjson::MemoryStream const& stream_;
    std::string_view text_;
    Path const* records_;
    DecodeLimits const& limits_;
    RecordSink const* sink_;
    DecodedPage& page_;
    JsonTree tree_; ///< of the record, reused
    TreeBuilder envelope_;
    TreeBuilder record_;
    Inside inside_ = Inside::envelope;
    std::size_t on_path_ = 0; ///< envelope containers that lead to the records
    std::size_t values_ = 0;
    std::size_t records_from_ = 0, records_to_ = 0;
    std::size_t record_from_ = 0; ///< where the text of the next record begins, separators included
    std::string refusal_;
};

bool PageHandler::Key(char const* text, rapidjson::SizeType length, bool) {
    std::string_view const name(text, length);
    if (!admits(name)) return false;
    builder().key(name);
    return envelope_is_sound();
}

bool PageHandler::scalar(JsonKind kind, std::string_view text) {
    if (!admits(text) || !admits_one_more()) return false;
    if (inside_ == Inside::envelope) {
        if (kind == JsonKind::null && is_records()) page_.found = RecordsFound::null;
        envelope_.scalar(kind, text);
        return envelope_is_sound();
    }
    record_.scalar(kind, text);
    if (record_.depth() == 0) emit(stream_.Tell());
    return true;
}

bool PageHandler::open(JsonKind kind) {
    if (!admits_one_more()) return false;
    if (envelope_.depth() + record_.depth() >= limits_.depth)
        return refuse(fmt::format("nested deeper than {} levels", limits_.depth));
    if (inside_ != Inside::envelope) {
        record_.open(kind);
        return true;
    }
    bool const leads = leads_to_records();
    bool const arrived = is_records();
    envelope_.open(kind);
    if (arrived) {
        begin_records(kind);
    } else if (leads) {
        ++on_path_;
    }
    return true;
}

// Of the value to come: all containers around it lie on the way to the records, and so does its own step.
bool PageHandler::leads_to_records() const {
    return records_ != nullptr && on_path_ == envelope_.depth() && on_path_ <= records_->keys.size() &&
           (on_path_ == 0 || envelope_.next_step_is(records_->keys[on_path_ - 1]));
}

void PageHandler::begin_records(JsonKind kind) {
    page_.found = RecordsFound::array;
    records_from_ = stream_.Tell();
    record_from_ = records_from_ + (kind == JsonKind::array ? 1 : 0);
    inside_ = kind == JsonKind::array ? Inside::array : Inside::single_record;
    if (inside_ == Inside::single_record) record_.open(kind);
}

bool PageHandler::close() {
    if (inside_ == Inside::array && record_.depth() == 0) return end_array();
    if (inside_ != Inside::envelope) {
        record_.close();
        auto const end = stream_.Tell() + 1; // the bracket itself is taken after this event
        if (record_.depth() > 0) return true;
        emit(end);
        if (inside_ == Inside::array) return true;
        return end_array();
    }
    envelope_.close();
    on_path_ = std::min(on_path_, envelope_.depth());
    return envelope_is_sound();
}

bool PageHandler::end_array() {
    records_to_ = stream_.Tell() + 1;
    inside_ = Inside::envelope;
    envelope_.close();
    return envelope_is_sound();
}

// RapidJSON tells where it stands, not where a value began; between two records there are only spaces and a
// comma.
void PageHandler::emit(std::size_t end) {
    auto const from = text_.find_first_not_of(" \t\r\n,", record_from_);
    record_from_ = end;
    (*sink_)({tree_, text_.substr(from, end - from), page_.records, record_.defect()});
    ++page_.records;
    record_.clear();
}

bool PageHandler::admits(std::string_view text) {
    return text.size() <= limits_.text || refuse(fmt::format("a text longer than {} bytes", limits_.text));
}

bool PageHandler::admits_one_more() {
    if (++values_ > limits_.values) return refuse(fmt::format("more than {} values", limits_.values));
    if (builder().values() < kTreeValues) return true;
    return refuse(fmt::format("more than {} values {}", kTreeValues,
                              inside_ == Inside::envelope ? "outside the records" : "in one record"));
}

// A fault in a record is that record's; one around them makes the whole page doubtful.
bool PageHandler::envelope_is_sound() {
    return envelope_.defect().empty() || refuse(envelope_.defect());
}

bool PageHandler::refuse(std::string why) {
    refusal_ = std::move(why);
    return false;
}

/// Where parsing stopped and why, or nullopt if it went through.
std::optional<Error> parse_error(rapidjson::ParseResult const& result, std::string const& refusal,
                                 std::string_view body, std::size_t skipped) {
    if (!result.IsError()) return std::nullopt;
    auto const offset = result.Offset() + skipped;
    if (result.Code() == rapidjson::kParseErrorTermination) return broken(body, offset, refusal);
    std::string what = rapidjson::GetParseError_En(result.Code());
    if (!what.empty() && what.back() == '.') what.pop_back();
    return broken(body, offset, lower_ascii(what));
}

DecodedPage decode(std::string_view body, Path const* records, DecodeLimits const& limits,
                   RecordSink const* sink) {
    // RapidJSON takes a NUL byte for the end of the text and would not look at what follows.
    if (auto const nul = body.find('\0'); nul != body.npos) throw broken(body, nul, "a NUL byte");
    auto const skipped = body.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0;
    auto const text = body.substr(skipped);

    DecodedPage page;
    rapidjson::MemoryStream stream(text.data(), text.size());
    PageHandler handler(stream, text, records, limits, sink, page);
    rapidjson::Reader reader;
    auto const result = reader.Parse<kParseFlags>(stream, handler);
    if (auto const error = parse_error(result, handler.refusal(), body, skipped)) throw *error;
    auto const rest = text.find_first_not_of(kWhitespace, stream.Tell());
    if (rest != text.npos) throw broken(body, rest + skipped, "bytes after the end of the document");
    page.content_hash = to_hex(sha256(handler.records_text()));
    return page;
}

} // namespace

DecodedPage decode_json_page(std::string_view body, Path const& records, DecodeLimits const& limits,
                             RecordSink const& sink) {
    return decode(body, &records, limits, &sink);
}

JsonTree decode_json_document(std::string_view body, DecodeLimits const& limits) {
    return decode(body, nullptr, limits, nullptr).envelope;
}

} // namespace billhouse
