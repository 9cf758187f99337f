#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace billhouse {

/// A JSON value as tests read it; numbers keep their digits. Made with nothing of billhouse's own decoder.
struct JsonValue {
    enum class Kind : std::uint8_t { null, boolean, number, string, object, array };

    Kind kind = Kind::null;
    std::string text; ///< of a string, a number, "true" or "false"
    std::vector<std::pair<std::string, JsonValue>> members;
    std::vector<JsonValue> elements;

    bool has(std::string const& key) const;
    /// @throws std::runtime_error, naming the key, where this is no object or has no such member
    JsonValue const& operator[](std::string const& key) const;
};

/// @throws std::runtime_error where the text is no JSON
JsonValue parse_json(std::string const& text);

/// An exact decimal of at most six places, in millionths. @throws std::runtime_error for any other text
std::int64_t millionths(std::string const& decimal);

} // namespace billhouse
