#pragma once

#include "base/error.hpp"
#include "base/text.hpp"
#include "decode/json_reader.hpp"

#include <fmt/format.h>

#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

// The default is assert(): an abort in one build and undefined behaviour in the other.
#define RAPIDJSON_ASSERT(x) ((x) ? void() : throw std::logic_error("RapidJSON: " #x))
#include <rapidjson/error/en.h>
#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

/// The one place of RapidJSON, which is the judge of what is JSON: JsonReader accepts the same texts faster,
/// and where it refuses one, RapidJSON says why.
namespace billhouse {

// Iterative: the recursive parser overflows the stack at 200,000 '['. Numbers as strings: money never becomes
// a double. Never kParseFullPrecisionFlag (writes out of bounds in 1.1.0), kParseNanAndInfFlag or
// kParseStopWhenDoneFlag (accepts "[1]x").
inline constexpr unsigned kJsonParseFlags = rapidjson::kParseIterativeFlag |
                                            rapidjson::kParseNumbersAsStringsFlag |
                                            rapidjson::kParseValidateEncodingFlag;

/// Why a text is no JSON that can be used.
struct JsonProblem {
    std::size_t offset; ///< bytes
    std::string what;
};

/// " near '...'": what stands around the offset.
inline std::string json_excerpt(std::string_view text, std::size_t offset) {
    constexpr std::size_t kBefore = 16, kShown = 48;
    auto const from = offset > kBefore ? offset - kBefore : 0;
    return from < text.size() ? fmt::format(" near '{}'", printable(text.substr(from, kShown), kShown)) : "";
}

/// Where parsing stopped and why, or nullopt if it went through.
inline std::optional<JsonProblem> json_problem(rapidjson::ParseResult const& result,
                                               std::string const& refusal) {
    if (!result.IsError()) return std::nullopt;
    if (result.Code() == rapidjson::kParseErrorTermination) return JsonProblem{result.Offset(), refusal};
    std::string what = rapidjson::GetParseError_En(result.Code());
    if (!what.empty() && what.back() == '.') what.pop_back();
    return JsonProblem{result.Offset(), lower_ascii(what)};
}

/// RapidJSON's events, handed on to a handler as JsonReader has them.
template <class Handler>
class EventForwarder : public rapidjson::BaseReaderHandler<rapidjson::UTF8<>, EventForwarder<Handler>> {
public:
    EventForwarder(rapidjson::MemoryStream const& stream, JsonCursor& cursor, Handler& handler)
        : stream_(stream), cursor_(cursor), handler_(handler) {}

    bool Null() { return here().scalar(JsonKind::null, "null"); }
    bool Bool(bool value) { return here().scalar(JsonKind::boolean, value ? "true" : "false"); }
    bool RawNumber(char const* digits, rapidjson::SizeType length, bool) {
        return here().scalar(JsonKind::number, {digits, length});
    }
    bool String(char const* text, rapidjson::SizeType length, bool) {
        return here().scalar(JsonKind::string, {text, length});
    }
    bool Key(char const* text, rapidjson::SizeType length, bool) { return here().key({text, length}); }
    bool StartObject() { return here().open(JsonKind::object); }
    bool EndObject(rapidjson::SizeType) { return here().close(); }
    bool StartArray() { return here().open(JsonKind::array); }
    bool EndArray(rapidjson::SizeType) { return here().close(); }

private:
    Handler& here() {
        cursor_.at = stream_.Tell();
        return handler_;
    }

    rapidjson::MemoryStream const& stream_;
    JsonCursor& cursor_;
    Handler& handler_;
};

/// Reads the text as JsonReader does, only slower, and knows why it is refused; nullopt if it is not. The
/// handler's refusal() tells why an event returned false.
template <class Handler>
std::optional<JsonProblem> find_problem(std::string_view text, JsonCursor& cursor, Handler& handler) {
    // RapidJSON takes a NUL byte for the end of the text and would not look at what follows.
    if (auto const nul = text.find('\0'); nul != text.npos) return JsonProblem{nul, "a NUL byte"};
    rapidjson::MemoryStream stream(text.data(), text.size());
    EventForwarder<Handler> forwarder(stream, cursor, handler);
    rapidjson::Reader reader;
    auto const result = reader.Parse<kJsonParseFlags>(stream, forwarder);
    if (auto problem = json_problem(result, handler.refusal())) return problem;
    auto const rest = text.find_first_not_of(" \t\r\n", stream.Tell());
    if (rest != text.npos) return JsonProblem{rest, "bytes after the end of the document"};
    return std::nullopt;
}

/// The problem of a text that JsonReader refused.
template <class Handler>
JsonProblem problem_of(std::string_view text, JsonCursor& cursor, Handler& handler) {
    if (auto const problem = find_problem(text, cursor, handler)) return *problem;
    throw Error(ErrorKind::bug, "a text is JSON for one reader and not for the other");
}

} // namespace billhouse
