#pragma once

#include "base/text.hpp"

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

/// The one place of RapidJSON: how its parser is called, for whole pages and for single lines.
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

/// Feeds the events of `text`, one JSON value and nothing else, to a SAX handler whose refusal() tells why an
/// event returned false.
template <class Handler>
std::optional<JsonProblem> parse_json(rapidjson::MemoryStream& stream, std::string_view text,
                                      Handler& handler) {
    // RapidJSON takes a NUL byte for the end of the text and would not look at what follows.
    if (auto const nul = text.find('\0'); nul != text.npos) return JsonProblem{nul, "a NUL byte"};
    rapidjson::Reader reader;
    auto const result = reader.Parse<kJsonParseFlags>(stream, handler);
    if (auto problem = json_problem(result, handler.refusal())) return problem;
    auto const rest = text.find_first_not_of(" \t\r\n", stream.Tell());
    if (rest != text.npos) return JsonProblem{rest, "bytes after the end of the document"};
    return std::nullopt;
}

} // namespace billhouse
