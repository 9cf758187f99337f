#include "e2e/vendor_exchange.hpp"

#include <algorithm>
#include <cctype>
#include <sstream>

namespace billhouse {

namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

std::string decoded(std::string_view text) {
    std::string out;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] != '%') {
            out += text[at];
            continue;
        }
        out += static_cast<char>(std::stoi(std::string(text.substr(at + 1, 2)), nullptr, 16));
        at += 2;
    }
    return out;
}

Pairs query_of(std::string const& text) {
    Pairs query;
    std::istringstream parts(text);
    for (std::string part; std::getline(parts, part, '&');) {
        auto const equals = std::min(part.find('='), part.size() - 1);
        query.emplace_back(decoded(part.substr(0, equals)), decoded(part.substr(equals + 1)));
    }
    return query;
}

std::string in_lower_case(std::string text) {
    std::ranges::transform(text, text.begin(), [](unsigned char c) { return std::tolower(c); });
    return text;
}

Pairs headers_of(std::istringstream& lines) {
    Pairs headers;
    for (std::string line; std::getline(lines, line) && line != "\r";) {
        auto const colon = line.find(": ");
        auto const name = line.substr(0, colon);
        headers.emplace_back(in_lower_case(name), line.substr(colon + 2, line.size() - colon - 3));
    }
    return headers;
}

std::string quoted(std::string const& text) {
    std::ostringstream out;
    out << '"';
    for (char const c : text) {
        if (c == '"' || c == '\\')
            out << '\\' << c;
        else if (static_cast<unsigned char>(c) < 0x20)
            out << "\\u00"
                << "0123456789abcdef"[c >> 4] << "0123456789abcdef"[c & 15];
        else
            out << c;
    }
    out << '"';
    return out.str();
}

/// The value as JSON; numbers with the digits that they came with.
std::string written(JsonValue const& value) {
    using Kind = JsonValue::Kind;
    if (value.kind == Kind::null) return "null";
    if (value.kind == Kind::string) return quoted(value.text);
    if (value.kind != Kind::object && value.kind != Kind::array) return value.text;
    std::string inside;
    for (auto const& [name, member] : value.members)
        inside += (inside.empty() ? "" : ",") + quoted(name) + ":" + written(member);
    for (auto const& element : value.elements)
        inside += (inside.empty() ? "" : ",") + written(element);
    return value.kind == Kind::object ? "{" + inside + "}" : "[" + inside + "]";
}

std::string reply_text(JsonValue const& entry, std::string const& server) {
    auto const body =
        with_server(entry.has("answer") ? written(entry["answer"]) : entry["answer_text"].text, server);
    auto text = "HTTP/1.1 " + (entry.has("status") ? entry["status"].text : "200") +
                " Said\r\nConnection: close\r\nContent-Length: " + std::to_string(body.size()) + "\r\n";
    if (!entry.has("headers")) text += "Content-Type: application/json\r\n";
    if (entry.has("headers"))
        for (auto const& [name, value] : entry["headers"].members)
            text += name + ": " + with_server(value.text, server) + "\r\n";
    return text + "\r\n" + body;
}

bool is_among(Pairs const& pairs, std::string const& name, std::string const& value) {
    return std::ranges::find(pairs, std::pair(name, value)) != pairs.end();
}

} // namespace

std::string with_server(std::string text, std::string const& server) {
    constexpr std::string_view kPlace = "{server}";
    for (auto at = text.find(kPlace); at != std::string::npos; at = text.find(kPlace, at + server.size()))
        text.replace(at, kPlace.size(), server);
    return text;
}

VendorExchange::VendorExchange(std::string const& exchange, JsonValue headers)
    : headers_(std::move(headers)) {
    for (auto& entry : parse_json(exchange).elements)
        entries_.push_back({std::move(entry)});
}

VendorExchange::Request VendorExchange::parse(std::string const& text) {
    Request request;
    std::istringstream lines(text);
    std::string target, rest;
    lines >> request.method >> target;
    std::getline(lines, rest);
    auto const mark = std::min(target.find('?'), target.size());
    request.path = target.substr(0, mark);
    if (mark < target.size()) request.query = query_of(target.substr(mark + 1));
    request.headers = headers_of(lines);
    request.body = text.substr(text.find("\r\n\r\n") + 4);
    return request;
}

bool VendorExchange::fits(Entry const& entry, Request const& request) {
    auto const& json = entry.json;
    if (json["method"].text != request.method || json["path"].text != request.path) return false;
    if (json.has("times") && entry.uses >= std::stoul(json["times"].text)) return false;
    if (json.has("query"))
        for (auto const& [name, value] : json["query"].members)
            if (!is_among(request.query, name, value.text)) return false;
    if (json.has("body_contains"))
        for (auto const& piece : json["body_contains"].elements)
            if (request.body.find(piece.text) == std::string::npos) return false;
    return true;
}

void VendorExchange::check_headers(Request const& request) {
    for (auto const& [name, value] : headers_.members)
        if (!is_among(request.headers, in_lower_case(name), value.text))
            faults_.push_back(request.method + " " + request.path + " has no header " + name + ": " +
                              value.text);
}

ScriptedReply VendorExchange::answer(std::string const& text, std::string const& server) {
    std::lock_guard const lock(mutex_);
    auto const request = parse(text);
    for (auto& entry : entries_) {
        if (!fits(entry, request)) continue;
        ++entry.uses;
        if (!entry.json.has("any_headers")) check_headers(request);
        return {reply_text(entry.json, server), ScriptedReply::Then::close};
    }
    faults_.push_back("no entry answers " + text);
    return {"HTTP/1.1 404 Unknown\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
            ScriptedReply::Then::close};
}

std::vector<std::string> VendorExchange::faults() const {
    std::lock_guard const lock(mutex_);
    auto faults = faults_;
    for (std::size_t index = 0; index < entries_.size(); ++index)
        if (entries_[index].uses == 0)
            faults.push_back("nothing asked for entry " + std::to_string(index + 1));
    return faults;
}

} // namespace billhouse
