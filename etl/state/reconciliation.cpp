#include "state/reconciliation.hpp"

#include "base/text.hpp"

#include "state_sql.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace billhouse {

namespace {

std::string array_of(std::vector<std::string> const& elements) {
    std::string array = "{";
    for (auto const& element : elements)
        array.append(array.size() > 1 ? "," : "").append(json_quoted(element));
    return array + "}";
}

std::string name_of(std::size_t measure) {
    return std::string(kLineColumns.at(measure).name);
}

/// Runs one check's statement. Its first four values are the slice's.
class Comparison {
public:
    Comparison(PgSession& session, StreamDefinition const& stream, SliceId const& slice,
               std::vector<StatedTotal> const& stated)
        : session_(session), stream_(stream), slice_(slice), stated_(stated) {}

    Rows rows(std::size_t index) const {
        auto const& check = stream_.checks[index];
        switch (check.kind) {
        case ControlCheck::Kind::count:
            return count(index, check);
        case ControlCheck::Kind::sum:
            return sums(index, check);
        case ControlCheck::Kind::documents:
            return run(state_sql::check_documents,
                       {std::string(kDocumentColumns.at(*check.header).name), name_of(*check.column),
                        check.tolerance.to_string(), slice_.source_key});
        case ControlCheck::Kind::products:
            return run(state_sql::check_products,
                       {name_of(check.factors.at(0)), name_of(check.factors.at(1)), name_of(*check.column),
                        check.per ? name_of(*check.per) : "", check.tolerance.to_string()});
        }
        return {};
    }

private:
    Rows run(EmbeddedText const& sql, std::vector<SqlValue> values) const {
        values.insert(values.begin(),
                      {slice_.stream_id, slice_.scope, to_string(slice_.from), to_string(slice_.to)});
        return session_.run(sql, values);
    }

    Rows count(std::size_t index, ControlCheck const& check) const {
        auto const stated = std::ranges::find(stated_, index, &StatedTotal::check);
        if (stated == stated_.end())
            throw Error(ErrorKind::bug, fmt::format("no number was read for check {}", check.name));
        return run(state_sql::check_count, {stated->value.to_string(), stream_.mapping.document.has_value(),
                                            check.tolerance.to_string()});
    }

    Rows sums(std::size_t index, ControlCheck const& check) const {
        std::vector<std::string> currencies, values;
        for (auto const& total : stated_)
            if (total.check == index) {
                currencies.push_back(total.currency);
                values.push_back(total.value.to_string());
            }
        return run(state_sql::check_sums, {name_of(*check.column), array_of(currencies), array_of(values),
                                           check.tolerance.to_string(), check.rows.has_value()});
    }

    PgSession& session_;
    StreamDefinition const& stream_;
    SliceId const& slice_;
    std::vector<StatedTotal> const& stated_;
};

} // namespace

std::vector<ControlTotal> compare_totals(PgSession& session, StreamDefinition const& stream,
                                         SliceId const& slice, std::vector<StatedTotal> const& stated) {
    Comparison const comparison(session, stream, slice, stated);
    std::vector<ControlTotal> totals;
    for (std::size_t i = 0; i < stream.checks.size(); ++i)
        for (auto const& row : comparison.rows(i))
            totals.push_back({stream.checks[i].name, row[0].value_or(""), row[1].value_or(""), row[2].value(),
                              row[3].value(), row[4].value(), row[5] == "t"});
    return totals;
}

void store_totals(PgSession& session, SliceId const& slice, std::int64_t run_id,
                  std::vector<ControlTotal> const& totals) {
    for (auto const& total : totals)
        session.run(state_sql::check_store,
                    {slice.stream_id, slice.scope, to_string(slice.from), run_id, total.check, total.subject,
                     total.currency, total.expected, total.actual, total.tolerance});
}

std::optional<std::string> describe_mismatch(std::vector<ControlTotal> const& totals) {
    auto const first = std::ranges::find(totals, false, &ControlTotal::is_equal);
    if (first == totals.end()) return std::nullopt;
    auto const more = std::ranges::count(totals, false, &ControlTotal::is_equal) - 1;
    auto const subject = first->subject.empty() ? "" : fmt::format(" ({})", printable(first->subject, 80));
    auto const unit = first->currency.empty() ? "" : ' ' + first->currency;
    return fmt::format("{}{}: expected {}{}, but the star would hold {}{}{}", first->check, subject,
                       first->expected, unit, first->actual, unit,
                       more > 0 ? fmt::format(" (and {} more)", more) : "");
}

} // namespace billhouse
