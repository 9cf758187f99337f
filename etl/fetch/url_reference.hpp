#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace billhouse {

/// `reference` as seen from `base`, which is absolute: RFC 3986 section 5.2, strict. The empty reference is
/// the base itself without its fragment.
std::string resolve_reference(std::string_view base, std::string_view reference);

/// "https://api.example:443" in lower case with the port written out; nullopt for what is no http(s) URL with
/// a plain host name or address: also with a user name, a host in other characters than RFC 1123's, or a port
/// beyond 65535.
std::optional<std::string> origin_of(std::string_view url);

/// Where a vendor's link to the next page leads, without its fragment. Characters that a URL cannot hold are
/// percent-encoded, everything else stays as the vendor wrote it.
/// @param page_url  absolute, where the link was found
/// @throws Error(data)  a link to another scheme, host or port, or with control characters or backslashes,
///                      which programs read in different ways
std::string next_page_url(std::string_view page_url, std::string_view link);

/// The URL without those query parameters.
std::string without_query_parameter(std::string_view url, std::string_view name);

} // namespace billhouse
