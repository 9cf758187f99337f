#include "fetch/request_template.hpp"

#include "base/text.hpp"
#include "fetch/json_body.hpp"
#include "fetch/percent_encoding.hpp"
#include "fetch/url_reference.hpp"

#include <algorithm>

namespace billhouse {
namespace {

constexpr auto kSecond = std::chrono::seconds(1);

std::string window_text(Placeholder const& placeholder, Instant instant, RequestValues const& values) {
    return placeholder.format.value().write(instant, values.zone);
}

std::string value_of(Placeholder const& placeholder, RequestValues const& values) {
    using enum Placeholder::Name;
    switch (placeholder.name) {
    case window_start:
        return window_text(placeholder, values.window_from, values);
    case window_end:
        return window_text(placeholder, values.window_to, values);
    case window_last:
        return window_text(placeholder, values.zone.start_of(values.zone.date_of(values.window_to - kSecond)),
                           values);
    case window_last_second:
        return window_text(placeholder, values.window_to - kSecond, values);
    case page_number:
        return std::to_string(values.page_number);
    case page_size:
        return std::to_string(values.page_size);
    case page_offset:
        return std::to_string(values.page_offset);
    case page_cursor:
        return values.cursor.text;
    case partition:
        return values.partition;
    case record:
        return values.record ? values.record(placeholder.path) : std::string();
    }
    return {};
}

/// Literal text stays as it is; what a placeholder stands for goes through `encode`.
template <typename Encode>
std::string expand_with(Template const& text, RequestValues const& values, Encode encode) {
    std::string out;
    for (auto const& part : text.parts) {
        if (auto const* literal = std::get_if<std::string>(&part)) {
            out += *literal;
        } else {
            out += encode(value_of(std::get<Placeholder>(part), values));
        }
    }
    return out;
}

std::string inside_json_string(std::string_view text) {
    auto const quoted = json_quoted(text);
    return quoted.substr(1, quoted.size() - 2);
}

std::string joined_url(std::string_view base_url, std::string_view path) {
    while (base_url.ends_with('/'))
        base_url.remove_suffix(1);
    while (path.starts_with('/'))
        path.remove_prefix(1);
    std::string url(base_url);
    if (!path.empty()) url.append("/").append(path);
    return url;
}

std::string url_of_link(HttpSettings const& http, std::string url) {
    for (auto const& rule : http.auth)
        if (rule.kind == AuthRule::Kind::query) url = without_query_parameter(url, rule.name);
    return url;
}

std::string url_of(HttpSettings const& http, RequestTemplate const& request, RequestValues const& values) {
    if (!values.url.empty()) return url_of_link(http, values.url);
    auto url = joined_url(http.base_url, expand_with(request.path, values, percent_encoded));
    char separator = url.find('?') == std::string::npos ? '?' : '&';
    for (auto const& [name, text] : request.query) {
        auto const value = expand(text, values);
        if (value.empty()) continue;
        url += separator;
        url.append(percent_encoded(name)).append("=").append(percent_encoded(value));
        separator = '&';
    }
    return url;
}

void set_header(Headers& headers, std::string const& name, std::string value) {
    std::erase_if(headers,
                  [&](auto const& header) { return lower_ascii(header.first) == lower_ascii(name); });
    if (!value.empty()) headers.emplace_back(name, std::move(value));
}

bool has_header(Headers const& headers, std::string_view lower_name) {
    return std::ranges::any_of(headers,
                               [&](auto const& header) { return lower_ascii(header.first) == lower_name; });
}

} // namespace

std::string expand(Template const& text, RequestValues const& values) {
    return expand_with(text, values, [](std::string value) { return value; });
}

HttpRequest build_request(HttpSettings const& http, RequestTemplate const& request,
                          RequestValues const& values) {
    HttpRequest out;
    out.method = request.method;
    out.url = url_of(http, request, values);
    for (auto const& [name, text] : http.headers)
        set_header(out.headers, name, expand(text, values));
    for (auto const& [name, text] : request.headers)
        set_header(out.headers, name, expand(text, values));
    if (request.body) {
        out.body = expand_with(*request.body, values, inside_json_string);
    } else if (request.json_body) {
        out.body = json_body(*request.json_body, values);
    }
    if (out.body && !has_header(out.headers, "content-type"))
        out.headers.emplace_back("Content-Type", "application/json");
    return out;
}

} // namespace billhouse
