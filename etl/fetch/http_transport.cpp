#include "fetch/http_transport.hpp"

#include <algorithm>

namespace billhouse {

std::optional<std::string> HttpResponse::header(std::string_view name) const {
    auto const found = std::ranges::find(headers, name, [](auto const& header) { return header.first; });
    if (found == headers.end()) return std::nullopt;
    return found->second;
}

} // namespace billhouse
