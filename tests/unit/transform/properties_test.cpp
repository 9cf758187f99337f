#include "unit/transform/sample_jobs.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <clocale>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <map>
#include <random>
#include <set>

namespace billhouse {

namespace {

using testing::IsEmpty;
using testing::Not;

constexpr int kRounds = 30;

/// A record of which the test knows all that it needs to foretell the star.
struct Known {
    std::string json, day, id, currency;
    std::int64_t thousandths = 0;
    bool readable = true; ///< the amount is a number
};

/// Few skus, days, currencies and ids, so that equal identities, equal contents and repeated records are
/// common.
std::vector<Known> bill(std::mt19937_64& random) {
    std::map<std::string, Known> by_id;
    std::vector<Known> records;
    for (int i = 0; i < 60; ++i) {
        auto const id = std::to_string(random() % 50);
        if (auto const again = by_id.find(id); again != by_id.end()) {
            records.push_back(again->second); // a record that came before comes again as it was
            continue;
        }
        Known record;
        record.id = id;
        record.day = random() % 2 == 0 ? "2026-03-01" : "2026-03-02";
        record.currency = random() % 2 == 0 ? "EUR" : "USD";
        record.thousandths = static_cast<std::int64_t>(random() % 2'000'000) - 500'000;
        record.readable = random() % 12 != 0;
        auto const magnitude = std::abs(record.thousandths);
        auto const amount =
            fmt::format("{}{}.{:03}", record.thousandths < 0 ? "-" : "", magnitude / 1000, magnitude % 1000);
        auto const sku = random() % 10 == 0 ? std::string("null") : fmt::format(R"("s{}")", random() % 4);
        record.json =
            fmt::format(R"({{"id": "{}", "date": "{}", "sku": {}, "currency": "{}", "cost": {}{}}})", id,
                        record.day, sku, record.currency, record.readable ? amount : "\"n/a\"",
                        random() % 3 == 0 ? fmt::format(R"(, "note": "n{}")", random() % 2) : "");
        by_id.emplace(id, record);
        records.push_back(record);
    }
    return records;
}

StreamDefinition stream() {
    auto stream = samples::plain_stream();
    stream.records.id = {samples::dotted("id")};
    samples::rule_of(stream.mapping, "sku_code").required = true;
    stream.mapping.columns.push_back(samples::line_rule("currency_code", "currency"));
    return stream;
}

std::vector<std::string> pages(std::vector<Known> const& records, std::size_t size) {
    std::vector<std::string> bodies;
    for (std::size_t from = 0; from < records.size(); from += size) {
        std::string rows;
        for (std::size_t i = from; i < std::min(from + size, records.size()); ++i)
            rows += (rows.empty() ? "" : ",") + records[i].json;
        bodies.push_back(fmt::format(R"({{"rows": [{}]}})", rows));
    }
    return bodies;
}

StarRows star(std::vector<Known> const& records, std::size_t page_size = 1000) {
    return samples::mapped(samples::plain_source(), stream(), pages(records, page_size));
}

/// Lines with their keys and hashes, rejects with their reasons, and all counts.
std::vector<std::string> shown(StarRows const& rows) {
    auto lines = samples::described(rows);
    for (auto const& reject : rows.rejects)
        lines.push_back(fmt::format("reject {} {} {}", reject.reason_code, reject.reason, reject.raw));
    std::ranges::sort(lines);
    lines.push_back(fmt::format("{} read, {} duplicates", rows.read, rows.duplicates));
    return lines;
}

void for_random_bills(std::function<void(std::mt19937_64&, std::vector<Known> const&)> const& check) {
    auto const* wanted = std::getenv("BILLHOUSE_SEED");
    std::uint64_t const first = wanted ? std::strtoull(wanted, nullptr, 10) : std::random_device()();
    for (std::uint64_t seed = first; seed < first + kRounds; ++seed) {
        SCOPED_TRACE(fmt::format("BILLHOUSE_SEED={} replays it", seed));
        std::mt19937_64 random(seed);
        auto const records = bill(random);
        check(random, records);
        if (testing::Test::HasFailure()) return;
    }
}

} // namespace

TEST(TransformProperties, any_order_of_the_records_gives_the_same_rows) {
    for_random_bills([](auto& random, auto const& records) {
        auto shuffled = records;
        std::ranges::shuffle(shuffled, random);
        EXPECT_EQ(shown(star(shuffled)), shown(star(records)));
    });
}

TEST(TransformProperties, any_page_size_gives_the_same_rows) {
    for_random_bills([](auto& random, auto const& records) {
        EXPECT_EQ(shown(star(records, 1 + random() % records.size())), shown(star(records)));
        EXPECT_EQ(shown(star(records, 1)), shown(star(records)));
    });
}

TEST(TransformProperties, two_windows_give_the_rows_of_one_double_window) {
    for_random_bills([](auto&, auto const& records) {
        auto both = star(records);
        auto const split = parse_date("2026-03-02").value();
        auto const first = take_window(both, parse_date("2026-03-01").value(), split);
        auto const part = [&](std::string const& day) {
            std::vector<Known> own;
            std::ranges::copy_if(records, std::back_inserter(own),
                                 [&](Known const& record) { return record.day == day; });
            return star(own);
        };
        EXPECT_EQ(samples::described(first), samples::described(part("2026-03-01")));
        EXPECT_EQ(samples::described(both), samples::described(part("2026-03-02")));
    });
}

TEST(TransformProperties, money_in_is_money_out_and_money_kept_aside_in_each_currency) {
    for_random_bills([](auto&, auto const& records) {
        std::map<std::string, Decimal> in, out;
        std::set<std::string> met;
        std::int64_t unreadable = 0;
        for (auto const& record : records)
            if (met.insert(record.id).second) {
                auto const amount = Decimal(record.readable ? record.thousandths : 0).shifted(-3).value();
                in[record.currency] = Decimal::add(in[record.currency], amount).value();
                unreadable += record.readable ? 0 : 1;
            }
        auto const rows = star(records);
        auto const add = [&](std::string const& currency, Decimal const& amount) {
            out[currency] = Decimal::add(out[currency], amount).value();
        };
        for (auto const& line : rows.lines)
            add(rows.members.currencies.at(static_cast<std::size_t>(line.currency)),
                line.measures[measure("billed_cost")].value());
        for (auto const& reject : rows.rejects) {
            add(reject.currency_hint, reject.amount_hint.value_or(Decimal(0)));
            unreadable -= reject.amount_hint ? 0 : 1;
        }
        EXPECT_EQ(in, out);
        EXPECT_EQ(unreadable, 0) << "an amount that could be read was not kept beside its reject";
        EXPECT_EQ(rows.read, std::ssize(rows.lines) + std::ssize(rows.rejects) + rows.duplicates);
        EXPECT_EQ(rows.duplicates, std::ssize(records) - std::ssize(met));
    });
}

TEST(TransformProperties, the_same_bytes_give_the_same_rows_in_any_zone_and_locale) {
    auto const* zone = std::getenv("TZ");
    std::string const before = zone ? zone : "";
    for_random_bills([](auto&, auto const& records) {
        auto const expected = shown(star(records));
        EXPECT_THAT(expected, Not(IsEmpty()));
        for (auto const* other : {"Asia/Kathmandu", "America/St_Johns", "Pacific/Apia"})
            for (auto const* locale :
                 {"C", "de_DE.UTF-8", "tr_TR.UTF-8", "C.UTF-8"}) { // where one is missing, nothing changes
                ::setenv("TZ", other, 1);
                ::tzset();
                std::setlocale(LC_ALL, locale);
                EXPECT_EQ(shown(star(records)), expected) << other << ' ' << locale;
            }
    });
    std::setlocale(LC_ALL, "C");
    if (zone)
        ::setenv("TZ", before.c_str(), 1);
    else
        ::unsetenv("TZ");
    ::tzset();
}

} // namespace billhouse
