#include "job/placeholder_checks.hpp"

#include "job/json_template.hpp"
#include "job/stream_checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace billhouse {

namespace {

using Name = Placeholder::Name;
using Kind = Pagination::Kind;

std::vector<Template const*> templates_of(RequestTemplate const& request) {
    std::vector<Template const*> templates{&request.path};
    for (auto const& [name, value] : request.query)
        templates.push_back(&value);
    for (auto const& [name, value] : request.headers)
        templates.push_back(&value);
    if (request.body) templates.push_back(&*request.body);
    if (request.json_body)
        for (auto const* const text : texts_of(*request.json_body))
            templates.push_back(text);
    return templates;
}

bool uses_one(Template const& text, std::initializer_list<Name> names) {
    return std::any_of(names.begin(), names.end(), [&](Name name) { return text.uses(name); });
}

/// Whether a window is written down to this field of a date pattern ('d', 'H').
bool shows(RequestTemplate const& request, char field) {
    auto const shown = [field](TemplatePart const& part) {
        auto const* const placeholder = std::get_if<Placeholder>(&part);
        if (placeholder == nullptr || !placeholder->format) return false;
        auto const& pattern = placeholder->format->pattern();
        bool const has_instant = pattern == "rfc3339" || pattern == "unix" || pattern == "unix_ms";
        return has_instant || (pattern == "date" && field == 'd') ||
               pattern.find(std::string("%") + field) != std::string::npos;
    };
    return std::ranges::any_of(templates_of(request),
                               [&](Template const* text) { return std::ranges::any_of(text->parts, shown); });
}

void check_windows(StreamDefinition const& stream, YamlNode const& node, Reading& reading) {
    bool const has_window = uses_any(
        stream.request, {Name::window_start, Name::window_end, Name::window_last, Name::window_last_second});
    auto const& request = *node.find("request");
    auto const& window = stream.window;
    if (window.fetch == WindowSpec::Fetch::all && has_window)
        reading.report(request, "window.fetch is all, but the request asks for a window",
                       "Remove the {window...} placeholders, or set fetch: slice.");
    if (window.fetch == WindowSpec::Fetch::slice && !has_window)
        reading.report(request, "the request does not say which window it asks for",
                       "Use {window.start} and {window.last} or {window.end}, or set window.fetch: all.");
    if (window.request_hours > 0 && has_window && !shows(stream.request, 'H'))
        reading.report(request,
                       "window.request_step is in hours, but every request would ask for the whole day",
                       "Write the window with its hour, such as {window.start:%Y-%m-%dT%H}.");
    if (window.request_days > 0 && has_window && !shows(stream.request, 'd'))
        reading.report(request, "window.request_step is in days, but the request does not name the day",
                       "Write the window with its day, such as {window.start:%Y-%m-%d}.");
}

/// What tells one page from the next, by kind of pagination.
struct PagePlace {
    Kind kind;
    std::string_view needed;
    std::vector<Name> names; ///< one of these must be there, and none of the others
};

std::vector<PagePlace> const& page_places() {
    static std::vector<PagePlace> const places{
        {Kind::none, "", {}},
        {Kind::page_number, "{page.number}", {Name::page_number, Name::page_offset}},
        {Kind::offset, "{page.offset}", {Name::page_offset}},
        {Kind::cursor, "{page.cursor}", {Name::page_cursor}},
        {Kind::next_url, "", {}},
        {Kind::link_header, "", {}},
    };
    return places;
}

std::ptrdiff_t count_places(RequestTemplate const& request) {
    return std::ranges::count_if(templates_of(request), [](Template const* text) {
        return uses_one(*text, {Name::page_number, Name::page_offset, Name::page_cursor});
    });
}

void check_foreign_places(StreamDefinition const& stream, PagePlace const& place, YamlNode const& request,
                          Reading& reading) {
    constexpr auto kNames =
        std::to_array<std::pair<Name, std::string_view>>({{Name::page_number, "{page.number}"},
                                                          {Name::page_offset, "{page.offset}"},
                                                          {Name::page_cursor, "{page.cursor}"}});
    for (auto const& [name, text] : kNames)
        if (uses_any(stream.request, {name}) && std::ranges::find(place.names, name) == place.names.end())
            reading.report(request, fmt::format("{} means nothing with this kind of pagination", text),
                           place.needed.empty()
                               ? "The pages need no placeholder: remove it, or set another kind."
                               : fmt::format("Put {} into the request.", place.needed));
}

void check_pages(StreamDefinition const& stream, YamlNode const& node, Reading& reading) {
    auto const& request = *node.find("request");
    auto const kind = stream.pagination.kind;
    if (kind == Kind::none) {
        if (uses_any(stream.request,
                     {Name::page_number, Name::page_size, Name::page_offset, Name::page_cursor}))
            reading.report(request, "{page...} is used, but pagination.kind is none",
                           "Set kind: page_number.");
        return;
    }
    auto const& place = *std::ranges::find(page_places(), kind, &PagePlace::kind);
    check_foreign_places(stream, place, request, reading);
    auto const places = count_places(stream.request);
    if (places == 0 && !place.needed.empty())
        reading.report(request, "every request would ask for the same page",
                       fmt::format("Put {} into the request.", place.needed));
    if (places > 1)
        reading.report(request, "the request says in two places which page it asks for",
                       "Keep the one that the vendor documents.");
    bool const by_size = kind == Kind::page_number && uses_any(stream.request, {Name::page_offset});
    if (stream.pagination.page_size == 0 && (by_size || uses_any(stream.request, {Name::page_size})))
        reading.report(*node.find("pagination"), "missing key 'size'",
                       "{page.size} and {page.offset} need it, for example: size: 100");
}

} // namespace

bool uses_any(RequestTemplate const& request, std::initializer_list<Name> names) {
    return std::ranges::any_of(templates_of(request),
                               [names](Template const* each) { return uses_one(*each, names); });
}

void check_placeholders(StreamDefinition const& stream, YamlNode const& node, Reading& reading) {
    check_windows(stream, node, reading);
    check_pages(stream, node, reading);
}

} // namespace billhouse
