#include "job/paging_schema.hpp"

#include "base/text.hpp"
#include "job/stream_checks.hpp"
#include "job/template_text.hpp"
#include "job/value_shapes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace billhouse {

namespace {

using Kind = Pagination::Kind;

struct KindKeys {
    Kind kind;
    std::string_view name;
    std::string_view keys; ///< that mean something with it, each between spaces
};
constexpr auto kKinds = std::to_array<KindKeys>({
    {Kind::none, "none", " kind total has_more "},
    {Kind::page_number, "page_number", " kind first size total pages has_more max_pages "},
    {Kind::offset, "offset", " kind first size size_from total has_more max_pages "},
    {Kind::cursor, "cursor", " kind cursor size total has_more max_pages "},
    {Kind::next_url, "next_url", " kind url size total has_more max_pages "},
    {Kind::link_header, "link_header", " kind size total has_more max_pages "},
});

Shape<Kind> kind_shape() {
    std::vector<std::pair<std::string, Kind>> choices;
    for (auto const& each : kKinds)
        choices.emplace_back(each.name, each.kind);
    return choice<Kind>(std::move(choices));
}

struct CursorKeys {
    std::optional<Path> body, last_record;
    std::optional<std::string> header;
    std::string first;
};

CursorSource source_of(CursorKeys const& keys) {
    using enum CursorSource::From;
    if (keys.header) return {header, {}, lower_ascii(*keys.header), keys.first};
    if (keys.last_record) return {last_record, *keys.last_record, {}, keys.first};
    return {body, keys.body.value_or(Path{}), {}, keys.first};
}

void check_cursor(CursorKeys& keys, YamlNode const& node, Reading& reading) {
    int const places =
        int{keys.body.has_value()} + int{keys.last_record.has_value()} + int{keys.header.has_value()};
    if (places != 1)
        reading.report(node, "expected one of the keys body, header and last_record",
                       "For example: cursor: {body: meta.next_cursor}");
    if (keys.header && !header_problem(*keys.header).empty())
        reading.report(*node.find("header"), header_problem(*keys.header));
}

MappingShape<CursorKeys> cursor_shape() {
    using C = CursorKeys;
    MappingShape<C> keys;
    keys.optional("body", &C::body, path(), {},
                  {"Where it stands in the body; null, \"\" or absent is the end.", "meta.next_cursor"})
        .optional("header", &C::header, text(), {}, {"Header that holds it.", "X-Next-Cursor"})
        .optional("last_record", &C::last_record, path(), {},
                  {"Where it stands in a page's last record.", "id"})
        .optional("first", &C::first, text(), {},
                  {"Cursor of the first request, where the vendor wants one.", "\"*\""})
        .check(check_cursor);
    return keys;
}

void check_keys(Pagination const& pagination, YamlNode const& node, Reading& reading) {
    auto const* const known = std::ranges::find(kKinds, pagination.kind, &KindKeys::kind);
    for (auto const& member : node.members)
        if (known->keys.find(fmt::format(" {} ", member.key)) == std::string_view::npos)
            reading.report(member.value,
                           fmt::format("'{}' means nothing with kind: {}", member.key, known->name));
}

void check_pagination(Pagination& pagination, YamlNode const& node, Reading& reading) {
    check_keys(pagination, node, reading);
    if (pagination.kind == Kind::offset && node.find("first") == nullptr) pagination.first_page = 0;
    if (pagination.kind == Kind::cursor && !pagination.cursor)
        reading.report(node, "missing key 'cursor'", "For example: cursor: {body: meta.next_cursor}");
    if (pagination.kind == Kind::next_url && !pagination.url)
        reading.report(node, "missing key 'url'", "For example: url: links.next");
    if (pagination.size_from && pagination.has_more)
        reading.report(*node.find("size_from"), "'size_from' means nothing beside has_more",
                       "has_more alone tells the end.");
}

} // namespace

MappingShape<Pagination> pagination_shape() {
    using P = Pagination;
    MappingShape<P> keys;
    keys.required("kind", &P::kind, kind_shape(),
                  {"none: one request holds everything. page_number, offset: the request counts pages or "
                   "records. cursor: a page says what to ask for the next one with. next_url, link_header: a "
                   "page links to the next one, in its body or in a Link header.",
                   "page_number"})
        .optional("first", &P::first_page, integer(0, 1'000'000), {},
                  {"page_number: number of the first page, 1 if left out. offset: of the first record, 0 if "
                   "left out.",
                   "1"})
        .optional("size", &P::page_size, integer(1, 1'000'000), {},
                  {"Records asked for a page; needed where {page.size} is used.", "100"})
        .optional("size_from", &P::size_from, path(), {},
                  {"offset: where the vendor says which size it used; a page with fewer records is the last.",
                   "meta.limit"})
        .accept("cursor", cursor_shape().shape(),
                [](P& pagination, CursorKeys cursor) { pagination.cursor = source_of(cursor); },
                {"cursor: where a page holds it. {page.cursor} puts it into the next request.",
                 "{body: meta.next_cursor}"})
        .optional(
            "url", &P::url, path(), {},
            {"next_url: where the body holds the link, absolute or relative; null, \"\" or absent is the "
             "end. It may not lead to another host.",
             "links.next"})
        .optional(
            "total", &P::total, path(), {},
            {"Where the vendor says how many records there are in all; fewer or more is an error.", "total"})
        .optional("pages", &P::pages, path(), {},
                  {"page_number: where the vendor says how many pages there are.", "meta.total_pages"})
        .optional("has_more", &P::has_more, path(), {},
                  {"Where the vendor says whether there are further pages: true or false.", "has_more"})
        .optional("max_pages", &P::max_pages, integer(1, 1'000'000), {"10000"},
                  {"More pages are an error: an endless series.", "1000"})
        .check(check_pagination);
    return keys;
}

} // namespace billhouse
