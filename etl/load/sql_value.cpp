#include "load/sql_value.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <utility>

namespace billhouse {

SqlValue::SqlValue(std::string text) : text_(std::move(text)) {
    auto const nul = text_->find('\0');
    if (nul != std::string::npos)
        throw Error(ErrorKind::data,
                    fmt::format("a text has a NUL byte at position {}, which PostgreSQL cannot hold: \"{}\"",
                                nul, printable(*text_, 80)));
}

SqlValue::SqlValue(std::optional<std::string> text) {
    if (text) *this = SqlValue(std::move(*text));
}

namespace {

Error unexpected(std::optional<std::string> const& field, char const* what) {
    auto const value = field ? fmt::format("\"{}\"", printable(*field, 40)) : "NULL";
    return {ErrorKind::bug, fmt::format("the database returned {} where {} was expected", value, what)};
}

} // namespace

std::int64_t integer(std::optional<std::string> const& field) {
    bool const negative = field && field->starts_with('-');
    auto const digits =
        field ? parse_integer(std::string_view(*field).substr(negative ? 1 : 0)) : std::nullopt;
    if (!digits) throw unexpected(field, "an integer");
    return negative ? -*digits : *digits;
}

Date calendar_date(std::optional<std::string> const& field) {
    auto const date = parse_date(field.value_or(""));
    if (!date) throw unexpected(field, "a date");
    return *date;
}

} // namespace billhouse
