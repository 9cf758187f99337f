#include "support/http_client.hpp"

#include <httplib.h>

#include <algorithm>
#include <cctype>
#include <cstdio>

namespace billhouse {

namespace {

HttpAnswer answer_of(httplib::Result const& result) {
    HttpAnswer answer;
    if (!result) return answer;
    answer.status = result->status;
    answer.body = result->body;
    for (auto const& [name, value] : result->headers) {
        std::string lower = name;
        std::transform(lower.begin(), lower.end(), lower.begin(),
                       [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
        answer.headers.emplace(std::move(lower), value);
    }
    return answer;
}

} // namespace

HttpAnswer http_get(std::string const& base, std::string const& target, HttpHeaders const& headers) {
    httplib::Client client(base);
    client.set_read_timeout(60);
    return answer_of(client.Get(target, httplib::Headers(headers.begin(), headers.end())));
}

HttpAnswer http_post(std::string const& base, std::string const& target, std::string const& body) {
    httplib::Client client(base);
    client.set_read_timeout(60);
    return answer_of(client.Post(target, body, "text/plain"));
}

std::string url_encoded(std::string const& text) {
    std::string encoded;
    for (char const c : text) {
        auto const byte = static_cast<unsigned char>(c);
        if (std::isalnum(byte) != 0 || std::string_view("-._~").find(c) != std::string_view::npos) {
            encoded += c;
            continue;
        }
        char escape[4];
        std::snprintf(escape, sizeof escape, "%%%02X", byte);
        encoded += escape;
    }
    return encoded;
}

} // namespace billhouse
