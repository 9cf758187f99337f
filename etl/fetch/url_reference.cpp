#include "fetch/url_reference.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "fetch/percent_encoding.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace billhouse {
namespace {

/// The five parts of RFC 3986 section 3; nullopt = not there, which is not the same as empty.
struct UrlParts {
    std::optional<std::string_view> scheme, authority;
    std::string_view path;
    std::optional<std::string_view> query, fragment;
};

bool is_scheme(std::string_view text) {
    constexpr std::string_view kAlpha = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    if (text.empty() || kAlpha.find(text[0]) == std::string_view::npos) return false;
    return text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+-.") ==
           std::string_view::npos;
}

/// Takes what follows `mark` off the end of `text`.
std::optional<std::string_view> split_off(std::string_view& text, char mark) {
    auto const at = text.find(mark);
    if (at == std::string_view::npos) return std::nullopt;
    auto const rest = text.substr(at + 1);
    text = text.substr(0, at);
    return rest;
}

UrlParts split(std::string_view url) {
    UrlParts parts;
    parts.fragment = split_off(url, '#');
    parts.query = split_off(url, '?');
    auto const colon = url.find(':');
    if (colon < url.find('/') && is_scheme(url.substr(0, colon))) {
        parts.scheme = url.substr(0, colon);
        url.remove_prefix(colon + 1);
    }
    if (url.starts_with("//")) {
        auto const end = std::min(url.find('/', 2), url.size());
        parts.authority = url.substr(2, end - 2);
        url.remove_prefix(end);
    }
    parts.path = url;
    return parts;
}

void drop_last_segment(std::string& path) {
    auto const slash = path.rfind('/');
    path.erase(slash == path.npos ? 0 : slash);
}

/// RFC 3986 section 5.2.4.
std::string without_dot_segments(std::string_view in) {
    std::string out;
    while (!in.empty()) {
        if (in.starts_with("../") || in.starts_with("./")) {
            in.remove_prefix(in.find('/') + 1);
        } else if (in.starts_with("/./")) {
            in.remove_prefix(2);
        } else if (in == "/." || in == "/..") {
            if (in == "/..") drop_last_segment(out);
            out += '/';
            in = {};
        } else if (in.starts_with("/../")) {
            in.remove_prefix(3);
            drop_last_segment(out);
        } else if (in == "." || in == "..") {
            in = {};
        } else {
            auto const end = std::min(in.find('/', 1), in.size());
            out += in.substr(0, end);
            in.remove_prefix(end);
        }
    }
    return out;
}

/// RFC 3986 section 5.2.3.
std::string merged(UrlParts const& base, std::string_view path) {
    if (base.authority && base.path.empty()) return "/" + std::string(path);
    auto const slash = base.path.rfind('/');
    return std::string(base.path.substr(0, slash == std::string_view::npos ? 0 : slash + 1)) +
           std::string(path);
}

std::string joined(UrlParts const& parts, std::string const& path) {
    std::string url;
    if (parts.scheme) url.append(*parts.scheme).append(":");
    if (parts.authority) url.append("//").append(*parts.authority);
    url += path;
    if (parts.query) url.append("?").append(*parts.query);
    if (parts.fragment) url.append("#").append(*parts.fragment);
    return url;
}

constexpr std::string_view kUrlCharacters =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~:/?#[]@!$&'()*+,;=%";

std::string encoded_where_needed(std::string_view link) {
    std::string out;
    for (char const& c : link)
        out +=
            kUrlCharacters.find(c) == std::string_view::npos ? percent_encoded({&c, 1}) : std::string(1, c);
    return out;
}

// By hand and not by std::regex, which recurses for every character: a link of 100,000 would end the process.
constexpr std::string_view kNameCharacters =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::string_view kAddressCharacters = "0123456789ABCDEFabcdef:.";

/// Labels of RFC 1123's characters, joined by single points.
bool is_host_name(std::string_view host) {
    return !host.empty() && !host.starts_with('.') && !host.ends_with('.') &&
           host.find("..") == std::string_view::npos && std::ranges::all_of(host, [](char c) {
               return c == '.' || kNameCharacters.find(c) != std::string_view::npos;
           });
}

/// "[2001:db8::1]"
bool is_address(std::string_view host) {
    if (host.size() < 3 || !host.starts_with('[') || !host.ends_with(']')) return false;
    return host.substr(1, host.size() - 2).find_first_not_of(kAddressCharacters) == std::string_view::npos;
}

std::pair<std::string_view, std::optional<std::string_view>> host_and_port(std::string_view authority) {
    auto const address = authority.starts_with('[') ? std::min(authority.find(']'), authority.size()) : 0;
    auto const colon = authority.find(':', address);
    if (colon == std::string_view::npos) return {authority, std::nullopt};
    return {authority.substr(0, colon), authority.substr(colon + 1)};
}

bool is_control(char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

[[noreturn]] void refuse(std::string_view link, std::string_view why) {
    throw Error(
        ErrorKind::data,
        fmt::format("the link to the next page is refused: '{}' {}",
                    printable(link.substr(0, link.find('?')), 200), why),
        "Credentials go to the host of http.base_url only. If the vendor has moved, change base_url.");
}

} // namespace

std::string resolve_reference(std::string_view base_url, std::string_view reference) {
    auto const base = split(base_url);
    auto target = split(reference);
    if (target.scheme) return joined(target, without_dot_segments(target.path));
    target.scheme = base.scheme;
    if (target.authority) return joined(target, without_dot_segments(target.path));
    target.authority = base.authority;
    if (target.path.empty()) {
        if (!target.query) target.query = base.query;
        return joined(target, std::string(base.path));
    }
    return joined(target, without_dot_segments(target.path.starts_with('/') ? std::string(target.path)
                                                                            : merged(base, target.path)));
}

std::optional<std::string> origin_of(std::string_view url) {
    auto const parts = split(url);
    auto const scheme = lower_ascii(parts.scheme.value_or(""));
    if ((scheme != "http" && scheme != "https") || !parts.authority) return std::nullopt;
    auto const [host, port_text] = host_and_port(*parts.authority);
    if (!is_address(host) && !is_host_name(host)) return std::nullopt;
    auto const port =
        port_text.value_or("").empty() ? (scheme == "http" ? 80 : 443) : parse_integer(*port_text);
    if (!port || *port > 65'535) return std::nullopt;
    return fmt::format("{}://{}:{}", scheme, lower_ascii(host), *port);
}

std::string next_page_url(std::string_view page_url, std::string_view link) {
    for (char const c : link)
        if (is_control(c) || c == '\\') refuse(link, "holds a control character or a backslash");
    auto url = resolve_reference(page_url, encoded_where_needed(trimmed(link)));
    url.erase(std::min(url.find('#'), url.size()));
    auto const origin = origin_of(url), home = origin_of(page_url);
    if (!origin || origin != home)
        refuse(link, fmt::format("leads away from {}", home.value_or("the vendor's host")));
    return url;
}

std::string without_query_parameter(std::string_view url, std::string_view name) {
    auto const mark = url.find('?');
    if (mark == std::string_view::npos) return std::string(url);
    auto const encoded = percent_encoded(name);
    std::string kept;
    for (std::optional<std::string_view> rest = url.substr(mark + 1); rest;) {
        auto part = *rest;
        rest = split_off(part, '&');
        auto const key = part.substr(0, part.find('='));
        if (key != name && key != encoded) kept.append(kept.empty() ? "?" : "&").append(part);
    }
    return std::string(url.substr(0, mark)) + kept;
}

} // namespace billhouse
