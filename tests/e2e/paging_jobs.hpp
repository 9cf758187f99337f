#pragma once

#include "e2e/scenario_run.hpp"

#include <string>
#include <utility>

namespace billhouse {

/// Whether the request line has this part.
inline bool asks(std::string const& request, std::string const& part) {
    return request.substr(0, request.find("\r\n")).find(part) != std::string::npos;
}

inline ScenarioJob numbered(std::string pagination = "{kind: page_number}") {
    return {.query = R"({from: "{window.start}", page: "{page.number}"})",
            .pagination = std::move(pagination)};
}

inline ScenarioJob by_offset(std::string pagination) {
    return {.query = R"({from: "{window.start}", offset: "{page.offset}"})",
            .pagination = std::move(pagination)};
}

inline ScenarioJob by_cursor(std::string cursor, std::string more = {}) {
    return {.query = R"({from: "{window.start}", after: "{page.cursor}"})",
            .pagination = "{kind: cursor, cursor: " + std::move(cursor) + std::move(more) + "}"};
}

inline ScenarioJob by_url(std::string path = "next") {
    return {.pagination = "{kind: next_url, url: " + std::move(path) + "}"};
}

} // namespace billhouse
