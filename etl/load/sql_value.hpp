#pragma once

#include "base/date_time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace billhouse {

/// A value on its way to a statement: text as PostgreSQL reads it, or NULL. Converted here so that no text
/// with a NUL byte gets through (libpqxx 6.4 would cut it short in silence).
class SqlValue {
public:
    SqlValue(std::nullopt_t) {}
    SqlValue(std::string text);
    SqlValue(std::string_view text) : SqlValue(std::string(text)) {}
    SqlValue(char const* text) : SqlValue(std::string(text)) {}
    SqlValue(std::optional<std::string> text);
    SqlValue(bool value) : text_(value ? "true" : "false") {}
    SqlValue(std::int32_t value) : text_(std::to_string(value)) {}
    SqlValue(std::int64_t value) : text_(std::to_string(value)) {}
    std::optional<std::string> const& text() const { return text_; }

private:
    std::optional<std::string> text_;
};

/// A small result, copied out of the driver.
class Rows {
public:
    using Row = std::vector<std::optional<std::string>>;
    std::size_t size() const { return rows_.size(); }
    bool empty() const { return rows_.empty(); }
    Row const& operator[](std::size_t i) const { return rows_[i]; }
    auto begin() const { return rows_.begin(); }
    auto end() const { return rows_.end(); }
    std::int64_t affected = 0; ///< rows that an INSERT, UPDATE or DELETE touched

    std::vector<Row> rows_;
};
/// @throws Error(bug)  NULL, or not an integer
std::int64_t integer(std::optional<std::string> const& field);
/// @throws Error(bug)  NULL, or not a date
Date calendar_date(std::optional<std::string> const& field);

} // namespace billhouse
