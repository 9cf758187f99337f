#pragma once

#include <map>
#include <string>

namespace billhouse {

struct HttpAnswer {
    int status = 0; ///< 0 = no answer, or a broken one
    std::string body;
    std::multimap<std::string, std::string> headers; ///< names in lower case

    std::string header(std::string const& name) const {
        auto const found = headers.find(name);
        return found == headers.end() ? std::string() : found->second;
    }
};

using HttpHeaders = std::multimap<std::string, std::string>;

/// One request on a connection of its own, unrelated to billhouse's transport. Follows no redirect, repeats
/// nothing.
/// @param base  "http://127.0.0.1:PORT"
/// @param target  path and query, encoded
HttpAnswer http_get(std::string const& base, std::string const& target, HttpHeaders const& headers = {});
HttpAnswer http_post(std::string const& base, std::string const& target, std::string const& body = "");
/// Percent-encodes everything but letters, digits and "-._~".
std::string url_encoded(std::string const& text);

} // namespace billhouse
