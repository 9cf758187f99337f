#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace billhouse {

/// Reads CSV row by row as RFC 4180 has it: quotes around a field, doubled within it, line ends within quotes
/// belong to the field. Lines end in CRLF or LF. Blank lines are no rows.
class CsvReader {
public:
    /// @param max_field  bytes that one field may have
    CsvReader(std::string_view text, char delimiter, std::size_t max_field)
        : text_(text), delimiter_(delimiter), max_field_(max_field) {}

    /// @returns false at the end
    /// @throws Error(data)  quotes that do not match, a carriage return alone, a field that is too long
    bool next();

    // Of the row read last, valid until the next one.
    std::vector<std::string_view> const& fields() const { return fields_; }
    std::string_view row() const { return row_; }  ///< its exact bytes without the line end
    std::size_t line() const { return row_line_; } ///< where it begins, from 1

    [[noreturn]] void fail(std::size_t line, std::string const& what) const;

private:
    bool at_end() const { return at_ >= text_.size(); }
    bool skip_line_end();
    void read_row();
    void read_field();
    void read_quoted();
    void read_plain();
    void add(char c);

    std::string_view text_;
    char delimiter_;
    std::size_t max_field_;
    std::size_t at_ = 0, line_ = 1, row_line_ = 1;
    std::string_view row_;
    std::string characters_; ///< of all fields of the row, quotes resolved
    std::size_t field_from_ = 0;
    std::vector<std::size_t> ends_; ///< of each field in `characters_`
    std::vector<std::string_view> fields_;
};

} // namespace billhouse
