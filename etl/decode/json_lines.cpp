#include "base/error.hpp"
#include "decode/json_parser.hpp"
#include "decode/text_hash.hpp"
#include "decode/text_records.hpp"
#include "decode/tree_builder.hpp"

namespace billhouse {

namespace {

/// Receives the events of one line.
class LineHandler {
public:
    LineHandler(TreeBuilder& record, DecodeLimits const& limits, std::size_t values)
        : record_(record), limits_(limits), values_(values) {}

    bool scalar(JsonKind kind, std::string_view text) {
        if (!admits(text) || !admits_one_more()) return false;
        record_.scalar(kind, text);
        return true;
    }

    bool key(std::string_view name) {
        if (!admits(name)) return false;
        record_.key(name);
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

    std::size_t values() const { return values_; } ///< of the page so far
    std::string const& refusal() const { return refusal_; }

private:
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
    std::size_t values_;
    std::string refusal_;
};

Error broken(std::size_t line, std::string_view text, JsonProblem const& problem) {
    return {ErrorKind::data,
            fmt::format("the answer is not usable JSON Lines at line {}, byte {}: {}{}", line, problem.offset,
                        problem.what, json_excerpt(text, problem.offset)),
            "See the vendor's answer with `billhouse preview`; ask the vendor if it stays like this."};
}

/// Reads a line once more with the reader that knows why it is refused.
/// @param values  of the page before it
JsonProblem problem_in(std::string_view line, DecodeLimits const& limits, std::size_t values) {
    JsonTree tree;
    TreeBuilder record(tree);
    LineHandler handler(record, limits, values);
    JsonCursor cursor;
    return problem_of(line, cursor, handler);
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

    TextHash hash(body.data());
    JsonTree tree;
    TreeBuilder record(tree, body);
    std::size_t line_number = 0, values = 0;
    for (auto rest = body; !rest.empty();) {
        auto const line = take_line(rest);
        hash.reached(line.data());
        ++line_number;
        if (trimmed(line).empty()) continue;
        LineHandler handler(record, limits, values);
        JsonCursor cursor;
        if (!JsonReader(line, cursor, handler).read())
            throw broken(line_number, line, problem_in(line, limits, values));
        values = handler.values();
        sink({tree, line, page.records++, record.defect()});
        record.clear();
    }
    page.content_hash = to_hex(hash.finish(body.data() + body.size()));
    return page;
}

} // namespace billhouse
