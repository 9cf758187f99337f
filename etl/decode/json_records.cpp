#include "decode/json_records.hpp"

#include "base/error.hpp"
#include "decode/json_parser.hpp"
#include "decode/records_place.hpp"
#include "decode/text_hash.hpp"
#include "decode/tree_builder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>
#include <vector>

namespace billhouse {

namespace {

// Of one tree, be it a record or all that surrounds the records: 48 MB of nodes.
constexpr std::size_t kTreeValues = 1'000'000;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

Error broken(std::string_view body, std::size_t offset, std::string_view what) {
    return {ErrorKind::data,
            fmt::format("the answer is not usable JSON at byte {}: {}{}", offset, what,
                        json_excerpt(body, offset)),
            "See the vendor's answer with `billhouse preview`; ask the vendor if it stays like this."};
}

/// Receives a reader's events. Everything outside the records goes to the envelope, each record to a tree of
/// its own.
class PageHandler {
public:
    /// @param records  nullptr: the whole document is envelope
    PageHandler(JsonCursor const& cursor, std::string_view text, RecordsSpec const* records,
                DecodeLimits const& limits, RecordSink const& sink, DecodedPage& page)
        : cursor_(cursor), text_(text), records_(records), limits_(limits), sink_(sink), page_(page),
          envelope_(page.envelope), record_(tree_, text) {}

    bool scalar(JsonKind kind, std::string_view text);
    bool key(std::string_view name);
    bool open(JsonKind kind);
    bool close();

    std::string const& refusal() const { return refusal_; } ///< why an event returned false
    std::string content_hash() const;

private:
    enum class Inside { envelope, array, single_record, map };

    TreeBuilder& builder() { return inside_ == Inside::envelope ? envelope_ : record_; }
    bool leads_to_records() const;
    bool is_records(JsonKind kind) const;
    void begin_records();
    bool end_records();
    bool begin_member(std::string_view name);
    void begin_value();
    std::size_t depth_of_value() const { return inside_ == Inside::map && !records_->map_value.empty(); }
    void end_value(std::size_t end);
    void emit(std::size_t end);
    bool admits(std::string_view text);
    bool admits_one_more();
    bool envelope_is_sound();
    bool refuse(std::string why);

    JsonCursor const& cursor_;
    std::string_view text_;
    RecordsSpec const* records_;
    DecodeLimits const& limits_;
    RecordSink const& sink_;
    DecodedPage& page_;
    JsonTree tree_; ///< of the record, reused
    TreeBuilder envelope_;
    TreeBuilder record_;
    Inside inside_ = Inside::envelope;
    std::size_t on_path_ = 0; ///< envelope containers that lead to the records
    std::size_t values_ = 0;
    std::vector<Sha256> hashes_;  ///< of all that holds records, each as a whole
    TextHash hash_;               ///< of what holds the records at hand
    std::size_t record_from_ = 0; ///< where the text of the next record begins, separators included
    std::size_t index_ = 0;       ///< of the next record in what holds it
    std::string place_;           ///< JSON pointer of what holds the records at hand
    std::string member_;          ///< name of the member at hand
    std::unordered_set<std::string> members_;
    std::string refusal_;
};

bool PageHandler::key(std::string_view name) {
    if (!admits(name)) return false;
    if (inside_ == Inside::map && record_.depth() == 0) return begin_member(name);
    builder().key(name);
    return envelope_is_sound();
}

bool PageHandler::scalar(JsonKind kind, std::string_view text) {
    if (!admits(text) || !admits_one_more()) return false;
    if (inside_ == Inside::envelope) {
        envelope_.scalar(kind, text);
        return envelope_is_sound();
    }
    bool const is_field = record_.depth() > depth_of_value(); // so no record begins or ends with it
    if (!is_field) begin_value();
    record_.scalar(kind, text);
    if (!is_field) end_value(cursor_.at);
    return true;
}

bool PageHandler::open(JsonKind kind) {
    if (!admits_one_more()) return false;
    if (envelope_.depth() + record_.depth() >= limits_.depth)
        return refuse(fmt::format("nested deeper than {} levels", limits_.depth));
    if (inside_ != Inside::envelope) {
        begin_value();
        bool const is_record = record_.depth() == 0;
        record_.open(kind);
        if (is_record && inside_ == Inside::map && kind == JsonKind::object) {
            record_.key(records_->map_key);
            record_.scalar(JsonKind::string, member_);
        }
        return true;
    }
    bool const leads = leads_to_records();
    bool const arrived = is_records(kind);
    envelope_.open(kind);
    if (arrived) {
        begin_records();
    } else if (leads && on_path_ < records_->path.keys.size()) {
        ++on_path_;
    }
    return true;
}

// Of the value to come: all containers around it lie on the way to the records, and so does its own step.
bool PageHandler::leads_to_records() const {
    if (records_ == nullptr || on_path_ != envelope_.depth()) return false;
    return on_path_ == 0 || leads(records_->path, on_path_ - 1, envelope_);
}

bool PageHandler::is_records(JsonKind kind) const {
    return leads_to_records() && on_path_ == records_->path.keys.size() && holds_records(*records_, kind);
}

void PageHandler::begin_records() {
    bool const is_array = records_->shape == RecordsSpec::Shape::array;
    bool const is_map = records_->shape == RecordsSpec::Shape::map;
    hash_ = TextHash(text_.data() + cursor_.at);
    record_from_ = cursor_.at + (is_array || is_map ? 1 : 0);
    index_ = 0;
    place_ = envelope_.place();
    members_.clear();
    inside_ = is_array ? Inside::array : is_map ? Inside::map : Inside::single_record;
    if (inside_ == Inside::single_record) record_.open(JsonKind::object);
}

// A member's name that comes twice would be two records, or one of them too many.
bool PageHandler::begin_member(std::string_view name) {
    member_ = name;
    return members_.insert(member_).second ||
           refuse(fmt::format("the key '{}' is given twice", printable(name, 60)));
}

// The value of a member becomes a field beside its name.
void PageHandler::begin_value() {
    if (record_.depth() > 0 || depth_of_value() == 0) return;
    record_.open(JsonKind::object);
    record_.key(records_->map_key);
    record_.scalar(JsonKind::string, member_);
    record_.key(records_->map_value);
}

bool PageHandler::close() {
    if (inside_ == Inside::envelope) {
        envelope_.close();
        on_path_ = std::min(on_path_, envelope_.depth());
        return envelope_is_sound();
    }
    if (record_.depth() == 0) return end_records();
    bool const is_single = inside_ == Inside::single_record && record_.depth() == 1;
    record_.close();
    end_value(cursor_.at + 1); // the bracket itself is taken after this event
    return is_single ? end_records() : true;
}

void PageHandler::end_value(std::size_t end) {
    if (record_.depth() > depth_of_value()) return;
    if (record_.depth() > 0) record_.close();
    emit(end);
}

bool PageHandler::end_records() {
    hashes_.push_back(hash_.finish(text_.data() + cursor_.at + 1));
    inside_ = Inside::envelope;
    envelope_.close();
    return envelope_is_sound();
}

// The cursor tells where the reader stands, not where a value began; between two records there are only
// spaces and a comma.
void PageHandler::emit(std::size_t end) {
    auto const from = text_.find_first_not_of(" \t\r\n,", record_from_);
    record_from_ = end;
    hash_.reached(text_.data() + end);
    auto const member = inside_ == Inside::map ? std::string_view(member_) : std::string_view();
    sink_({tree_, text_.substr(from, end - from), index_++, record_.defect(), place_, member});
    ++page_.records;
    record_.clear();
}

std::string PageHandler::content_hash() const {
    if (hashes_.size() == 1) return to_hex(hashes_.front());
    std::string hashes;
    for (auto const& hash : hashes_)
        hashes += to_hex(hash);
    return to_hex(sha256(hashes));
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

/// Reads the page once more, for nobody, with the reader that knows why it is refused.
Error refused(std::string_view body, std::string_view text, RecordsSpec const* records,
              DecodeLimits const& limits) {
    static RecordSink const kNobody = [](RecordView const&) {};
    DecodedPage page;
    JsonCursor cursor;
    PageHandler handler(cursor, text, records, limits, kNobody, page);
    auto const problem = problem_of(text, cursor, handler);
    return broken(body, problem.offset + (body.size() - text.size()), problem.what);
}

DecodedPage decode(std::string_view body, RecordsSpec const* records, DecodeLimits const& limits,
                   RecordSink const& sink) {
    auto const text = body.substr(body.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0);
    DecodedPage page;
    JsonCursor cursor;
    PageHandler handler(cursor, text, records, limits, sink, page);
    if (!JsonReader(text, cursor, handler).read()) throw refused(body, text, records, limits);
    page.content_hash = handler.content_hash();
    if (records != nullptr) note_place(*records, page);
    return page;
}

} // namespace

DecodedPage decode_json_page(std::string_view body, RecordsSpec const& records, DecodeLimits const& limits,
                             RecordSink const& sink) {
    return decode(body, &records, limits, sink);
}

JsonTree decode_json_document(std::string_view body, DecodeLimits const& limits) {
    return decode(body, nullptr, limits, nullptr).envelope;
}

} // namespace billhouse
