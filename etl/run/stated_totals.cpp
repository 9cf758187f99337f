#include "run/stated_totals.hpp"

#include "base/text.hpp"
#include "decode/json_records.hpp"
#include "decode/response_judge.hpp"
#include "fetch/request_template.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace billhouse {

namespace {

constexpr auto kWhereHint = "The check's keys expected, rows and currency say where its number stands.";

Error no_number(ControlCheck const& check, std::string const& what) {
    return {ErrorKind::data, fmt::format("check {}: {}", check.name, what), kWhereHint};
}

Decimal number_in(ControlCheck const& check, JsonNode const& node) {
    auto const is_text = node.kind == JsonKind::number || node.kind == JsonKind::string;
    if (auto const value = is_text ? Decimal::parse(node.text) : std::nullopt) return *value;
    throw no_number(
        check, fmt::format("'{}' at {} is no number", printable(node.text, 40), to_string(*check.expected)));
}

std::string currency_in(SeriesRequest const& request, ControlCheck const& check, JsonTree const& tree,
                        JsonNode const& row) {
    if (check.kind == ControlCheck::Kind::count) return {};
    if (!check.currency) return request.job.source.default_currency;
    auto const* const node = tree.find(row, *check.currency);
    if (node == nullptr || node->kind != JsonKind::string)
        throw no_number(check, fmt::format("no currency at {}", to_string(*check.currency)));
    return std::string(node->text);
}

/// The number of one row: of the whole document, or of an element of `rows`. Nothing where it is absent.
std::optional<StatedTotal> total_in(SeriesRequest const& request, std::size_t index, JsonTree const& tree,
                                    JsonNode const& row) {
    auto const& check = request.stream.checks[index];
    auto const* const node = tree.find(row, *check.expected);
    if (node == nullptr || node->kind == JsonKind::null) return std::nullopt;
    return StatedTotal{index, currency_in(request, check, tree, row), number_in(check, *node)};
}

std::vector<StatedTotal> totals_in(SeriesRequest const& request, std::size_t index, JsonTree const& tree) {
    auto const& check = request.stream.checks[index];
    std::vector<StatedTotal> totals;
    auto const take = [&](JsonNode const& row) {
        if (auto total = total_in(request, index, tree, row)) totals.push_back(std::move(*total));
    };
    if (!check.rows) {
        take(tree.root());
        return totals;
    }
    auto const* const rows = tree.find(tree.root(), *check.rows);
    if (rows == nullptr || rows->kind != JsonKind::array)
        throw no_number(check, fmt::format("no array at {}", to_string(*check.rows)));
    for (auto const* row = tree.first_child(*rows); row != nullptr; row = tree.next(*row))
        take(*row);
    return totals;
}

bool is_in_pages(ControlCheck const& check) {
    return check.expected && !check.request;
}

JsonTree fetch_document(SeriesRequest const& request, RequestTemplate const& second, VendorClient& client,
                        std::stop_token const& stop) {
    JsonTree document;
    auto const judge = [&](HttpResponse const& response) {
        try {
            document = decode_json_document(response.body, {});
        } catch (Error const& error) {
            if (error.kind() != ErrorKind::data) throw;
            return judge_response(request.stream.response, response, nullptr);
        }
        return judge_response(request.stream.response, response, &document);
    };
    auto const& zone = request.job.source.billing_zone;
    client.fetch(build_request(request.job.http, second,
                               {.window_from = zone.start_of(request.from),
                                .window_to = zone.start_of(request.to),
                                .zone = zone,
                                .partition = request.partition}),
                 judge, stop);
    return document;
}

} // namespace

std::vector<StatedTotal> totals_in_page(SeriesRequest const& request, JsonTree const& envelope) {
    std::vector<StatedTotal> totals;
    for (std::size_t i = 0; i < request.stream.checks.size(); ++i)
        if (is_in_pages(request.stream.checks[i]))
            for (auto& total : totals_in(request, i, envelope))
                totals.push_back(std::move(total));
    return totals;
}

void note_totals(std::vector<StatedTotal>& stated, SeriesRequest const& request,
                 std::vector<StatedTotal> const& in_page, std::int32_t page) {
    if (page == 0) {
        stated = in_page;
        for (std::size_t i = 0; i < request.stream.checks.size(); ++i) {
            auto const& check = request.stream.checks[i];
            if (is_in_pages(check) && !check.rows && !std::ranges::count(stated, i, &StatedTotal::check))
                throw no_number(check, fmt::format("nothing at {}", to_string(*check.expected)));
        }
        return;
    }
    for (auto const& total : in_page)
        if (!std::ranges::count(stated, total))
            throw Error(ErrorKind::data,
                        fmt::format("check {}: page {} says {}, but the first page did not",
                                    request.stream.checks[total.check].name, page + 1,
                                    total.value.to_string()),
                        "The vendor's data moved while it was read; the next run reads this window again.");
}

void ask_totals(SeriesRequest const& request, VendorClient& client, std::stop_token const& stop,
                std::vector<StatedTotal>& stated) {
    for (std::size_t i = 0; i < request.stream.checks.size(); ++i) {
        auto const& check = request.stream.checks[i];
        if (!check.request) continue;
        auto totals = totals_in(request, i, fetch_document(request, *check.request, client, stop));
        if (totals.empty() && !check.rows)
            throw no_number(check, fmt::format("nothing at {} of its answer", to_string(*check.expected)));
        stated.insert(stated.end(), totals.begin(), totals.end());
    }
}

} // namespace billhouse
