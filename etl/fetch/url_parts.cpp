#include "fetch/url_parts.hpp"

#include "fetch/percent_encoding.hpp"

#include <algorithm>

namespace billhouse {
namespace {

int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return -1;
}

std::string percent_decoded(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        bool const is_escape = text[i] == '%' && i + 2 < text.size();
        int const high = is_escape ? hex_value(text[i + 1]) : -1;
        int const low = is_escape ? hex_value(text[i + 2]) : -1;
        if (high < 0 || low < 0) {
            out += text[i];
            continue;
        }
        out += static_cast<char>(high * 16 + low);
        i += 2;
    }
    return out;
}

std::string_view without_default_port(std::string_view scheme, std::string_view authority) {
    auto const port = scheme == "https" ? std::string_view(":443") : std::string_view(":80");
    if (authority.ends_with(port)) authority.remove_suffix(port.size());
    return authority;
}

} // namespace

UrlParts url_parts(std::string_view url) {
    url = url.substr(0, url.find('#'));
    auto const scheme_end = url.find("://");
    auto const scheme = scheme_end == std::string_view::npos ? std::string_view() : url.substr(0, scheme_end);
    if (scheme_end != std::string_view::npos) url.remove_prefix(scheme_end + 3);
    auto const authority = url.substr(0, url.find_first_of("/?"));
    url.remove_prefix(authority.size());
    auto const query_at = url.find('?');
    UrlParts parts;
    parts.host = without_default_port(scheme, authority);
    parts.path = url.substr(0, query_at);
    if (parts.path.empty()) parts.path = "/";
    if (query_at != std::string_view::npos) parts.query = url.substr(query_at + 1);
    return parts;
}

std::vector<std::pair<std::string, std::string>> query_parameters(std::string_view query) {
    std::vector<std::pair<std::string, std::string>> parameters;
    while (!query.empty()) {
        auto const part = query.substr(0, query.find('&'));
        query.remove_prefix(std::min(part.size() + 1, query.size()));
        if (part.empty()) continue;
        auto const equals = part.find('=');
        parameters.emplace_back(percent_decoded(part.substr(0, equals)),
                                equals == std::string_view::npos ? std::string()
                                                                 : percent_decoded(part.substr(equals + 1)));
    }
    return parameters;
}

std::string canonical_query(std::vector<std::pair<std::string, std::string>> const& parameters) {
    std::vector<std::pair<std::string, std::string>> encoded;
    for (auto const& [name, value] : parameters)
        encoded.emplace_back(percent_encoded(name), percent_encoded(value));
    std::ranges::sort(encoded);
    std::string text;
    for (auto const& [name, value] : encoded)
        text.append(text.empty() ? "" : "&").append(name).append("=").append(value);
    return text;
}

} // namespace billhouse
