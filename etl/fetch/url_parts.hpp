#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace billhouse {

/// A request's URL as signatures look at it: complete and encoded, without user name and fragment.
struct UrlParts {
    std::string host;  ///< as the Host header has it: with the port unless it is the scheme's own
    std::string path;  ///< encoded; "/" where there is none
    std::string query; ///< encoded, without '?'
};
UrlParts url_parts(std::string_view url);

/// Names and values of an encoded query in their order, decoded; '+' stays '+'.
std::vector<std::pair<std::string, std::string>> query_parameters(std::string_view query);

/// The parameters encoded as RFC 3986 has it and sorted by name, then value: "a=1&b=".
std::string canonical_query(std::vector<std::pair<std::string, std::string>> const& parameters);

} // namespace billhouse
