#include "load_fixture.hpp"

#include <fmt/format.h>

#include <limits>
#include <map>
#include <random>
#include <set>
#include <tuple>

namespace billhouse {
namespace {

using Bill = std::map<std::pair<std::string, std::string>, int>; ///< (SKU, currency) -> millionths

/// A naive history beside the real one: what each load was expected to do, told in steps.
class History {
public:
    struct Change {
        int lines = 0;
        std::int64_t billed = 0; ///< millionths
        friend bool operator==(Change const&, Change const&) = default;
    };
    using Changes =
        std::map<std::tuple<std::string, std::string, std::string>, Change>; ///< day, currency, op

    void load(std::string const& day, Bill const& bill) {
        bool const is_first = !bills_.contains(day);
        auto const before = bills_[day];
        for (auto const& [line, amount] : bill)
            arrive(day, line, amount, before, is_first);
        for (auto const& [line, amount] : before)
            if (!bill.contains(line)) note(day, line, "vanish", -amount);
        bills_[day] = bill;
        ++step_;
    }
    Changes since(int step) const {
        Changes changes;
        for (auto const& [at, key, billed] : events_) {
            if (at < step) continue;
            ++changes[key].lines;
            changes[key].billed += billed;
        }
        return changes;
    }
    int steps() const { return step_; }

private:
    void arrive(std::string const& day, std::pair<std::string, std::string> const& line, int amount,
                Bill const& before, bool is_first) {
        bool const is_known = !known_.insert({day, line}).second;
        auto const old = before.find(line);
        if (old == before.end())
            note(day, line, is_first ? "insert" : is_known ? "reappear" : "late", amount);
        else if (old->second != amount)
            note(day, line, "restate", amount - old->second);
    }
    void note(std::string const& day, std::pair<std::string, std::string> const& line, char const* op,
              int billed) {
        events_.push_back({step_, {day, line.second, op}, billed});
    }

    struct Event {
        int step;
        std::tuple<std::string, std::string, std::string> key;
        int billed;
    };
    std::map<std::string, Bill> bills_;
    std::set<std::pair<std::string, std::pair<std::string, std::string>>> known_;
    std::vector<Event> events_;
    int step_ = 0;
};

void PrintTo(History::Change const& change, std::ostream* out) {
    *out << change.lines << " lines, " << change.billed << " millionths";
}

class ChangesSince : public LoadTest {
protected:
    static constexpr char const* kRange = "'2026-03-01', '2026-04-01'";

    /// About half of six lines, each at one of three amounts, so that all that can happen does.
    Bill random_bill() {
        Bill bill;
        for (auto const* sku : {"logs", "apm", "rum"})
            for (auto const* currency : {"CNY", "USD"})
                if (random_() % 2 == 0)
                    bill[{sku, currency}] = static_cast<int>(1'000'001 + random_() % 3 * 250'000);
        return bill;
    }
    void load_next() {
        auto const day = fmt::format("2026-03-0{}", 1 + random_() % 4);
        auto const bill = random_bill();
        std::vector<BillLine> lines;
        for (auto const& [line, amount] : bill) {
            lines.push_back({.date = day,
                             .sku = line.first,
                             .billed = fmt::format("{}.{:06}", amount / 1'000'000, amount % 1'000'000)});
            lines.back().currency = line.second;
        }
        load({day, "", lines, std::numeric_limits<std::int64_t>::max()});
        history_.load(day, bill);
    }
    History::Changes changes_since(std::string const& moment) {
        History::Changes changes;
        for (auto const& row :
             database.query(fmt::format("SELECT charge_date, currency_code, op, sum(line_count), "
                                        "(sum(d_billed_cost) * 1000000)::bigint "
                                        "FROM mart.charge_changes_since('{}', {}) GROUP BY 1, 2, 3",
                                        moment, kRange)))
            changes[{*row[0], *row[1], *row[2]}] = {std::stoi(*row[3]), std::stoll(*row[4])};
        return changes;
    }
    /// Days and currencies where then + changes is not now; all four amounts.
    std::string differences(std::string const& moment) {
        return database.value(fmt::format(
            "WITH part AS ("
            " SELECT charge_date, currency_code, 1 AS side, list_cost, billed_cost, tax_amount, total_amount"
            " FROM mart.charge_as_of('{0}', {1}) UNION ALL"
            " SELECT charge_date, currency_code, 1, d_list_cost, d_billed_cost, d_tax_amount, d_total_amount"
            " FROM mart.charge_changes_since('{0}', {1}) UNION ALL"
            " SELECT charge_date, currency_code, -1, list_cost, billed_cost, tax_amount, total_amount FROM "
            "wh.fact_charge)"
            " SELECT count(*) FROM (SELECT FROM part GROUP BY charge_date, currency_code HAVING"
            " sum(side * list_cost) <> 0 OR sum(side * billed_cost) <> 0 OR sum(side * tax_amount) <> 0"
            " OR sum(side * total_amount) <> 0) AS d",
            moment, kRange));
    }

    std::mt19937 random_{20260301};
    History history_;
};

TEST_F(ChangesSince, changes_of_random_histories_add_up_from_then_to_now_at_every_instant) {
    std::vector<std::string> moments{now()};
    for (int load = 0; load < 60; ++load) {
        load_next();
        moments.push_back(now());
    }
    for (int step = 0; step <= history_.steps(); ++step) {
        auto const& moment = moments[static_cast<std::size_t>(step)];
        EXPECT_EQ(changes_since(moment), history_.since(step)) << "after load " << step;
        EXPECT_EQ(differences(moment), "0") << "after load " << step;
    }
    std::set<std::string> ops;
    for (auto const& [key, change] : history_.since(0))
        ops.insert(std::get<2>(key));
    EXPECT_EQ(ops, (std::set<std::string>{"insert", "late", "reappear", "restate", "vanish"}))
        << "the histories hold all that can happen";
}

TEST_F(ChangesSince, a_line_loaded_and_restated_since_is_its_first_amount_and_the_difference) {
    auto const before = now();
    load_day("2026-03-01", {{.date = "2026-03-01", .billed = "10"}});
    load_day("2026-03-01", {{.date = "2026-03-01", .billed = "12.5"}});
    EXPECT_THAT(texts(database, fmt::format("SELECT op, line_count, trim_scale(d_billed_cost) FROM "
                                            "mart.charge_changes_since('{}', {}) ORDER BY 1",
                                            before, kRange)),
                testing::ElementsAre("insert|1|10", "restate|1|2.5"));
}

TEST_F(ChangesSince, a_rename_shows_as_a_change_without_money) {
    load_day("2026-03-01", {{.date = "2026-03-01", .billed = "10", .sku_name = "Logs"}});
    auto const before = now();
    load_day("2026-03-01", {{.date = "2026-03-01", .billed = "10", .sku_name = "Log lines"}});
    EXPECT_THAT(texts(database, fmt::format("SELECT op, line_count, d_billed_cost, d_total_amount FROM "
                                            "mart.charge_changes_since('{}', {})",
                                            before, kRange)),
                testing::ElementsAre("relabel|1|0|0"));
}

TEST_F(ChangesSince, charge_dates_outside_the_range_are_not_told) {
    auto const before = now();
    load_day("2026-03-31", {{.date = "2026-03-31"}});
    load_day("2026-04-01", {{.date = "2026-04-01"}});
    EXPECT_EQ(database.value(fmt::format("SELECT string_agg(charge_date::text, ',') FROM "
                                         "mart.charge_changes_since('{}', {})",
                                         before, kRange)),
              "2026-03-31");
}

} // namespace
} // namespace billhouse
