#pragma once

#include "job/diagnostic.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What the text of a YAML file must fulfil beyond what yaml-cpp 0.7 checks: it takes 34 of the 94 invalid
/// documents of the YAML test suite.
namespace billhouse {

/// Thrown by the rules and the reader at the first fault; becomes one diagnostic.
struct YamlFault {
    Mark mark;
    std::string message;
    std::string hint;
};

/// A file's text by lines, and back from yaml-cpp's places to it.
class YamlText {
public:
    explicit YamlText(std::string_view text);
    /// The line without its end; empty beyond the last.
    std::string_view line(std::size_t index) const;
    std::size_t lines() const { return lines_.size(); }
    /// @param line,byte  from 0
    Mark mark(std::size_t line, std::size_t byte) const;
    /// From a place to the end of its line.
    std::string_view rest_of_line(std::size_t line, std::size_t byte) const;

private:
    std::vector<std::string_view> lines_;
};

/// Size, encoding, control characters and tabs, directives, document markers.
/// @throws YamlFault
void check_characters(std::string_view bytes);
void check_lines(YamlText const& text);

/// A scalar against the place where it was found: it must stand in one line and nothing may stick to its
/// closing quote.
/// @throws YamlFault
void check_scalar(YamlText const& text, std::size_t line, std::size_t byte, std::string_view value,
                  bool quoted);
/// A key: in one line, with its colon.
/// @throws YamlFault
void check_key(YamlText const& text, std::size_t line, std::size_t byte, std::string_view key, bool quoted);

} // namespace billhouse
