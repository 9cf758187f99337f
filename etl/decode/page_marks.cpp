#include "decode/page_marks.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "fetch/link_header.hpp"

#include <fmt/format.h>

namespace billhouse {

namespace {

constexpr std::size_t kShownBytes = 80;

JsonNode const* find(JsonTree const& tree, Path const& path) {
    return tree.empty() ? nullptr : tree.find(tree.root(), path);
}

std::string shown(JsonTree const& tree, JsonNode const* node) {
    if (node == nullptr) return "missing";
    std::string text;
    tree.write(*node, text);
    return printable(text, kShownBytes);
}

[[noreturn]] void refuse(JsonTree const& tree, Path const& path, std::string_view expected,
                         std::string_view key) {
    throw Error(
        ErrorKind::data,
        fmt::format("{} is {}, expected {}", to_string(path), shown(tree, find(tree, path)), expected),
        fmt::format("Correct `pagination.{}` in the job file, or ask the vendor.", key));
}

std::optional<std::int64_t> count_at(JsonTree const& tree, std::optional<Path> const& path,
                                     std::string_view key) {
    if (!path) return std::nullopt;
    auto const* const node = find(tree, *path);
    bool const has_digits =
        node != nullptr && (node->kind == JsonKind::number || node->kind == JsonKind::string);
    auto const count = has_digits ? parse_integer(trimmed(node->text)) : std::nullopt;
    if (!count) refuse(tree, *path, "a whole number", key);
    return count;
}

std::optional<bool> flag_at(JsonTree const& tree, std::optional<Path> const& path) {
    if (!path) return std::nullopt;
    auto const* const node = find(tree, *path);
    bool const has_text =
        node != nullptr && (node->kind == JsonKind::boolean || node->kind == JsonKind::string);
    auto const text = has_text ? lower_ascii(node->text) : "";
    if (text != "true" && text != "false") refuse(tree, *path, "true or false", "has_more");
    return text == "true";
}

std::optional<Scalar> text_scalar(std::optional<std::string> text) {
    if (!text || text->empty()) return std::nullopt;
    return Scalar{Scalar::Kind::string, std::move(*text)};
}

/// All fields of one name, as if they were one (RFC 9110 section 5.3).
std::optional<std::string> joined_header(Headers const& headers, std::string_view name) {
    std::optional<std::string> joined;
    for (auto const& [each, value] : headers)
        if (each == name) joined = joined ? *joined + ", " + value : value;
    return joined;
}

std::optional<Scalar> link_at(JsonTree const& tree, Path const& path) {
    auto const* const node = find(tree, path);
    if (node == nullptr || node->kind == JsonKind::null) return std::nullopt;
    if (node->kind != JsonKind::string) refuse(tree, path, "a link or null", "url");
    return text_scalar(std::string(node->text));
}

std::optional<Scalar> next_mark(JsonTree const& envelope, Headers const& headers,
                                std::optional<Scalar> const& last_record, Pagination const& pagination) {
    using enum Pagination::Kind;
    if (pagination.kind == next_url) return link_at(envelope, pagination.url.value());
    if (pagination.kind == link_header) {
        auto const header = joined_header(headers, "link");
        return header ? text_scalar(next_link(*header)) : std::nullopt;
    }
    if (pagination.kind != cursor) return std::nullopt;
    auto const& source = pagination.cursor.value();
    if (source.from == CursorSource::From::last_record) return last_record;
    if (source.from == CursorSource::From::header) return text_scalar(joined_header(headers, source.header));
    return cursor_at(envelope, source.path);
}

} // namespace

std::optional<Scalar> cursor_at(JsonTree const& tree, Path const& path) {
    auto const* const node = find(tree, path);
    if (node == nullptr || node->kind == JsonKind::null) return std::nullopt;
    if (node->kind == JsonKind::number) return Scalar{Scalar::Kind::number, std::string(node->text)};
    if (node->kind != JsonKind::string) refuse(tree, path, "a text, a number or null", "cursor");
    return text_scalar(std::string(node->text));
}

void read_page_marks(PageFacts& facts, JsonTree const& envelope, Headers const& headers,
                     std::optional<Scalar> const& last_record, Pagination const& pagination) {
    facts.pages = count_at(envelope, pagination.pages, "pages");
    facts.page_size = count_at(envelope, pagination.size_from, "size_from");
    facts.has_more = flag_at(envelope, pagination.has_more);
    facts.next = next_mark(envelope, headers, last_record, pagination);
}

} // namespace billhouse
