#include "base/error.hpp"
#include "base/sha256.hpp"
#include "decode/json_parser.hpp"
#include "decode/text_records.hpp"
#include "decode/tree_builder.hpp"

namespace billhouse {

namespace {

/// Receives the events of one line.
class LineHandler : public rapidjson::BaseReaderHandler<rapidjson::UTF8<>, LineHandler> {
public:
    LineHandler(TreeBuilder& record, DecodeLimits const& limits, std::size_t& values)
        : record_(record), limits_(limits), values_(values) {}

    bool Null() { return scalar(JsonKind::null, "null"); }
    bool Bool(bool value) { return scalar(JsonKind::boolean, value ? "true" : "false"); }
    bool RawNumber(char const* digits, rapidjson::SizeType length, bool) {
        return scalar(JsonKind::number, {digits, length});
    }
    bool String(char const* text, rapidjson::SizeType length, bool) {
        return scalar(JsonKind::string, {text, length});
    }
    bool Key(char const* text, rapidjson::SizeType length, bool) {
        if (!admits({text, length})) return false;
        record_.key({text, length});
        return true;
    }
    bool StartObject() { return open(JsonKind::object); }
    bool EndObject(rapidjson::SizeType) { return close(); }
    bool StartArray() { return open(JsonKind::array); }
    bool EndArray(rapidjson::SizeType) { return close(); }

    std::string const& refusal() const { return refusal_; }

private:
    bool scalar(JsonKind kind, std::string_view text) {
        if (!admits(text) || !admits_one_more()) return false;
        record_.scalar(kind, text);
        return true;
    }

    bool open(JsonKind kind) {
        if (!admits_one_more()) return false;
        if (record_.depth() >= limits_.depth)
            return refuse(fmt::format("nested deeper than {} levels", limits_.depth));
        record_.open(kind);
        return true;
    }

    bool close() {
        record_.close();
        return true;
    }

    bool admits(std::string_view text) {
        return text.size() <= limits_.text ||
               refuse(fmt::format("a text longer than {} bytes", limits_.text));
    }

    bool admits_one_more() {
        return ++values_ <= limits_.values || refuse(fmt::format("more than {} values", limits_.values));
    }

    bool refuse(std::string why) {
        refusal_ = std::move(why);
        return false;
    }

    TreeBuilder& record_;
    DecodeLimits const& limits_;
    std::size_t& values_; ///< of the page so far
    std::string refusal_;
};

Error broken(std::size_t line, std::string_view text, JsonProblem const& problem) {
    return {ErrorKind::data,
            fmt::format("the answer is not usable JSON Lines at line {}, byte {}: {}{}", line, problem.offset,
                        problem.what, json_excerpt(text, problem.offset)),
            "See the vendor's answer with `billhouse preview`; ask the vendor if it stays like this."};
}

/// Takes the next line off the text, without its end.
std::string_view take_line(std::string_view& rest) {
    auto const end = rest.find('\n');
    auto line = rest.substr(0, end);
    rest = end == rest.npos ? std::string_view() : rest.substr(end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    return line;
}

} // namespace

DecodedPage decode_json_lines(std::string_view body, DecodeLimits const& limits, RecordSink const& sink) {
    DecodedPage page;
    TreeBuilder(page.envelope).scalar(JsonKind::null, "null");
    page.found = RecordsFound::array;
    page.content_hash = to_hex(sha256(body));

    JsonTree tree;
    TreeBuilder record(tree);
    std::size_t line_number = 0, values = 0;
    for (auto rest = body; !rest.empty();) {
        auto const line = take_line(rest);
        ++line_number;
        if (trimmed(line).empty()) continue;
        rapidjson::MemoryStream stream(line.data(), line.size());
        LineHandler handler(record, limits, values);
        if (auto const problem = parse_json(stream, line, handler)) throw broken(line_number, line, *problem);
        sink({tree, line, page.records++, record.defect()});
        record.clear();
    }
    return page;
}

} // namespace billhouse
