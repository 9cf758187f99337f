#include "load/lock_holder.hpp"

#include "load/session_holder.hpp"

#include "load_sql.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

namespace billhouse {

namespace {

bool is_name(unsigned char c) {
    return std::islower(c) != 0 || std::isdigit(c) != 0 || c == '_';
}

/// A column after its alias looks alike; the server knows no such table.
void add_relations(std::string_view text, std::vector<std::string>& found) {
    for (auto dot = text.find('.'); dot != text.npos; dot = text.find('.', dot + 1)) {
        auto begin = dot, end = dot + 1;
        while (begin > 0 && is_name(static_cast<unsigned char>(text[begin - 1])))
            --begin;
        while (end < text.size() && is_name(static_cast<unsigned char>(text[end])))
            ++end;
        std::string name(text.substr(begin, end - begin));
        if (begin < dot && end > dot + 1 && std::ranges::find(found, name) == found.end())
            found.push_back(std::move(name));
    }
}

} // namespace

std::vector<std::string> named_relations(std::string_view sql, std::vector<SqlValue> const& values) {
    constexpr std::size_t kLongestName = 128; // two identifiers and their dot; longer values are data
    std::vector<std::string> found;
    add_relations(sql, found);
    for (auto const& value : values)
        if (value.text() && value.text()->size() < kLongestName) add_relations(*value.text(), found);
    return found;
}

std::optional<std::string> lock_holder(PgSession& session, std::vector<std::string> const& relations) {
    std::string array;
    for (auto const& relation : relations)
        array.append(array.empty() ? "{" : ",").append(relation);
    try {
        auto const rows = session.run(load_sql::lock_holder, {array.append(array.empty() ? "{}" : "}")});
        if (rows.empty()) return std::nullopt;
        return fmt::format("{} is held by {}", rows[0][4].value(), name_holder(rows[0]));
    } catch (Error const&) { // what went wrong before is what must be told
        return std::nullopt;
    }
}

} // namespace billhouse
