#include "support/sample_vendor/ocamba_query.hpp"

#include "support/sample_vendor/ocamba_api.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <functional>

namespace billhouse::vendor {

namespace {

using Field = std::pair<std::string_view, std::function<std::int64_t(UsageDocument const&)>>;

std::int64_t day_number(Date date) {
    return date.time_since_epoch().count();
}

// The sortable fields of the page, as far as they differ between documents of the model.
std::array<Field, 7> const& sortable() {
    static std::array<Field, 7> const fields{
        Field{"price", [](auto const& document) { return document.price.micros; }},
        Field{"discount", [](auto const& document) { return document.discount.micros; }},
        Field{"amount", [](auto const& document) { return document.amount.micros; }},
        Field{"start_date", [](auto const& document) { return day_number(document.start); }},
        Field{"end_date", [](auto const& document) { return day_number(document.end); }},
        Field{"create_time", [](auto const& document) { return day_number(document.start); }},
        Field{"update_time", [](auto const& document) { return day_number(document.updated); }}};
    return fields;
}

Field const* field_named(std::string_view name) {
    auto const found = std::find_if(sortable().begin(), sortable().end(),
                                    [&](Field const& field) { return field.first == name; });
    return found == sortable().end() ? nullptr : &*found;
}

std::vector<std::string> split(std::string_view text) {
    std::vector<std::string> parts;
    while (!text.empty()) {
        std::size_t const comma = std::min(text.find(','), text.size());
        parts.emplace_back(text.substr(0, comma));
        text.remove_prefix(std::min(comma + 1, text.size()));
    }
    return parts;
}

std::optional<std::size_t> positive(std::string const& text) {
    std::size_t value = 0;
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc() && end == text.data() + text.size() && value > 0 ? std::optional(value)
                                                                                 : std::nullopt;
}

bool read_page(std::string const& text, OcambaQuery& query) {
    auto const parts = split(text);
    if (parts.empty() || parts.size() > 2) return false;
    auto const page = positive(parts[0]);
    auto const size = parts.size() == 2 ? positive(parts[1]) : std::optional(OcambaApi::kDefaultPageSize);
    if (!page || !size) return false;
    query.page = *page;
    query.page_size = std::min(*size, OcambaApi::kLargestPageSize);
    return true;
}

bool read_sort(std::string const& text, OcambaQuery& query) {
    for (std::string const& key : split(text)) {
        bool const descending = key.starts_with('-');
        Field const* field = field_named(std::string_view(key).substr(descending ? 1 : 0));
        if (field == nullptr) return false;
        query.sort.push_back({field->first, descending});
    }
    return true;
}

} // namespace

std::variant<OcambaQuery, std::string> read_query(HttpRequest const& request) {
    constexpr std::array<std::string_view, 5> kKnown{"page", "view", "sort", "app_id", "id"};
    OcambaQuery query;
    for (auto const& [name, value] : request.parameters)
        if (std::find(kKnown.begin(), kKnown.end(), name) == kKnown.end())
            return "parameter " + name + " is not supported by the sample vendor";
    std::string const view = request.parameter("view");
    if (!view.empty() && view != "full" && view != "default")
        return std::string("view must be full or default");
    query.full_view = view == "full";
    if (request.parameters.contains("page") && !read_page(request.parameter("page"), query))
        return std::string("page must be N or N,M");
    if (!read_sort(request.parameter("sort"), query)) return std::string("sort by an unknown field");
    query.app_id = request.parameter("app_id");
    query.id = request.parameter("id");
    return query;
}

std::vector<UsageDocument> select(std::vector<UsageDocument> documents, OcambaQuery const& query) {
    std::erase_if(documents, [&](UsageDocument const& document) {
        return (!query.app_id.empty() && document.app->id != query.app_id) ||
               (!query.id.empty() && document.id != query.id);
    });
    std::stable_sort(documents.begin(), documents.end(), [&](UsageDocument const& a, UsageDocument const& b) {
        for (auto const& [name, descending] : query.sort) {
            auto const& value = field_named(name)->second;
            if (value(a) != value(b)) return (value(a) < value(b)) != descending;
        }
        return false;
    });
    return documents;
}

} // namespace billhouse::vendor
