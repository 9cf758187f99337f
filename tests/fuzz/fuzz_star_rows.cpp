#include "base/error.hpp"

#include "fuzz/input.hpp"
#include "fuzz/targets.hpp"
#include "unit/transform/sample_jobs.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <vector>

/// Records of a few jobs whose fields are dropped, repeated, reordered and given other types.
namespace billhouse {
namespace {

constexpr std::array<char const*, 24> kValues = {"null",
                                                 "true",
                                                 "0",
                                                 "1",
                                                 "-1",
                                                 "0.10",
                                                 "12.345678901234567890123",
                                                 "1e400",
                                                 "\"1.5\"",
                                                 "\"x\"",
                                                 "\"\"",
                                                 "\"None\"",
                                                 "\"2026-03-01\"",
                                                 "\"2026-03-31\"",
                                                 "\"2026-02-30\"",
                                                 "[]",
                                                 "{}",
                                                 "[1]",
                                                 "{\"a\":1}",
                                                 "\"\\u0000\"",
                                                 "\"\\ud800\"",
                                                 "99999999999999999999999999999999999999",
                                                 "1E+2",
                                                 "\"\xC3\xA9\""};

constexpr std::array<char const*, 4> kPlainFields = {"date", "sku", "cost", "note"};
constexpr std::array<char const*, 10> kGuanceFields = {
    "consumeTimeOfDay", "workspaceUuid", "workspaceName",     "tag6",           "billingKey", "count",
    "originAmount",     "billingResult", "commodityCategory", "consumePlatform"};
constexpr std::array<char const*, 8> kOcambaFields = {"id",         "company_id", "app_id", "currency_code",
                                                      "start_date", "end_date",   "price",  "amount"};
constexpr std::array<char const*, 6> kItemFields = {"name",  "quantity", "unit_price",
                                                    "price", "discount", "amount"};

/// What the field would hold in a sound record.
std::string sound_value(std::string_view field, std::size_t variant) {
    if (field.ends_with("date") || field == "consumeTimeOfDay")
        return fmt::format("\"2026-03-{:02}\"", 1 + variant % 3);
    if (field == "currency_code") return "\"EUR\"";
    if (field == "id") return fmt::format("\"d{}\"", variant);
    bool const is_amount = field == "cost" || field == "price" || field == "amount" || field == "count" ||
                           field == "discount" || field == "quantity" || field.ends_with("Amount") ||
                           field == "billingResult";
    return is_amount ? fmt::format("{}.{}", variant % 5, variant % 7) : fmt::format("\"v{}\"", variant % 4);
}

template <std::size_t N>
std::string object(FuzzInput& input, std::array<char const*, N> const& fields, std::string const& more = "") {
    std::vector<std::string> members;
    auto const variant = input.choice(16);
    for (auto const* const field : fields) {
        auto const what = input.choice(64); // mostly sound, or nothing is ever loaded
        if (what == 1) continue;
        auto const value =
            what >= 2 && what < 2 + kValues.size() ? kValues[what - 2] : sound_value(field, variant);
        members.push_back(fmt::format("\"{}\": {}", field, value));
        if (what == 63) members.push_back(members.front());
    }
    if (!more.empty()) members.push_back(more);
    return fmt::format("{{{}}}", fmt::join(members, ", "));
}

struct Job {
    SourceDefinition source;
    StreamDefinition stream;
    std::string (*record)(FuzzInput&);
};

std::string ocamba_record(FuzzInput& input) {
    std::vector<std::string> items;
    for (auto n = input.choice(4); n > 0; --n)
        items.push_back(object(input, kItemFields));
    return object(input, kOcambaFields, fmt::format("\"items\": [{}]", fmt::join(items, ", ")));
}

Job job_of(std::size_t choice) {
    auto plain = samples::plain_stream();
    if (choice == 1) plain.records.id = {samples::dotted("sku")};
    if (choice < 2)
        return {samples::plain_source(), plain, [](FuzzInput& in) { return object(in, kPlainFields); }};
    if (choice == 2)
        return {samples::guance_source(), samples::guance_stream(),
                [](FuzzInput& in) { return object(in, kGuanceFields); }};
    return {samples::ocamba_source(), samples::ocamba_stream(), ocamba_record};
}

std::vector<std::string> records_of(Job const& job, FuzzInput& input) {
    std::vector<std::string> records;
    while (!input.empty() && records.size() < 24) {
        bool const is_again = !records.empty() && input.choice(8) == 1;
        records.push_back(is_again ? records[input.choice(records.size())] : job.record(input));
    }
    return records;
}

std::vector<std::string> paged(Job const& job, std::vector<std::string> const& records, std::size_t size) {
    std::vector<std::string> pages;
    for (std::size_t from = 0; from < records.size(); from += size) {
        auto const to = std::min(from + size, records.size());
        std::vector<std::string> const part(records.begin() + static_cast<std::ptrdiff_t>(from),
                                            records.begin() + static_cast<std::ptrdiff_t>(to));
        pages.push_back(
            fmt::format("{{\"{}\": [{}]}}", job.stream.records.path.keys[0], fmt::join(part, ",")));
    }
    return pages;
}

std::optional<StarRows> mapped(Job const& job, std::vector<std::string> const& pages) {
    try {
        return samples::mapped(job.source, job.stream, pages);
    } catch (Error const& error) {
        hold(error.kind() == ErrorKind::data, error.what());
        return std::nullopt; // one id with two contents: the vendor's data moved
    }
}

void hold_counts(StarRows const& rows, std::size_t records) {
    auto const parts = std::ssize(rows.lines) + std::ssize(rows.rejects) + rows.duplicates;
    hold(rows.read == parts,
         fmt::format("read {} is not loaded, rejected and duplicate {}", rows.read, parts));
    hold(rows.records == static_cast<std::int64_t>(records), "records are lost or made");
    for (auto const& reject : rows.rejects)
        hold(!reject.raw.empty() && !reject.reason.empty() && !reject.reason_code.empty(),
             "a reject that says nothing");
}

/// Money is where it was sent: what was billed is in the lines or in the rejects' hints. Of the plain job,
/// whose lines bill their `cost`.
void hold_money(StarRows const& rows, std::vector<std::string> const& records) {
    Decimal loaded, sent;
    for (auto const& line : rows.lines) {
        auto const column =
            static_cast<std::size_t>(*find_column(kLineColumns, "billed_cost")) - kFirstMeasure;
        loaded = Decimal::add(loaded, line.measures[column].value()).value_or(loaded);
    }
    for (auto const& record : records) {
        auto const alone = samples::mapped_plain(samples::plain_stream(), {record});
        for (auto const& line : alone.lines) {
            auto const column =
                static_cast<std::size_t>(*find_column(kLineColumns, "billed_cost")) - kFirstMeasure;
            sent = Decimal::add(sent, line.measures[column].value()).value_or(sent);
        }
    }
    hold(loaded == sent, fmt::format("{} was sent, {} loaded", sent.to_string(), loaded.to_string()));
}

std::vector<std::string> reasons(StarRows const& rows) {
    std::vector<std::string> all;
    for (auto const& reject : rows.rejects)
        all.push_back(reject.reason + reject.raw);
    std::ranges::sort(all);
    return all;
}

} // namespace

void fuzz_star_rows(std::uint8_t const* data, std::size_t size) {
    FuzzInput input(data, size);
    auto const choice = input.choice(4);
    auto const job = job_of(choice);
    auto const page_size = 1 + input.choice(5);
    auto const records = records_of(job, input);
    auto reversed = records;
    std::ranges::reverse(reversed);

    auto const rows = mapped(job, paged(job, records, 100));
    auto const other = mapped(job, paged(job, reversed, page_size));
    hold(rows.has_value() == other.has_value(), "in another order the same records are an error");
    if (!rows) return;
    hold_counts(*rows, records.size());
    hold_counts(*other, records.size());
    if (choice == 0) hold_money(*rows, records);
    hold(reasons(*rows) == reasons(*other), "in another order other records are rejected");
    if (!job.stream.mapping.ordinal_by_position)
        hold(samples::described(*rows) == samples::described(*other),
             "in another order the same records are other lines");
}

} // namespace billhouse
