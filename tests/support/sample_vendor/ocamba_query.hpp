#pragma once

#include "support/sample_vendor/http_messages.hpp"
#include "support/sample_vendor/ocamba_model.hpp"

#include <optional>
#include <string_view>
#include <variant>
#include <vector>

namespace billhouse::vendor {

/// The parameters of a usage request.
struct OcambaQuery {
    struct SortKey {
        std::string_view field;
        bool descending = false;
    };
    std::size_t page = 1, page_size = 20;
    bool full_view = false;
    std::string app_id, id; ///< empty = any
    std::vector<SortKey> sort;
};

/// @returns the query, or what is wrong with it
std::variant<OcambaQuery, std::string> read_query(HttpRequest const& request);
/// Filters and sorts; the order of equal documents stays.
std::vector<UsageDocument> select(std::vector<UsageDocument> documents, OcambaQuery const& query);

} // namespace billhouse::vendor
