#include "job/yaml_text_rules.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace billhouse {

namespace {

constexpr std::size_t kMaxBytes = 256 * 1024;

std::size_t characters(std::string_view utf8) {
    return static_cast<std::size_t>(std::count_if(
        utf8.begin(), utf8.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

bool is_control(char c) {
    auto const byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7F;
}

/// Position after the quote that closes the text starting at 0, or npos where it does not close in this line.
std::size_t end_of_quoted(std::string_view line) {
    char const quote = line.front();
    for (std::size_t i = 1; i < line.size(); ++i) {
        if (quote == '"' && line[i] == '\\') {
            ++i;
        } else if (line[i] == quote) {
            if (quote == '"' || i + 1 >= line.size() || line[i + 1] != quote) return i + 1;
            ++i;
        }
    }
    return std::string_view::npos;
}

/// "[a, b]#c": a comment needs a space before it.
bool has_glued_comment(std::string_view after_scalar) {
    auto const at = after_scalar.find_first_not_of(" ,]}");
    return at != std::string_view::npos && after_scalar[at] == '#' &&
           (at == 0 || after_scalar[at - 1] != ' ');
}

bool may_follow_quoted(std::string_view rest) {
    auto const at = rest.find_first_not_of(' ');
    return at == std::string_view::npos || (rest[at] == '#' && at > 0) ||
           std::string_view(",]}:").find(rest[at]) != std::string_view::npos;
}

std::size_t check_quoted(YamlText const& text, std::size_t line, std::size_t byte) {
    auto const rest = text.rest_of_line(line, byte);
    auto const end = end_of_quoted(rest);
    if (end == std::string_view::npos)
        throw YamlFault{text.mark(line, byte), "quoted text must end in the line where it begins",
                        "For longer text use a block: '>-' joins its lines, '|' keeps them."};
    if (!may_follow_quoted(rest.substr(end)))
        throw YamlFault{text.mark(line, byte + end), "unexpected text after a closing quote",
                        "Put the quotes around the whole value; a comment needs a space before '#'."};
    if (rest[0] == '"' && rest.substr(0, end).find("\\'") != std::string_view::npos)
        throw YamlFault{text.mark(line, byte), "\\' is no escape", "In double quotes a ' stands for itself."};
    return end;
}

/// Blank lines before a block's text must not be indented more than it.
void check_block_indent(YamlText const& text, std::size_t line) {
    std::size_t widest = 0;
    for (auto i = line + 1; i < text.lines(); ++i) {
        auto const indent = text.line(i).find_first_not_of(' ');
        if (indent == std::string_view::npos) {
            widest = std::max(widest, text.line(i).size());
            continue;
        }
        if (widest > indent)
            throw YamlFault{
                text.mark(i, indent), "a blank line before this one is indented more than the text", {}};
        return;
    }
}

/// A block starts with '|' or '>' and indicators; only a comment may follow in that line.
void check_block(YamlText const& text, std::size_t line, std::size_t byte) {
    auto const rest = text.rest_of_line(line, byte);
    auto const at = std::min(rest.find_first_not_of("|>+-123456789"), rest.size());
    auto const after = rest.find_first_not_of(' ', at);
    if (after == std::string_view::npos || (rest[after] == '#' && after > at))
        return check_block_indent(text, line);
    throw YamlFault{text.mark(line, byte + at), "unexpected text after a block indicator",
                    "The block's text starts in the next line."};
}

} // namespace

YamlText::YamlText(std::string_view text) {
    while (!text.empty()) {
        auto const end = text.find('\n');
        auto line = text.substr(0, end);
        if (line.ends_with('\r')) line.remove_suffix(1);
        lines_.push_back(line);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
}

std::string_view YamlText::line(std::size_t index) const {
    return index < lines_.size() ? lines_[index] : std::string_view();
}

Mark YamlText::mark(std::size_t index, std::size_t byte) const {
    auto const before = line(index).substr(0, byte);
    return {static_cast<int>(index) + 1, static_cast<int>(characters(before)) + 1};
}

std::string_view YamlText::rest_of_line(std::size_t index, std::size_t byte) const {
    auto const whole = line(index);
    return whole.substr(std::min(byte, whole.size()));
}

void check_characters(std::string_view bytes) {
    if (bytes.size() > kMaxBytes)
        throw YamlFault{
            {}, fmt::format("{} bytes are more than the {} allowed", bytes.size(), kMaxBytes), {}};
    if (!is_utf8(bytes)) throw YamlFault{{}, "not UTF-8", "Save the file in UTF-8."};
    auto const text = YamlText(bytes);
    for (std::size_t i = 0; i < text.lines(); ++i) {
        auto const line = text.line(i);
        if (auto const tab = line.find('\t'); tab != std::string_view::npos)
            throw YamlFault{text.mark(i, tab), "tab character",
                            "Indent with spaces; in double quotes write \\t."};
        auto const control = std::find_if(line.begin(), line.end(), is_control);
        if (control == line.end()) continue;
        auto const at = static_cast<std::size_t>(control - line.begin());
        throw YamlFault{text.mark(i, at),
                        fmt::format("control character {}", printable(line.substr(at, 1), 8)),
                        "In double quotes write it as an escape."};
    }
}

void check_lines(YamlText const& text) {
    bool started = false;
    for (std::size_t i = 0; i < text.lines(); ++i) {
        auto const line = text.line(i);
        auto const first = line.find_first_not_of(' ');
        if (first == std::string_view::npos || line[first] == '#') continue;
        if (line.starts_with('%'))
            throw YamlFault{text.mark(i, 0), "a line must not start with '%'",
                            "Directives are not used here."};
        bool const marker = line.starts_with("---") || line.starts_with("...");
        bool const alone = line.find_first_not_of(' ', 3) == std::string_view::npos;
        if (marker && (started || line[0] == '.' || !alone))
            throw YamlFault{text.mark(i, 0), fmt::format("'{}' is not allowed here", line.substr(0, 3)),
                            "A file holds one document; '---' may only stand alone before it."};
        started = true;
    }
}

void check_scalar(YamlText const& text, std::size_t line, std::size_t byte, std::string_view value,
                  bool quoted) {
    auto const rest = text.rest_of_line(line, byte);
    if (quoted && !rest.starts_with('"') && !rest.starts_with('\'')) return check_block(text, line, byte);
    if (!quoted && !rest.starts_with(value))
        throw YamlFault{
            text.mark(line, byte), "text without quotes must stand in one line",
            "For longer text use a block ('>-' joins its lines); in a list, look for a missing comma."};
    if (!quoted && value == "-")
        throw YamlFault{text.mark(line, byte), "'-' without a value", "Put text in quotes."};
    auto const end = quoted ? check_quoted(text, line, byte) : value.size();
    if (has_glued_comment(rest.substr(end)))
        throw YamlFault{text.mark(line, byte + rest.find('#', end)), "a comment needs a space before it", {}};
}

void check_key(YamlText const& text, std::size_t line, std::size_t byte, std::string_view key, bool quoted) {
    auto const rest = text.rest_of_line(line, byte);
    if (!quoted && !rest.starts_with(key))
        throw YamlFault{text.mark(line, byte), "a key must stand in one line", {}};
    auto const end = quoted ? check_quoted(text, line, byte) : key.size();
    auto const colon = rest.find_first_not_of(' ', end);
    if (colon == std::string_view::npos || rest[colon] != ':')
        throw YamlFault{text.mark(line, byte), fmt::format("'{}' has no ':' after it", printable(key, 60)),
                        "A key needs a colon. Does the text belong to the line above, or is a ']' missing?"};
}

} // namespace billhouse
