#include "job/check_schema.hpp"

#include "job/job_schema.hpp"
#include "job/stream_checks.hpp"
#include "job/template_text.hpp"
#include "job/value_shapes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace billhouse {

namespace {

using Kind = ControlCheck::Kind;

template <std::size_t N>
Shape<std::size_t> amount_of(std::array<StarColumn, N> const& columns) {
    std::vector<std::pair<std::string, std::size_t>> amounts;
    for (std::size_t i = 0; i < N; ++i)
        if (columns[i].type == ColumnType::decimal) amounts.emplace_back(columns[i].name, i);
    return choice(std::move(amounts));
}

Shape<Decimal> tolerance() {
    return parsed_text<Decimal>("number >= 0", "For example: 0.01",
                                [](std::string const& text) -> std::optional<Decimal> {
                                    auto const value = Decimal::parse(text);
                                    return value && !value->is_negative() ? value : std::nullopt;
                                });
}

/// Which keys each kind needs, and which further ones it may have.
struct KeysOfKind {
    Kind kind;
    std::vector<std::string> needed, possible;
};

KeysOfKind const& keys_of(Kind kind) {
    static std::array const all{
        KeysOfKind{Kind::count, {"expected"}, {"request"}},
        KeysOfKind{Kind::sum, {"column", "expected"}, {"request", "rows", "currency"}},
        KeysOfKind{Kind::documents, {"column", "header"}, {}},
        KeysOfKind{Kind::products, {"column", "factors"}, {"per"}},
    };
    return *std::ranges::find(all, kind, &KeysOfKind::kind);
}

void check_keys(ControlCheck& check, YamlNode const& node, Reading& reading) {
    auto const& keys = keys_of(check.kind);
    auto const kind = node.find("kind")->text;
    for (auto const& name : keys.needed)
        if (node.find(name) == nullptr)
            reading.report(node, fmt::format("missing key '{}', which kind: {} needs", name, kind));
    for (auto const& member : node.members)
        if (member.key != "kind" && member.key != "tolerance" &&
            !std::ranges::count(keys.needed, member.key) && !std::ranges::count(keys.possible, member.key))
            reading.report(member.value, fmt::format("'{}' means nothing with kind: {}", member.key, kind));
    if (check.kind == Kind::products && check.factors.size() != 2)
        reading.report(*node.find("factors"), "expected two measures", "For example: [unit_price, quantity]");
}

MappingShape<ControlCheck> check_shape() {
    using C = ControlCheck;
    MappingShape<C> keys;
    keys.required("kind", &C::kind,
                  choice<Kind>({{"count", Kind::count},
                                {"sum", Kind::sum},
                                {"documents", Kind::documents},
                                {"products", Kind::products}}),
                  {"count: the vendor's number of records against documents, or lines where there are none. "
                   "sum: the vendor's total against a measure, by currency. documents: each header's amount "
                   "against its lines. products: on each line, factor x factor against a measure.",
                   "sum"})
        .optional("column", &C::column, amount_of(kLineColumns), {},
                  {"Measure of the star that is held against it.", "billed_cost"})
        .optional(
            "expected", &C::expected, path(), {},
            {"Where the vendor's number stands, in a page or in the answer to `request`.", "summary.total"})
        .optional("request", &C::request, named("request", request_shape()), {},
                  {"A second endpoint that is asked for the number, once a slice.",
                   "{path: /v1/summary, query: {month: \"{window.start:%Y-%m}\"}}"})
        .optional("rows", &C::rows, path(), {},
                  {"Array with a number for each currency; `expected` and `currency` are then seen from its "
                   "elements, and a currency without one counts as 0.",
                   "totals"})
        .optional("currency", &C::currency, path(), {},
                  {"Where the number's currency stands; left out: the source's.", "currency"})
        .optional("header", &C::header, amount_of(kDocumentColumns), {},
                  {"Amount of the document's header.", "amount"})
        .optional("factors", &C::factors, sequence_of(amount_of(kLineColumns)), {"[]"},
                  {"The two measures that are multiplied.", "[unit_price, quantity]"})
        .optional("per", &C::per, amount_of(kLineColumns), {},
                  {"Measure that says how many units the price is for; none counts as 1.", "pricing_block"})
        .optional("tolerance", &C::tolerance, tolerance(), {"0"},
                  {"Difference that is still fine, in units of the numbers.", "0.01"})
        .check(check_keys);
    return keys;
}

bool uses_page(RequestTemplate const& request) {
    using Name = Placeholder::Name;
    return uses_any(request, {Name::page_number, Name::page_size, Name::page_offset, Name::page_cursor});
}

} // namespace

Shape<std::vector<ControlCheck>> control_checks() {
    auto const table = table_of(check_shape().shape(), identifier_problem);
    return {table.description,
            [table](YamlNode const& node, Reading& reading) -> std::optional<std::vector<ControlCheck>> {
                auto named = table.read(node, reading);
                if (!named) return std::nullopt;
                std::vector<ControlCheck> checks;
                for (auto& [name, check] : *named) {
                    check.name = name;
                    checks.push_back(std::move(check));
                }
                return checks;
            }};
}

void check_control_checks(StreamDefinition const& stream, YamlNode const& node, Reading& reading) {
    for (auto const& check : stream.checks) {
        auto const& at = *node.find("checks")->find(check.name);
        if (check.expected && stream.window.fetch == WindowSpec::Fetch::all)
            reading.report(at,
                           "the vendor's number would be for everything, but slices are checked one by one",
                           "With window.fetch: all only kinds documents and products are possible.");
        if (check.expected && !check.request && stream.window.has_pieces())
            reading.report(at, "each piece of the window states its own number, but slices are checked whole",
                           "Ask a second endpoint (request), or leave window.request_step out.");
        if (check.kind == Kind::documents && !stream.mapping.document)
            reading.report(at, "there are no documents", "Give the stream mapping.document.");
        if (check.request && uses_page(*check.request))
            reading.report(*at.find("request"), "the answer must be a single page",
                           "Remove the {page...} placeholders.");
    }
}

} // namespace billhouse
