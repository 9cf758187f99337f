#pragma once

#include "decode/json_parser.hpp"

#include <fmt/format.h>

#include <optional>
#include <string>
#include <string_view>

namespace billhouse {

/// Writes down all that a reader of JSON tells, and where it stood then.
class EventLog {
public:
    explicit EventLog(JsonCursor const& cursor) : cursor_(cursor) {}

    bool scalar(JsonKind kind, std::string_view text) { return note(static_cast<int>(kind), text); }
    bool key(std::string_view name) {
        text_ += fmt::format("key {}:{}\n", name.size(), name);
        return true;
    }
    bool open(JsonKind kind) { return note(static_cast<int>(kind), "open"); }
    bool close() { return note(-1, "close"); }
    std::string refusal() const { return {}; }
    std::string const& text() const { return text_; }

private:
    bool note(int kind, std::string_view text) {
        text_ += fmt::format("{} at {}: {}:{}\n", kind, cursor_.at, text.size(), text);
        return true;
    }

    JsonCursor const& cursor_;
    std::string text_;
};

/// What JsonReader tells of the text; nullopt where it refuses it.
inline std::optional<std::string> told_by_reader(std::string_view text) {
    JsonCursor cursor;
    EventLog log(cursor);
    if (!JsonReader(text, cursor, log).read()) return std::nullopt;
    return log.text();
}

/// The same of RapidJSON.
inline std::optional<std::string> told_by_rapidjson(std::string_view text) {
    JsonCursor cursor;
    EventLog log(cursor);
    if (find_problem(text, cursor, log)) return std::nullopt;
    return log.text();
}

} // namespace billhouse
