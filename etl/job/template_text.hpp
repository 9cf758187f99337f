#pragma once

#include "job/job_definition.hpp"
#include "job/schema.hpp"

#include <string>
#include <string_view>

namespace billhouse {

/// Outcome of reading a little language: the value, or what is wrong and how to repair it.
template <class T>
struct Parsed {
    std::optional<T> value;
    std::string problem;
    std::string hint;
};

/// "content.items": keys from the outside in, separated by dots; "\." is a dot within a key.
Parsed<Path> parse_path(std::string_view text);
/// A path seen from a record: each leading "parent." steps out of an exploded element to its record.
Parsed<ValuePath> parse_value_path(std::string_view text);
/// Text with placeholders: {window.start:%Y%m%d} {window.end} {window.last} {window.last_second}
/// {page.number} {page.size} {page.offset} {page.cursor} {partition};
/// "{{" is a brace, and so is a '}' outside of a placeholder. A window placeholder without a format is
/// written as 2026-03-01.
Parsed<Template> parse_template(std::string_view text);

Shape<Path> path();
Shape<ValuePath> value_path();
Shape<Template> template_text();

} // namespace billhouse
