#pragma once

#include "decode/json_tree.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace billhouse {

/// How far a text has been read when its handler is told: behind a scalar, at a bracket.
struct JsonCursor {
    std::size_t at = 0; ///< bytes
};

/// Goes over the characters of a JSON text, a token at a time.
class JsonScanner {
public:
    explicit JsonScanner(std::string_view text)
        : begin_(text.data()), at_(text.data()), end_(text.data() + text.size()) {}

    std::size_t tell() const { return static_cast<std::size_t>(at_ - begin_); }
    bool is_at_end() const { return at_ == end_; }
    void skip() { ++at_; }
    /// The next character that is no space; NUL, which JSON has no use for, at the end.
    char peek() {
        while (at_ != end_ && is_space(*at_))
            ++at_;
        return at_ == end_ ? '\0' : *at_;
    }
    bool take(std::string_view literal) {
        if (!std::string_view(at_, static_cast<std::size_t>(end_ - at_)).starts_with(literal)) return false;
        at_ += literal.size();
        return true;
    }
    /// From the opening quote on. What it gives lies in the text itself, or, if it has escapes, here until
    /// the next string.
    bool take_string(std::string_view& string) {
        auto const* const start = ++at_;
        bool const is_ascii = skip_plain();
        if (at_ == end_ || *at_ != '"') return take_escaped(start, string);
        string = {start, static_cast<std::size_t>(at_++ - start)};
        return is_ascii || is_sound(string);
    }
    bool take_number(std::string_view& digits);

private:
    static bool is_space(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }
    static bool is_sound(std::string_view string);
    bool skip_plain();
    bool skip_digits();
    bool take_escaped(char const* start, std::string_view& string);
    bool unescape(std::string_view raw);

    char const* begin_;
    char const* at_;
    char const* end_;
    std::string unescaped_;
};

/// Whether RapidJSON takes the digits, as JSON writes a number, for one that a double can hold.
bool is_number_in_range(std::string_view digits);

/// Tells a handler what a text of one JSON value holds: the same events for the same texts as RapidJSON with
/// kJsonParseFlags, at several times its pace. Why a text is refused is not known here; see json_parser.hpp.
/// The handler's scalar(kind, text), key(name), open(kind) and close() return whether to go on. No recursion.
template <class Handler>
class JsonReader {
public:
    JsonReader(std::string_view text, JsonCursor& cursor, Handler& handler)
        : scanner_(text), cursor_(cursor), handler_(handler) {}

    /// @returns false where the text is no JSON, or the handler refuses it
    bool read() {
        for (;;) {
            bool is_complete = false;
            if (!read_value(is_complete)) return false;
            if (!is_complete) continue;
            if (!end_containers()) return false;
            if (open_.empty()) return scanner_.peek() == '\0' && scanner_.is_at_end();
            scanner_.skip(); // the comma
            if (open_.back() == JsonKind::object && !read_key()) return false;
        }
    }

private:
    bool read_value(bool& is_complete) {
        is_complete = true;
        std::string_view text;
        switch (scanner_.peek()) {
        case '{':
            return open(JsonKind::object, is_complete) && (is_complete || read_key());
        case '[':
            return open(JsonKind::array, is_complete);
        case '"':
            return scanner_.take_string(text) && tell(JsonKind::string, text);
        case 't':
            return scanner_.take("true") && tell(JsonKind::boolean, "true");
        case 'f':
            return scanner_.take("false") && tell(JsonKind::boolean, "false");
        case 'n':
            return scanner_.take("null") && tell(JsonKind::null, "null");
        default:
            return scanner_.take_number(text) && tell(JsonKind::number, text);
        }
    }

    bool tell(JsonKind kind, std::string_view text) {
        cursor_.at = scanner_.tell();
        return handler_.scalar(kind, text);
    }

    bool read_key() {
        std::string_view name;
        if (scanner_.peek() != '"' || !scanner_.take_string(name) || !handler_.key(name)) return false;
        if (scanner_.peek() != ':') return false;
        scanner_.skip();
        return true;
    }

    static char closing(JsonKind kind) { return kind == JsonKind::object ? '}' : ']'; }

    bool open(JsonKind kind, bool& is_complete) {
        cursor_.at = scanner_.tell();
        if (!handler_.open(kind)) return false;
        scanner_.skip();
        open_.push_back(kind);
        is_complete = scanner_.peek() == closing(kind);
        return !is_complete || close();
    }

    bool close() {
        cursor_.at = scanner_.tell();
        if (!handler_.close()) return false;
        scanner_.skip();
        open_.pop_back();
        return true;
    }

    /// Behind a value: closes what ends there. @returns whether a comma or the text's end follows
    bool end_containers() {
        while (!open_.empty()) {
            char const next = scanner_.peek();
            if (next == ',') return true;
            if (next != closing(open_.back()) || !close()) return false;
        }
        return true;
    }

    JsonScanner scanner_;
    JsonCursor& cursor_;
    Handler& handler_;
    std::vector<JsonKind> open_;
};

} // namespace billhouse
